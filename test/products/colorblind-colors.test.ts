import { describe, expect, it } from "vitest";
import { colorTable, type Metric, QUANTITY_NAMES } from "../../src/products/index.ts";

/** Linear RGB of dichromats, severity 1: Machado, Oliveira & Fernandes 2009 (10.1109/TVCG.2009.113), table of matrices. */
const SIGHT = {
  full: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

const linear = (level: number): number => (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4);

/** CIE L*a*b* (D65) of a colour as an eye sees it. */
function lab(color: string, sight: readonly number[]): [number, number, number] {
  const rgb = [1, 3, 5].map((at) => linear(Number.parseInt(color.slice(at, at + 2), 16) / 255));
  const [r, g, b] = [0, 1, 2].map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        rgb.reduce((sum, value, k) => sum + sight[3 * row + k] * value, 0),
      ),
    ),
  );
  const f = (t: number): number => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((value, k) => value - b[k]));

/** Smaller differences are hard to see side by side (about 2.3 is just noticeable). */
const CLEARLY_DIFFERENT = 4;

describe("the colour-blind-safe palette", () => {
  const tables = [
    ["refc", "value"],
    ["wind", "value"],
    ["cape", "value"],
    ["refc", "probability"],
  ] as const;
  for (const [quantity, metric, ground] of tables.flatMap(([name, of]) => [
    [name, of, "light"] as const,
    [name, of, "dark"] as const,
  ])) {
    it.each(Object.entries(SIGHT))(`tells the classes of ${quantity} ${metric} apart on ${ground}: %s`, (_, sight) => {
      const seen = colorTable(quantity, metric, "colorblind", ground).colors.map((color) => lab(color, sight));
      for (let k = 1; k < seen.length; k++)
        expect(distance(seen[k - 1], seen[k]), `class ${k}`).toBeGreaterThan(CLEARLY_DIFFERENT);
      // None of them comes back further up the scale, as the usual red does as a dark green.
      for (let k = 0; k < seen.length; k++) {
        for (let other = k + 2; other < seen.length; other++) {
          expect(distance(seen[k], seen[other]), `classes ${k} and ${other}`).toBeGreaterThan(CLEARLY_DIFFERENT);
        }
      }
    });

    it(`leaves the ground along ${quantity} ${metric} on ${ground}, so that grey paper keeps the order`, () => {
      const sign = ground === "light" ? 1 : -1;
      const lightness = colorTable(quantity, metric, "colorblind", ground).colors.map(
        (color) => sign * lab(color, SIGHT.full)[0],
      );
      for (let k = 1; k < lightness.length; k++) expect(lightness[k]).toBeLessThan(lightness[k - 1] + 1);
    });
  }

  it("keeps bounds and units of every table", () => {
    for (const quantity of QUANTITY_NAMES) {
      for (const metric of ["value", "spread", "probability"] as Metric[]) {
        const [usual, safe] = [colorTable(quantity, metric), colorTable(quantity, metric, "colorblind")];
        expect({ ...safe, colors: [] }).toEqual({ ...usual, colors: [] });
        expect(safe.colors).toHaveLength(usual.colors.length);
      }
    }
  });
});
