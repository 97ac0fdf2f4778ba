import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { settle } from "../../src/run/settle.ts";

const COUNT = 20_000;
const field = (): Float32Array => normals({ seed: 3, purpose: "settle" }, COUNT);
const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const stdOf = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - meanOf(values)) ** 2, 0) / (values.length - 1));
const UNLIMITED = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

describe("a settled field", () => {
  it("has the moments it is to have, though half of it would lie beyond its floor", () => {
    const values = field().map((z) => 2 * z - 10);
    // Ended at the floor alone, its mean would be 0.8 higher.
    expect(meanOf(values.map((value) => Math.max(value, -10)))).toBeGreaterThan(-9.3);
    settle(values, { ...UNLIMITED, mean: -9, std: 2, low: -10 });
    expect(Math.min(...values)).toBe(-10);
    // A hundredth of the deviation is what is asked.
    expect(Math.abs(meanOf(values) + 9)).toBeLessThan(0.02);
    expect(Math.abs(stdOf(values) - 2)).toBeLessThan(0.02);
  });

  it("keeps the order of its cells, and a ceiling too", () => {
    const before = field();
    const values = before.slice();
    settle(values, { ...UNLIMITED, mean: -0.5, std: 1, high: 0 });
    expect(Math.max(...values)).toBe(0);
    expect(Math.abs(meanOf(values) + 0.5)).toBeLessThan(0.01);
    for (let i = 1; i < 1000; i++) {
      if (before[i] > before[i - 1]) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]);
    }
  });

  it("stays within its limits where no field has such moments", () => {
    const values = field();
    settle(values, { ...UNLIMITED, mean: -1, std: 1, low: 0 });
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    const constant = new Float32Array(10).fill(-10);
    settle(constant, { ...UNLIMITED, mean: -8, std: 1, low: -10 });
    expect(constant.every((value) => value === -10)).toBe(true);
  });
});
