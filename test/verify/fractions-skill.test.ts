import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normals, uniforms } from "../../src/core/index.ts";
import {
  addTallies,
  type FractionsTally,
  fractionsOf,
  fractionsSkill,
  fractionsTally,
  type Window,
} from "../../src/verify/index.ts";
import { numpyNormals } from "./numpy-random.ts";

/** scores/tests/spatial/fss_test_data.py; event "> 2". */
const OBSERVED = [
  [5, 1, 1, 2, 3],
  [1, 1, 0, 1, 1],
  [1, 3, 1, 3, 1],
  [4, 3, 2, 1, 0],
];
const FORECAST = [
  [4, 0, 1, 3, 4],
  [1, 2, 0, 3, 0],
  [1, 4, 3, 4, 2],
  [5, 4, 3, 3, 2],
];
/** Another column and row: even windows fit. */
const WIDE_OBSERVED = [...OBSERVED.map((row) => [...row, 4]), [1, 1, 1, 1, 1, 4]];
const WIDE_FORECAST = [...FORECAST.map((row, j) => [...row, [3, 3, 2, 2][j]]), [2, 2, 2, 2, 2, 2]];

function tallyOf(forecast: readonly number[][], observed: readonly number[][], window: Window): FractionsTally {
  const shape = { ny: observed.length, nx: observed[0].length };
  const events = (rows: readonly number[][]): number[] => rows.flat().map((value) => Number(value > 2));
  return fractionsTally(fractionsOf(events(forecast), shape), fractionsOf(events(observed), shape), window);
}

const skill = (...args: Parameters<typeof tallyOf>): number => fractionsSkill(tallyOf(...args)).skill;

describe("fractions skill, goldens of `scores`", () => {
  it("of single cells", () => {
    expect(skill(FORECAST, OBSERVED, { ny: 1, nx: 1 })).toBeCloseTo(12 / 17, 14);
    expect(12 / 17).toBeCloseTo(0.7058824, 7);
  });

  it("of 3×3 windows inside: numerator 55/81, denominator 189/81", () => {
    const tally = tallyOf(FORECAST, OBSERVED, { ny: 3, nx: 3, edge: "interior" });
    expect(tally.windows).toBe(6);
    expect(tally.squaredDifference).toBeCloseTo(55 / 81, 14);
    expect(tally.forecastSquares + tally.truthSquares).toBeCloseTo(189 / 81, 14);
    expect(fractionsSkill(tally).skill).toBeCloseTo(134 / 189, 14);
  });

  it("of 3×3 windows with zeros around, and with what is there", () => {
    expect(skill(FORECAST, OBSERVED, { ny: 3, nx: 3, edge: "zero" })).toBeCloseTo(1 - 98 / 392, 14);
    expect(skill(FORECAST, OBSERVED, { ny: 3, nx: 3 })).toBeCloseTo(0.7771899, 7);
  });

  it("of the whole field", () => {
    expect(skill(FORECAST, OBSERVED, { ny: 4, nx: 5, edge: "interior" })).toBeCloseTo(0.8407643, 7);
  });

  it("of even windows, inside and padded", () => {
    expect(skill(WIDE_FORECAST, WIDE_OBSERVED, { ny: 4, nx: 4, edge: "interior" })).toBeCloseTo(0.8289963, 7);
    expect(skill(WIDE_FORECAST, WIDE_OBSERVED, { ny: 4, nx: 4, edge: "zero" })).toBeCloseTo(0.8653972, 7);
  });

  // np.random.seed(21); obs = normal(0, 1, (40, 60)); fcst = normal(mean, sd, (40, 60)); event > threshold.
  it.each([
    { mean: 0, sd: 1, size: 10, threshold: 0.5, interior: 0.9747339, padded: 0.9720754 },
    // Plain centred padding, H × W windows; `scores` counts one row and column more of odd windows and gives 0.886119.
    { mean: 0, sd: 2, size: 5, threshold: 0.5, interior: 0.8891304, padded: 0.8870276 },
    { mean: 1, sd: 1, size: 10, threshold: 0.25, interior: 0.8106896, padded: 0.8116389 },
  ])("of random fields N($mean, $sd), windows of $size", ({ mean, sd, size, threshold, interior, padded }) => {
    const draw = numpyNormals(21);
    const [observed, forecast] = [draw(0, 1, 2400), draw(mean, sd, 2400)].map((values) =>
      fractionsOf(
        values.map((value) => Number(value > threshold)),
        { ny: 40, nx: 60 },
      ),
    );
    const of = (edge: "interior" | "zero"): number =>
      fractionsSkill(fractionsTally(forecast, observed, { ny: size, nx: size, edge })).skill;
    expect(of("interior")).toBeCloseTo(interior, 7);
    expect(of("zero")).toBeCloseTo(padded, 7);
  });
});

