import { array, assert, float, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { channelStatistics, mergedMoments, mergeMoments, momentsOf, NO_MOMENTS } from "../../src/archive/statistics.ts";

/** float64 sums in another order. */
const F64 = 1e-12;
const field = array(float({ min: 0, max: 5000, noNaN: true }), { minLength: 1, maxLength: 40 });

function twoPasses(values: readonly number[]): { mean: number; std: number } {
  const y = values.map(Math.log1p);
  const mean = y.reduce((a, b) => a + b, 0) / y.length;
  return { mean, std: Math.sqrt(y.reduce((a, b) => a + (b - mean) ** 2, 0) / y.length) };
}

const near = (a: number, b: number): void =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(F64 * Math.max(1, Math.abs(b)) * 10);

describe("statistics", () => {
  test("by streaming equal those by two passes over everything", () => {
    assert(
      property(array(field, { minLength: 1, maxLength: 6 }), (fields) => {
        const merged = fields
          .map((values) => momentsOf(Float32Array.from(values), "log1p"))
          .reduce(mergeMoments, NO_MOMENTS);
        const all = fields.flat();
        const statistics = channelStatistics("cape", merged);
        const expected = twoPasses(all);
        expect(statistics.count).toBe(all.length);
        near(statistics.mean, expected.mean);
        near(statistics.std, expected.std);
        expect(statistics.physicalMin).toBe(Math.min(...all));
        expect(statistics.max).toBe(Math.log1p(Math.max(...all)));
      }),
    );
  });

  test("merge in any grouping", () => {
    assert(
      property(field, field, field, (x, y, z) => {
        const [a, b, c] = [x, y, z].map((values) => momentsOf(Float32Array.from(values), "signed-log"));
        const [left, right] = [mergeMoments(mergeMoments(a, b), c), mergeMoments(a, mergeMoments(b, c))];
        near(left.mean, right.mean);
        near(left.m2, right.m2);
        expect(mergeMoments(a, NO_MOMENTS)).toEqual(a);
        expect(mergeMoments(NO_MOMENTS, a)).toEqual(a);
      }),
    );
  });

  test("keep their digits far from zero, where a sum of squares would lose them all", () => {
    const values = Float32Array.from({ length: 1000 }, (_, at) => 100_000 + (at % 2) / 64);
    const halves = [values.subarray(0, 500), values.subarray(500)].map((half) => momentsOf(half, "linear"));
    near(channelStatistics("t2m", halves.reduce(mergeMoments)).std, 1 / 128);
  });

  test("of nothing are NaN with a count of 0", () => {
    expect(channelStatistics("t2m", NO_MOMENTS)).toMatchObject({ count: 0, mean: Number.NaN, physicalMax: Number.NaN });
  });

  test("of values that repeat are those of each value on its own, to the last bit", () => {
    // Transformed values are remembered between cells; NaN, the infinities and both zeros must not be mistaken for one another.
    const values = Float32Array.from({ length: 5000 }, (_, at) => ((at * 7919) % 1531) * 10 * (at % 3 === 0 ? 0.1 : 1));
    const shift = Math.log1p(values[0]);
    let [sum, squares] = [0, 0];
    for (const value of values) {
      const deviation = Math.log1p(value) - shift;
      sum += deviation;
      squares += deviation * deviation;
    }
    const [mean, m2] = [shift + sum / values.length, squares - (sum * sum) / values.length];
    expect(momentsOf(values, "log1p")).toMatchObject({ mean, m2, min: 0 });
  });

  test("merged part by part in any tree equal two passes over 300 hours", () => {
    const hours = Array.from({ length: 300 }, (_, at) =>
      Float32Array.from({ length: 50 }, (_cell, k) => 290 + Math.sin(at / 9) * 12 + (k % 7)),
    );
    const moments = hours.map((values) => momentsOf(values, "linear"));
    const tree = (parts: readonly (typeof moments)[number][]): (typeof moments)[number] =>
      parts.length === 1
        ? parts[0]
        : mergeMoments(tree(parts.slice(0, parts.length >> 1)), tree(parts.slice(parts.length >> 1)));
    const all = hours.flatMap((values) => [...values]);
    const mean = all.reduce((a, b) => a + b, 0) / all.length;
    const std = Math.sqrt(all.reduce((a, b) => a + (b - mean) ** 2, 0) / all.length);
    for (const merged of [tree(moments), mergedMoments(moments), mergedMoments(moments.toReversed())]) {
      near(channelStatistics("t2m", merged).mean, mean);
      near(channelStatistics("t2m", merged).std, std);
      expect(merged.count).toBe(15_000);
    }
  });
});
