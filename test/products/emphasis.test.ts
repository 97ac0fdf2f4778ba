/** What is strong stands out from the ground it is painted on, and what is weak does not: on light and dark, in both palettes. */
import { describe, expect, it } from "vitest";
import {
  colorTable,
  type Ground,
  type Metric,
  type Palette,
  QUANTITY_NAMES,
  type QuantityName,
} from "../../src/products/index.ts";
import { THEMES } from "../../src/products/map/theme.ts";

/** Relative luminance and contrast: WCAG 2.2. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const level = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(color: string, ground: string): number {
  const [low, high] = [luminance(color), luminance(ground)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Weakest in the middle: signs, or dry to moist. */
const DIVERGING: readonly QuantityName[] = ["u10", "v10", "d2m", "depression", "rh", "lcl"];
/** The Weather Service's curve of hues, and a circle: neither has a weak end. */
const NEITHER: readonly QuantityName[] = ["t2m", "direction"];
/** Known by their hues, whose lightness goes up and down between a weak beginning and a strong end. */
const BY_HUE: readonly string[] = [
  "refc value usual",
  "cape value usual",
  ...QUANTITY_NAMES.map((name) => `${name} probability usual`),
];

const cases = (["light", "dark"] as Ground[]).flatMap((ground) =>
  (["usual", "colorblind"] as Palette[]).flatMap((palette) =>
    (["value", "spread", "probability"] as Metric[]).flatMap((metric) =>
      QUANTITY_NAMES.filter((quantity) => metric !== "value" || !NEITHER.includes(quantity)).map(
        (quantity) => [ground, palette, quantity, metric] as const,
      ),
    ),
  ),
);

describe("emphasis", () => {
  it.each(cases)("on %s, %s: %s %s is strongest where it should be", (ground, palette, quantity, metric) => {
    const { colors } = colorTable(quantity, metric, palette, ground);
    const seen = colors.map((color) => contrast(color, THEMES[ground].land));
    const middle = metric === "value" && DIVERGING.includes(quantity) ? seen.indexOf(Math.min(...seen)) : 0;
    // Weak: hardly told from the ground; strong: as clear as text (3:1, WCAG 1.4.11).
    expect(seen[middle]).toBeLessThan(palette === "usual" && quantity === "refc" && metric === "value" ? 11 : 2.2);
    expect(seen[seen.length - 1]).toBeGreaterThan(3);
    if (metric === "value" && DIVERGING.includes(quantity)) {
      expect(middle).toBeGreaterThan(0);
      expect(middle).toBeLessThan(seen.length - 1);
      expect(seen[0]).toBeGreaterThan(3);
    }
    if (BY_HUE.includes(`${quantity} ${metric} ${palette}`)) return;
    for (let k = middle + 1; k < seen.length; k++) expect(seen[k], `class ${k}`).toBeGreaterThan(0.97 * seen[k - 1]);
    for (let k = middle; k > 0; k--) expect(seen[k - 1], `class ${k - 1}`).toBeGreaterThan(0.97 * seen[k]);
  });
});