/** Every window by its cells: the slow reference. Missing cells are NaN on both sides. */
function slowTally(forecast: Float32Array, truth: Float32Array, ny: number, nx: number, width: number): FractionsTally {
  const half = (width - 1) / 2;
  const tally = { windows: 0, squaredDifference: 0, forecastSquares: 0, truthSquares: 0, truthFractions: 0 };
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      if (Number.isNaN(truth[j * nx + i])) continue;
      let [cells, f, o] = [0, 0, 0];
      for (let r = Math.max(0, j - half); r <= Math.min(ny - 1, j + half); r++) {
        for (let c = Math.max(0, i - half); c <= Math.min(nx - 1, i + half); c++) {
          if (Number.isNaN(truth[r * nx + c])) continue;
          cells++;
          f += forecast[r * nx + c];
          o += truth[r * nx + c];
        }
      }
      tally.windows++;
      tally.squaredDifference += (f / cells - o / cells) ** 2;
      tally.forecastSquares += (f / cells) ** 2;
      tally.truthSquares += (o / cells) ** 2;
      tally.truthFractions += o / cells;
    }
  }
  return tally;
}

describe("fractions skill", () => {
  it("equals the sum over every window's cells, clipped at the edge and around missing cells", () => {
    const shape = fc.record({ ny: fc.integer({ min: 1, max: 9 }), nx: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(shape, fc.constantFrom(1, 3, 5, 11), fc.nat(1000), ({ ny, nx }, width, index) => {
        const gaps = uniforms({ seed: 1, purpose: "gaps", index }, ny * nx);
        const [forecast, truth] = [1, 2].map((member) =>
          normals({ seed: 1, purpose: "fss", member, index }, ny * nx).map((value, cell) =>
            gaps[cell] < 0.2 ? Number.NaN : Number(value > 0),
          ),
        );
        const mask = truth.map((value) => Number(!Number.isNaN(value)));
        const [f, o, m] = [forecast, truth, mask].map((field) => fractionsOf(field, { ny, nx }));
        const fast = fractionsTally(f, o, { ny: width, nx: width }, m);
        const slow = slowTally(forecast, truth, ny, nx, width);
        for (const slot of Object.keys(slow) as (keyof FractionsTally)[])
          expect(fast[slot]).toBeCloseTo(slow[slot], 10);
      }),
    );
  });

  it("pools cases before it divides, and is NaN where neither side had an event", () => {
    const window = { ny: 1, nx: 1 };
    const one = tallyOf([[3, 0]], [[3, 0]], window);
    const other = tallyOf([[3, 3]], [[0, 0]], window);
    // Differences 0 + 2, squares (1 + 1) + (2 + 0).
    expect(fractionsSkill(addTallies(one, other)).skill).toBe(1 - 2 / 4);
    expect(fractionsSkill(tallyOf([[0]], [[0]], window)).skill).toBeNaN();
  });

  it("refuses windows without cells, clipped windows without a middle and fields of another size", () => {
    expect(() => skill(FORECAST, OBSERVED, { ny: 0, nx: 1 })).toThrow("need a window of at least one cell, got 0x1");
    expect(() => skill(FORECAST, OBSERVED, { ny: 2, nx: 2 })).toThrow("a clipped window needs a middle, got 2x2");
    expect(() => fractionsOf([1, 2, 3], { ny: 2, nx: 2 })).toThrow("verify: expected 2x2 cells, got 3");
  });
});
