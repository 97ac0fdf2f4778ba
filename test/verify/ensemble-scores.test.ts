import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import {
  addTallies,
  comparableCrps,
  crps,
  type EnsembleCase,
  type EnsembleScores,
  ensembleScores,
  ensembleTally,
  meanError,
  meanErrorTally,
  rankFlatness,
  rankOf,
  spreadSkill,
  sumTallies,
  thresholdWeightedCrps,
} from "../../src/verify/index.ts";

const tieKey = { seed: 0, purpose: "test-ties" };
const field = (...values: number[]): Float32Array => Float32Array.from(values);
const scoresOf = (one: Omit<EnsembleCase, "tieKey">): EnsembleScores =>
  ensembleScores(ensembleTally({ tieKey, ...one }));

describe("ensembleTally", () => {
  // Members [1,2,3], [2,4,6], [0,0,3] for truths 2.5, 3, 2: variances 1, 4, 3 and mean errors −.5, 1, −1. Recomputed with NumPy.
  const members = [field(1, 2, 0), field(2, 4, 0), field(3, 6, 3)];
  const truth = field(2.5, 3, 2);

  it("gives the spread-skill ratio, bias and scores worked out by hand", () => {
    const scores = scoresOf({ members, truth });
    expect(scores.rmse).toBeCloseTo(Math.sqrt((0.25 + 1 + 1) / 3), 14);
    expect(scores.spread).toBeCloseTo(Math.sqrt((1 + 4 + 3) / 3), 14);
    expect(scores.spreadSkillRatio).toBeCloseTo(2.1773242, 7);
    expect(scores.bias).toBeCloseTo((-0.5 + 1 - 1) / 3, 14);
    // Mean distances 2.5/3, 5/3, 5/3; sums of |xᵢ − xⱼ| over ordered pairs 8, 16, 12.
    expect(scores.crpsEcdf).toBeCloseTo((2.5 / 3 + 5 / 3 + 5 / 3 - (8 + 16 + 12) / 18) / 3, 14);
    expect(scores.crps).toBeCloseTo((2.5 / 3 + 5 / 3 + 5 / 3 - (8 + 16 + 12) / 12) / 3, 14);
    expect(scores.rankCounts).toEqual([0, 1, 2, 0]);
  });

  it("adds to the same whether cells come in one case or in several, in any order", () => {
    const cut = (cell: number): EnsembleCase => ({
      members: members.map((member) => member.subarray(cell, cell + 1)),
      truth: truth.subarray(cell, cell + 1),
      tieKey,
    });
    const whole = ensembleScores(ensembleTally({ members, truth, tieKey }));
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
    ]) {
      const parts = ensembleScores(sumTallies(order.map((cell) => ensembleTally(cut(cell)))) as never);
      for (const [name, value] of Object.entries(whole)) {
        if (typeof value === "number") expect(parts[name as "crps"], name).toBeCloseTo(value, 13);
        else expect(parts[name as "rankCounts"], name).toEqual(value);
      }
    }
  });

  it("gives the same whatever the order of the members", () => {
    const turned = scoresOf({ members: [members[2], members[0], members[1]], truth });
    for (const [name, value] of Object.entries(scoresOf({ members, truth }))) {
      if (typeof value === "number") expect(turned[name as "crps"], name).toBeCloseTo(value, 13);
      else expect(turned[name as "rankCounts"], name).toEqual(value);
    }
  });

  it("equals the scores of single cells, tails included, where members tie, below and above the number that is sorted", () => {
    for (const count of [1, 2, 20, 70]) {
      const draw = (member: number): Float32Array =>
        normals({ seed: 4, purpose: "cells", member }, 50).map((value) => Math.max(-1, Math.round(2 * value)));
      const fields = Array.from({ length: count }, (_, member) => draw(member + 1));
      const happened = draw(0);
      const scores = scoresOf({ members: fields, truth: happened, tails: [0, 1] });
      const mean = (of: (values: number[], y: number) => number): number =>
        happened.reduce(
          (sum, y, cell) =>
            sum +
            of(
              fields.map((one) => one[cell]),
              y,
            ),
          0,
        ) / happened.length;
      const estimator = count > 1 ? "fair" : "ecdf";
      expect(comparableCrps(scores)).toBeCloseTo(
        mean((values, y) => crps(values, y, { estimator })),
        12,
      );
      for (const [at, threshold] of [0, 1].entries()) {
        const expected = mean((values, y) => thresholdWeightedCrps(values, y, { threshold, estimator }));
        expect(scores.tailCrps[at]).toBeCloseTo(expected, 12);
      }
    }
  });

  it("counts the ranks apart of cells where the truth or a member is active", () => {
    const { rankCounts, activeRankCounts } = scoresOf({
      members: [field(-10, 20, -10), field(-10, -10, -10)],
      truth: field(-10, -10, 30),
      activeFrom: 20,
    });
    expect([rankCounts.reduce((a, b) => a + b), activeRankCounts.reduce((a, b) => a + b)]).toEqual([3, 2]);
    expect(activeRankCounts[2]).toBe(1);
  });

  it("leaves out and counts the cells where the truth or a member is missing", () => {
    const nan = Number.NaN;
    const { cells, missingCells, bias, rmse } = scoresOf({
      members: [field(1, nan, 1, 4), field(3, 1, 1, 8)],
      truth: field(2, 1, nan, 5),
    });
    expect([cells, missingCells]).toEqual([2, 2]);
    expect([bias, rmse]).toEqual([0.5, Math.sqrt(0.5)]);
  });

  it("has no score where no cell counted, and no spread for one member", () => {
    expect(scoresOf({ members: [field(1)], truth: field(Number.NaN) })).toMatchObject({ cells: 0, crps: Number.NaN });
    const single = scoresOf({ members: [field(1, 5)], truth: field(2, 3) });
    expect(single).toMatchObject({ crps: Number.NaN, crpsEcdf: 1.5, bias: 0.5, spread: Number.NaN });
    expect(comparableCrps(single)).toBe(1.5);
  });

  it("refuses no members, fields of other sizes, and tallies of another number of members", () => {
    expect(() => scoresOf({ members: [], truth })).toThrow("need at least one member");
    expect(() => scoresOf({ members: [field(1), field(1, 2)], truth: field(1) })).toThrow(
      "verify: expected fields of 1 cells, got one of 2",
    );
    expect(() => scoresOf({ members, truth, complete: new Uint8Array(2) })).toThrow(
      "verify: expected fields of 3 cells",
    );
    const [one, two] = [members.slice(0, 1), members.slice(0, 2)].map((some) =>
      ensembleTally({ members: some, truth, tieKey }),
    );
    expect(() => addTallies(one, two)).toThrow("verify: expected tallies of");
  });

  /** M members and a truth of one hundred cells: the truth N(0, 1), the members N(bias, width²), all independent. */
  function judged({ bias = 0, width = 1 }: { bias?: number; width?: number }): EnsembleScores {
    const tallies = Array.from({ length: 50 }, (_, index) => {
      const draw = (member: number): Float32Array => normals({ seed: 9, purpose: "test", member, index }, 100);
      const fields = [0, 1, 2, 3].map((member) => draw(member).map((value) => bias + width * value));
      return ensembleTally({ members: fields, truth: draw(4), tieKey: { ...tieKey, index } });
    });
    return ensembleScores(sumTallies(tallies) as never);
  }

  it("passes a reliable ensemble, and fails a narrow, a wide and a biased one each in its own way", () => {
    const reliable = judged({});
    const flat = rankFlatness(reliable.rankCounts);
    for (const { p } of [flat.chiSquared, flat.linear, flat.u]) expect(p).toBeGreaterThan(0.001);
    expect(Math.abs(reliable.spreadSkillRatio - 1)).toBeLessThan(0.05);
    const narrow = judged({ width: 0.3 });
    expect(rankFlatness(narrow.rankCounts).curvature).toBeGreaterThan(5);
    expect(narrow.spreadSkillRatio).toBeLessThan(0.5);
    const wide = judged({ width: 3 });
    expect(rankFlatness(wide.rankCounts).curvature).toBeLessThan(-5);
    expect(wide.spreadSkillRatio).toBeGreaterThan(1.5);
    const high = judged({ bias: 1 });
    expect(rankFlatness(high.rankCounts).slope).toBeGreaterThan(5);
    expect(high.bias).toBeCloseTo(1, 1);
    // The fair CRPS prefers the reliable one to all others.
    for (const other of [narrow, wide, high]) expect(other.crps).toBeGreaterThan(1.05 * reliable.crps);
  });

  it("spreads the ranks of ties over all bins they could fall in, alike for the same key", () => {
    const zeros = new Float32Array(5000);
    const counts = (seed: number): readonly number[] =>
      ensembleTally({ members: [zeros, zeros, zeros, zeros], truth: zeros, tieKey: { ...tieKey, seed } }).rankCounts;
    expect(rankFlatness(counts(1)).chiSquared.p).toBeGreaterThan(0.001);
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
  // Σ (o − 12)² / 12 = (0 + 16 + 9 + 1 + 64) / 12; contrasts and p recomputed with NumPy and SciPy (conventions 4.3).
  it("is Pearson's statistic against equal counts, with its shares along a line and a parabola", () => {
    const { chiSquared, linear, slope, u, curvature } = rankFlatness([12, 8, 9, 11, 20]);
    expect(chiSquared.statistic).toBeCloseTo(7.5, 12);
    expect(chiSquared.p).toBeCloseTo(0.1117093, 7);
    expect(linear.statistic).toBeCloseTo(3.0083333, 7);
    expect(u.statistic).toBeCloseTo(4.3392857, 7);
    expect([slope < 0, curvature > 0]).toEqual([true, true]);
  });

  it("shrinks with the number of cells that make one sample", () => {
    expect(rankFlatness([12, 8, 9, 11, 20], 3).chiSquared.statistic).toBeCloseTo(2.5, 12);
  });
});

describe("spreadSkill", () => {
  it("corrects for the number of members once", () => {
    const { spread, skill, ratio, unbiasedMeanSquaredError } = spreadSkill({
      memberCount: 3,
      meanVariance: 8 / 3,
      meanSquaredError: 0.75,
    });
    expect([spread, skill]).toEqual([Math.sqrt(8 / 3), Math.sqrt(0.75)]);
    expect(ratio).toBeCloseTo(1.8856181 * Math.sqrt(4 / 3), 7);
    expect(unbiasedMeanSquaredError).toBeCloseTo(-0.1388889, 7);
  });
});

describe("meanErrorTally", () => {
  it("adds error, absolute error and squared error over cases, and counts what is missing", () => {
    const tally = addTallies(
      meanErrorTally(field(1, 5, Number.NaN), field(2, 2, 2)),
      meanErrorTally(field(0), field(3)),
    );
    expect(meanError(tally)).toEqual({
      rmse: Math.sqrt((1 + 9 + 9) / 3),
      bias: (-1 + 3 - 3) / 3,
      mae: (1 + 3 + 3) / 3,
    });
    expect([tally.cells, tally.missingCells]).toEqual([3, 1]);
  });
});
