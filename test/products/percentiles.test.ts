import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percentiles } from "../../src/products/index.ts";

const field = (...values: number[]): Float32Array => Float32Array.from(values);

describe("percentiles over members", () => {
  it("are numpy's, by linear interpolation", () => {
    // np.percentile([3, 1, 4, 1.5], [0, 10, 25, 50, 90, 100]): sorted 1, 1.5, 3, 4; the 10th at 0.3: 1 + 0.3 · 0.5
    const members = [3, 1, 4, 1.5].map((value) => field(value));
    const found = percentiles(members, [0, 10, 25, 50, 90, 100]).map(([value]) => value);
    for (const [at, expected] of [1, 1.15, 1.375, 2.25, 3.7, 4].entries()) expect(found[at]).toBeCloseTo(expected, 6);
  });

  it("of one member are that member, and of a missing one missing", () => {
    expect(percentiles([field(7)], [10])[0][0]).toBe(7);
    expect(percentiles([field(7), field(Number.NaN)], [50])[0][0]).toBeNaN();
  });

  it("do not depend on the order of the members and rise with the percentage", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 30 }), (values) => {
        const of = (members: number[]): number[] =>
          percentiles(
            members.map((value) => field(value)),
            [0, 5, 50, 95, 100],
          ).map(([value]) => value);
        const found = of(values);
        expect(of(values.toReversed())).toEqual(found);
        expect(found).toEqual([...found].sort((a, b) => a - b));
        expect([found[0], found[4]]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });

  it("refuse members of different sizes and percentages that are none", () => {
    expect(() => percentiles([field(1), field(1, 2)], [50])).toThrow("expected members of 1 cells, got one of 2");
    expect(() => percentiles([field(1)], [101])).toThrow("a percentile is 0 to 100, got 101");
  });
});
