import { describe, expect, it } from "vitest";
import {
  CELSIUS,
  CLASS_BELOW,
  CLASS_MISSING,
  classify,
  colorize,
  colorTable,
  FAHRENHEIT,
  formatShown,
  fromDisplay,
  legendLabels,
  type Metric,
  PROBABILITY_COLORS,
  QUANTITY_NAMES,
  shownAs,
  toDisplay,
} from "../../src/products/index.ts";

const METRICS: readonly Metric[] = ["value", "spread", "probability"];
const refc = colorTable("refc", "value");
const colorOf = (value: number, table = refc): string | undefined =>
  table.colors[classify(Float32Array.of(value), table)[0]];

describe("colour tables", () => {
  it.each(QUANTITY_NAMES.flatMap((quantity) => METRICS.map((metric) => [quantity, metric] as const)))(
    "%s %s has one colour a class and ascending bounds",
    (quantity, metric) => {
      const { bounds, colors } = colorTable(quantity, metric);
      expect(colors).toHaveLength(bounds.length);
      for (const color of colors) expect(color).toMatch(/^#[0-9a-f]{6}$/);
      for (let k = 1; k < bounds.length; k++) expect(bounds[k]).toBeGreaterThan(bounds[k - 1]);
      expect(legendLabels(colorTable(quantity, metric))).toHaveLength(bounds.length);
    },
  );

  it("give reflectivity the National Weather Service's colours, each from its lower bound on", () => {
    expect(colorOf(42)).toBe("#e7c000");
    expect(colorOf(40)).toBe("#e7c000");
    expect(colorOf(39.999)).toBe("#ffff00");
    expect(colorOf(5)).toBe("#00ecec");
    expect(colorOf(75)).toBe("#000000");
    expect(colorOf(120)).toBe("#000000");
    expect(colorOf(4.99)).toBeUndefined();
  });

  it("put 7 of 10 members, a hair below 0.7 in float32, into the class that begins at 70 %", () => {
    expect(Math.fround(0.7)).toBeLessThan(0.7);
    for (let k = 1; k <= 10; k++) {
      const expected = PROBABILITY_COLORS.colors[Math.min(k, 9)];
      expect(colorOf(k / 10, PROBABILITY_COLORS), `${k} of 10`).toBe(expected);
    }
    expect(colorOf(0.04, PROBABILITY_COLORS)).toBeUndefined();
  });

  it("change colour at whole degrees Fahrenheit while the data are in kelvin", () => {
    const table = colorTable("t2m", "value");
    const kelvin = (fahrenheit: number): number => ((fahrenheit - 32) * 5) / 9 + 273.15;
    // The National Weather Service's curve: 90 °F to 95 °F is its 32nd colour.
    expect(colorOf(kelvin(90), table)).toBe("#fd8d3c");
    expect(colorOf(kelvin(89.99), table)).toBe("#feae2a");
    expect(colorOf(kelvin(-80), table)).toBe("#91003f");
    expect(legendLabels(table)[31]).toEqual({ first: "90", second: "32.2" });
  });

  it("give wind components a neutral middle and as many classes on either side", () => {
    const table = colorTable("u10", "value");
    expect(colorOf(0, table)).toBe("#f5f5f5");
    expect(
      table.bounds
        .slice(1)
        .toReversed()
        .map((bound) => 0 - bound),
    ).toEqual(table.bounds.slice(1));
  });

  it("draw CIN by its magnitude", () => {
    const table = colorTable("cin", "value");
    expect(colorOf(-50, table)).toBe("#c6dbef");
    expect(colorOf(-49.9, table)).toBe("#deebf7");
    expect(colorOf(0, table)).toBeUndefined();
    expect(shownAs("cin", "value")).toBe("Surface-based CIN, magnitude [J/kg]");
  });

  it("show the spread of temperature as a difference, without the offset of a scale, in the unit of its values", () => {
    const { unit, secondUnit } = colorTable("t2m", "spread");
    expect(toDisplay(unit, 1.5)).toBe(2.7);
    expect(secondUnit && toDisplay(secondUnit, 1.5)).toBe(1.5);
    expect([shownAs("t2m", "value"), shownAs("t2m", "spread")]).toEqual([
      "2 m temperature [°F]",
      "2 m temperature [°F]",
    ]);
  });

  it("begin their classes at numbers of few digits, in the unit the title names", () => {
    for (const quantity of QUANTITY_NAMES) {
      for (const metric of METRICS) {
        const { unit, bounds, decimals } = colorTable(quantity, metric);
        const said = metric === "probability" ? "[%]" : shownAs(quantity, metric);
        expect(said, `${quantity} ${metric}`).toContain(`[${unit.units}]`);
        for (const bound of bounds) {
          expect((4 * bound) % 1, `${quantity} ${metric} ${bound}`).toBeOneOf([0, -0]);
          // None is rounded to another number in the legend; compass points are the exception of a quarter.
          expect(Number(formatShown(bound, decimals).replace("−", "-"))).toBeCloseTo(bound, 9);
        }
      }
    }
  });

  it("give calm wind the palest colour and the strongest the darkest, on paper; the other way round on a dark ground", () => {
    const luminance = (color: string): number =>
      [1, 3, 5].reduce((sum, at) => sum + Number.parseInt(color.slice(at, at + 2), 16), 0);
    for (const [ground, sign] of [
      ["light", 1],
      ["dark", -1],
    ] as const) {
      const { colors } = colorTable("wind", "value", "usual", ground);
      const [calm, strongest] = [colors[0], colors[colors.length - 1]].map((color) => sign * luminance(color));
      for (const color of colors) {
        expect(calm).toBeGreaterThanOrEqual(sign * luminance(color));
        expect(strongest).toBeLessThanOrEqual(sign * luminance(color));
      }
    }
  });
});

describe("colouring", () => {
  it("turns the field north up and leaves missing and faint cells transparent", () => {
    const field = Float32Array.of(42, Number.NaN, -10, 52); // row 0, the south: 42, missing
    const classes = classify(field, refc);
    expect([...classes]).toEqual([7, CLASS_MISSING, CLASS_BELOW, 9]);
    // Little-endian RGBA words: north row first.
    expect([...colorize(classes, refc, 2)]).toEqual([0, 0xff0000ff, 0xff00c0e7, 0]);
  });
});

describe("display units", () => {
  it("go there and back", () => {
    expect(toDisplay(FAHRENHEIT, 273.15)).toBeCloseTo(32, 9);
    expect(toDisplay(CELSIUS, 300)).toBeCloseTo(26.85, 9);
    expect(fromDisplay(FAHRENHEIT, toDisplay(FAHRENHEIT, 287.3))).toBeCloseTo(287.3, 9);
  });
});
