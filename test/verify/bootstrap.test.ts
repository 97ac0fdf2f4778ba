import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { bootstrapIntervals, dayWeights } from "../../src/verify/index.ts";

const key = { seed: 1, purpose: "bootstrap" };

describe("dayWeights", () => {
  it("draws as many days as there are, alike for the same key", () => {
    const weights = dayWeights(7, { key });
    expect(weights).toHaveLength(1000);
    for (const draw of weights) expect(draw.reduce((sum, weight) => sum + weight, 0)).toBe(7);
    expect(dayWeights(7, { key })).toEqual(weights);
  });

  it("keeps neighboring days together in blocks that wrap around", () => {
    for (const draw of dayWeights(6, { key, blockDays: 3 })) {
      // Two runs of three: every day drawn has a neighbor drawn.
      const drawn = [...draw.keys()].filter((day) => draw[day] > 0);
      for (const day of drawn) expect(draw[(day + 1) % 6] + draw[(day + 5) % 6]).toBeGreaterThan(0);
    }
  });

  it("refuses fewer than a thousand draws, and blocks of nothing", () => {
    expect(() => dayWeights(5, { key, draws: 999 })).toThrow("need at least 1000 draws, got 999");
    expect(() => dayWeights(5, { key, blockDays: 0 })).toThrow("need blocks of days, got 0");
  });
});

describe("bootstrapIntervals", () => {
  const meanScore = ({ sum, cells }: { sum: number; cells: number }): number[] => [sum / cells];

  it("covers the mean of independent days about as often as it says", () => {
    let covered = 0;
    for (let index = 0; index < 200; index++) {
      const days = [...normals({ seed: 2, purpose: "days", index }, 40)].map((sum) => ({ sum, cells: 1 }));
      const [{ low, high }] = bootstrapIntervals(days, meanScore, { key: { ...key, index } });
      if (low <= 0 && high >= 0) covered++;
    }
    // 95 % less a little for forty days; five standard errors of 1.5 %.
    expect(covered / 200).toBeGreaterThan(0.86);
    expect(covered / 200).toBeLessThan(1);
  });

  it("of one day is unknown, of equal days a point, and leaves out draws without a score", () => {
    expect(bootstrapIntervals([{ sum: 1, cells: 1 }], meanScore, { key })).toEqual([
      { low: Number.NaN, high: Number.NaN },
    ]);
    const equal = [1, 2, 3].map((cells) => ({ sum: 2 * cells, cells }));
    expect(bootstrapIntervals(equal, meanScore, { key })).toEqual([{ low: 2, high: 2 }]);
    const sometimes = [
      { sum: 3, cells: 1 },
      { sum: 0, cells: 0 },
    ];
    expect(bootstrapIntervals(sometimes, meanScore, { key })).toEqual([{ low: 3, high: 3 }]);
  });
});
