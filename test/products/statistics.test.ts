import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accumulateStatistics, type EnsembleStatistics, summarizeField } from "../../src/products/index.ts";

const field = (...values: number[]): Float32Array => Float32Array.from(values);

function statisticsOf(members: readonly Float32Array[]): EnsembleStatistics {
  const accumulator = accumulateStatistics(members[0].length);
  for (const member of members) accumulator.add(member);
  return accumulator.finish();
}

/** Float32 results of float64 arithmetic: half a unit in the last place, with room for the sum's rounding. */
const F32_RELATIVE = 1e-6;

describe("ensemble statistics", () => {
  it("give the mean and the spread with divisor M - 1 of the probability-matched-mean example", () => {
    // By hand: cell 0 is {0, 0, 30}: mean 10, variance (100 + 100 + 400) / 2.
    // All four agree with numpy: np.std([[0,0,10,40],[0,20,50,0],[30,0,60,5]], axis=0, ddof=1).
    const { mean, spread, minimum, maximum, missing } = statisticsOf([
      field(0, 0, 10, 40),
      field(0, 20, 50, 0),
      field(30, 0, 60, 5),
    ]);
    for (const [cell, expected] of [10, 20 / 3, 40, 15].entries()) expect(mean[cell]).toBeCloseTo(expected, 5);
    for (const [cell, expected] of [17.3205, 11.547, 26.4575, 21.7945].entries()) {
      expect(spread[cell]).toBeCloseTo(expected, 4);
    }
    expect([...minimum]).toEqual([0, 0, 10, 0]);
    expect([...maximum]).toEqual([30, 20, 60, 40]);
    expect(missing).toBe(0);
  });

  it("give the variances 1, 4, 3 and means 2, 4, 1 of the spread-skill example", () => {
    // Members [1,2,3], [2,4,6], [0,0,3] at three points: (1 + 0 + 1) / 2, (4 + 0 + 4) / 2, (1 + 1 + 4) / 2.
    const { mean, spread } = statisticsOf([field(1, 2, 0), field(2, 4, 0), field(3, 6, 3)]);
    expect([...mean]).toEqual([2, 4, 1]);
    for (const [cell, variance] of [1, 4, 3].entries()) expect(spread[cell] ** 2).toBeCloseTo(variance, 5);
  });

  it("are missing where any member is, and count those cells", () => {
    const { mean, spread, minimum, maximum, missing } = statisticsOf([field(1, Number.NaN), field(3, 5)]);
    for (const statistic of [mean, spread, minimum, maximum]) expect(statistic[1]).toBeNaN();
    expect(mean[0]).toBe(2);
    expect(missing).toBe(1);
  });

  it("have no spread for a single member", () => {
    const { mean, spread } = statisticsOf([field(7)]);
    expect(mean[0]).toBe(7);
    expect(spread[0]).toBeNaN();
  });

  it("equal two passes in float64, whatever the members", () => {
    const member = fc.array(fc.float({ noNaN: true, min: -1e4, max: 1e4 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(member, { minLength: 2, maxLength: 12 }), (members) => {
        const { mean, spread } = statisticsOf(members.map((values) => Float32Array.from(values)));
        for (let cell = 0; cell < 3; cell++) {
          const values = members.map((m) => m[cell]);
          const average = values.reduce((sum, value) => sum + value, 0) / values.length;
          const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1);
          const scale = Math.max(...values.map(Math.abs), 1e-30);
          expect(Math.abs(mean[cell] - average)).toBeLessThanOrEqual(F32_RELATIVE * scale);
          expect(Math.abs(spread[cell] - Math.sqrt(variance))).toBeLessThanOrEqual(F32_RELATIVE * scale);
        }
      }),
    );
  });

  it("refuse a member of another size, naming both", () => {
    expect(() => accumulateStatistics(3).add(field(1, 2))).toThrow(
      "ensemble statistics: expected a field of 3 cells, got 2",
    );
  });
});

describe("a field's summary", () => {
  it("leaves missing cells out and counts them", () => {
    expect(summarizeField(field(1, Number.NaN, 4, -2))).toEqual({ minimum: -2, maximum: 4, mean: 1, missing: 1 });
  });

  it("is NaN when nothing is there", () => {
    expect(summarizeField(field(Number.NaN)).mean).toBeNaN();
  });
});
