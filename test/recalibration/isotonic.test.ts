import { array, assert, integer, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { isotonicRegression } from "../../src/recalibration/index.ts";
import { minimaxIsotonic } from "./reference.ts";

/** Two orders of summation of up to 12 numbers of at most 1000. */
const ROUNDING = 1e-9;

describe("isotonic regression", () => {
  it("pools what falls into its weighted mean", () => {
    expect([...isotonicRegression([1, 3, 2, 4], [1, 1, 1, 1])]).toEqual([1, 2.5, 2.5, 4]);
    // (3 · 4 + 1 · 0) / 4
    expect([...isotonicRegression([4, 0, 5], [3, 1, 1])]).toEqual([3, 3, 5]);
    expect([...isotonicRegression([3, 2, 1], [1, 1, 1])]).toEqual([2, 2, 2]);
    expect([...isotonicRegression([], [])]).toEqual([]);
  });

  it("is the minimax of means, whatever the values and weights", () => {
    const pairs = array(tuple(integer({ min: -1000, max: 1000 }), integer({ min: 1, max: 50 })), {
      minLength: 1,
      maxLength: 12,
    });
    assert(
      property(pairs, (list) => {
        const [values, weights] = [list.map(([value]) => value), list.map(([, weight]) => weight)];
        const fitted = isotonicRegression(values, weights);
        for (const [at, expected] of minimaxIsotonic(values, weights).entries()) {
          expect(Math.abs(fitted[at] - expected)).toBeLessThan(ROUNDING);
        }
      }),
    );
  });

  it("refuses weights of nothing", () => {
    expect(() => isotonicRegression([1, 2], [1, 0])).toThrow("above 0");
    expect(() => isotonicRegression([1, 2], [1])).toThrow("a weight a value");
  });
});
