import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { gatherEnsembleScores, gatherMeanError, rankFlatness, rankOf, spreadSkill } from "../../src/verify/index.ts";

const tieKey = { seed: 0, purpose: "test-ties" };
const field = (...values: number[]): Float32Array => Float32Array.from(values);

describe("gatherEnsembleScores", () => {
  // Members [1,2,3], [2,4,6], [0,0,3] for truths 2.5, 3, 2: variances 1, 4, 3 and mean errors −.5, 1, −1. Recomputed with NumPy.
  const members = [field(1, 2, 0), field(2, 4, 0), field(3, 6, 3)];
  const truth = field(2.5, 3, 2);

  it("gives the spread-skill ratio, bias and scores worked out by hand", () => {
    const gatherer = gatherEnsembleScores(3);
    gatherer.add({ members, truth, tieKey });
    const scores = gatherer.scores();
    expect(scores.rmse).toBeCloseTo(Math.sqrt((0.25 + 1 + 1) / 3), 14);
    expect(scores.spread).toBeCloseTo(Math.sqrt((1 + 4 + 3) / 3), 14);
    expect(scores.spreadSkillRatio).toBeCloseTo(2.1773242, 7);
    expect(scores.bias).toBeCloseTo((-0.5 + 1 - 1) / 3, 14);
    // Mean distances 2.5/3, 5/3, 5/3; sums of |xᵢ − xⱼ| over ordered pairs 8, 16, 12.
    expect(scores.crpsEcdf).toBeCloseTo((2.5 / 3 + 5 / 3 + 5 / 3 - (8 + 16 + 12) / 18) / 3, 14);
    expect(scores.crps).toBeCloseTo((2.5 / 3 + 5 / 3 + 5 / 3 - (8 + 16 + 12) / 12) / 3, 14);
    expect(scores.rankCounts).toEqual([0, 1, 2, 0]);
  });

  it("gives the same whether cells come in one case or in several", () => {
    const [whole, parts] = [gatherEnsembleScores(3), gatherEnsembleScores(3)];
    whole.add({ members, truth, tieKey });
    for (let cell = 0; cell < 3; cell++) {
      const cut = (from: Float32Array): Float32Array => from.subarray(cell, cell + 1);
      parts.add({ members: members.map(cut), truth: cut(truth), tieKey });
    }
    expect(parts.scores()).toEqual({ ...whole.scores(), cases: 3 });
  });

  it("leaves out and counts the cells where the truth or a member is missing", () => {
    const gatherer = gatherEnsembleScores(2);
    const nan = Number.NaN;
    gatherer.add({ members: [field(1, nan, 1, 4), field(3, 1, 1, 8)], truth: field(2, 1, nan, 5), tieKey });
    const { cells, missingCells, bias, rmse } = gatherer.scores();
    expect([cells, missingCells]).toEqual([2, 2]);
    expect([bias, rmse]).toEqual([0.5, Math.sqrt(0.5)]);
  });

  it("has no score before a cell has counted, and no spread for one member", () => {
    expect(gatherEnsembleScores(2).scores()).toMatchObject({ cells: 0, crps: Number.NaN, rmse: Number.NaN });
    const single = gatherEnsembleScores(1);
    single.add({ members: [field(1, 5)], truth: field(2, 3), tieKey });
    expect(single.scores()).toMatchObject({ crps: Number.NaN, crpsEcdf: 1.5, bias: 0.5, spread: Number.NaN });
  });

  it("refuses a case with another number of members or cells", () => {
    const gatherer = gatherEnsembleScores(2);
    expect(() => gatherer.add({ members, truth, tieKey })).toThrow("verify: expected 2 members, got 3");
    expect(() => gatherer.add({ members: [field(1), field(1, 2)], truth: field(1), tieKey })).toThrow(
      "verify: expected fields of 1 cells, got one of 2",
    );
    expect(() => gatherEnsembleScores(0)).toThrow("need at least one member, got 0");
  });

  /** M members and a truth of one hundred cells: the truth N(0, 1), the members N(bias, width²), all independent. */
  function histogram({ bias = 0, width = 1 }: { bias?: number; width?: number }): readonly number[] {
    const gatherer = gatherEnsembleScores(4);
    for (let index = 0; index < 50; index++) {
      const draw = (member: number): Float32Array => normals({ seed: 9, purpose: "test", member, index }, 100);
      const fields = [0, 1, 2, 3].map((member) => draw(member).map((value) => bias + width * value));
      gatherer.add({ members: fields, truth: draw(4), tieKey: { ...tieKey, index } });
    }
    return gatherer.scores().rankCounts;
  }

  it("counts ranks flat, hollow, humped and sloped for calibrated, narrow, wide and biased ensembles", () => {
    // χ² with 4 degrees of freedom lies below 18.5 in 999 of 1000 samples; the seed is fixed.
    expect(rankFlatness(histogram({}))).toBeLessThan(18.5);
    const narrow = histogram({ width: 0.3 });
    expect(Math.min(narrow[0], narrow[4])).toBeGreaterThan(2 * narrow[2]);
    const wide = histogram({ width: 3 });
    expect(wide[2]).toBeGreaterThan(2 * Math.max(wide[0], wide[4]));
    const high = histogram({ bias: 1 });
    expect(high.toSorted((a, b) => b - a)).toEqual(high);
  });

  it("spreads the ranks of ties over all bins they could fall in, alike for the same key", () => {
    const zeros = new Float32Array(5000);
    const counts = (seed: number): readonly number[] => {
      const gatherer = gatherEnsembleScores(4);
      gatherer.add({ members: [zeros, zeros, zeros, zeros], truth: zeros, tieKey: { ...tieKey, seed } });
      return gatherer.scores().rankCounts;
    };
    expect(rankFlatness(counts(1))).toBeLessThan(18.5);
    expect(counts(1)).toEqual(counts(1));
    expect(counts(1)).not.toEqual(counts(2));
  });
});

describe("rankOf", () => {
  it("is the number of members below, plus a share of the ties", () => {
    expect(rankOf([1, 2, 3], 2.5, 0.99)).toBe(2);
    expect([0, 0.34, 0.99].map((uniform) => rankOf([1, 2, 2], 2, uniform))).toEqual([1, 2, 3]);
  });
});

describe("rankFlatness", () => {
  // Σ (o − 12)² / 12 = (0 + 16 + 9 + 1 + 64) / 12.
  it("is Pearson's statistic against equal counts", () => {
    expect(rankFlatness([12, 8, 9, 11, 20])).toBe(7.5);
  });
});

describe("spreadSkill", () => {
  it("corrects for the number of members once", () => {
    const { spread, skill, ratio } = spreadSkill({ memberCount: 3, meanVariance: 8 / 3, meanSquaredError: 0.75 });
    expect([spread, skill]).toEqual([Math.sqrt(8 / 3), Math.sqrt(0.75)]);
    expect(ratio).toBeCloseTo(1.8856181 * Math.sqrt(4 / 3), 7);
  });
});

describe("gatherMeanError", () => {
  it("gathers error, absolute error and squared error over cases, and counts what is missing", () => {
    const gatherer = gatherMeanError();
    gatherer.add(field(1, 5, Number.NaN), field(2, 2, 2));
    gatherer.add(field(0), field(3));
    const expected = { rmse: Math.sqrt((1 + 9 + 9) / 3), bias: (-1 + 3 - 3) / 3, mae: (1 + 3 + 3) / 3 };
    expect(gatherer.scores()).toEqual({ ...expected, cells: 3, missingCells: 1 });
  });
});
