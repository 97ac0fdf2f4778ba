/**
 * The scores of an ensemble that need nothing but the values at a cell: CRPS and its tails, the error of the mean, spread and ranks, in
 * one pass over the cells of a case. The tally is a few dozen numbers, whatever the number of members, cells and cases.
 *
 * Every cell of every case weighs the same. A cell counts where the truth and every member have a number.
 * @module
 */
import { type Field, type RandomKey, ShapeError, uniforms } from "../core/index.ts";
import { differenceWeight } from "./crps.ts";
import { memberDifferences } from "./member-differences.ts";
import { completeCells } from "./missing.ts";
import { spreadSkill } from "./spread-skill.ts";

/** Sums over cells; `M` is the number of members. */
export type EnsembleTally = {
  readonly cells: number;
  readonly missingCells: number;
  /** Of (1/M) Σ|x − y| and (1/2M²) ΣΣ|x − x′|. */
  readonly distance: number;
  readonly halfDifference: number;
  /** The same two above each threshold of `tails`. */
  readonly tailDistance: readonly number[];
  readonly tailHalfDifference: readonly number[];
  /** Of the error of the mean, and of its square. */
  readonly meanError: number;
  readonly squaredError: number;
  /** Of the members' variance, divisor M − 1; 0 for one member. */
  readonly variance: number;
  /** M + 1 counts; `active` only of cells where the truth or a member reaches `activeFrom`. */
  readonly rankCounts: readonly number[];
  readonly activeRankCounts: readonly number[];
};

/** One init time: M member fields and the truth, all [ny, nx]. */
export interface EnsembleCase {
  readonly members: readonly Field[];
  readonly truth: Field;
  /** Cells where this is 0 are left out; without it, those where the truth or a member is NaN. */
  readonly complete?: Uint8Array;
  /** Names the random numbers that break ties of rank: the same key, the same histogram. */
  readonly tieKey: RandomKey;
  /** Thresholds of threshold-weighted CRPS, upper tail. */
  readonly tails?: readonly number[];
  /** Where weather begins, for a variable with a floor; without it, no cell is active. */
  readonly activeFrom?: number;
}

/** @throws RangeError without members, ShapeError when fields differ in size. */
export function ensembleTally(one: EnsembleCase): EnsembleTally {
  const { members, truth, tieKey, tails = [], activeFrom = Number.POSITIVE_INFINITY } = one;
  const count = members.length;
  if (count === 0) throw new RangeError("need at least one member");
  const complete = one.complete ?? completeCells([truth, ...members]);
  requireAlike(one);
  const ties = uniforms(tieKey, truth.length);
  const errors = new Float64Array(count);
  const rankCounts = new Float64Array(count + 1);
  const activeRankCounts = new Float64Array(count + 1);
  const tailDistance = new Float64Array(tails.length);
  const tailDifference = new Float64Array(tails.length);
  const lowestTail = Math.min(...tails);
  const watchesHeights = Math.min(lowestTail, activeFrom) < Number.POSITIVE_INFINITY;
  let cells = 0;
  let distance = 0;
  let difference = 0;
  let meanError = 0;
  let squaredError = 0;
  let variance = 0;

  for (let cell = 0; cell < truth.length; cell++) {
    if (complete[cell] === 0) continue;
    cells++;
    const y = truth[cell];
    let total = 0;
    for (let i = 0; i < count; i++) {
      const error = members[i][cell] - y;
      errors[i] = error;
      total += error;
      distance += Math.abs(error);
    }
    // A loop of its own without a branch: half of all members lie below, so a processor would guess wrong every other time.
    let below = 0;
    let equal = 0;
    for (let i = 0; i < count; i++) {
      below += Number(errors[i] < 0);
      equal += Number(errors[i] === 0);
    }
    const rank = below + Math.floor(ties[cell] * (equal + 1));
    rankCounts[rank]++;
    if (watchesHeights) {
      let highest = 0;
      for (let i = 0; i < count; i++) highest = Math.max(highest, errors[i]);
      if (y + highest >= activeFrom) activeRankCounts[rank]++;
      if (y + highest > lowestTail) addTails(errors, y, tails, tailDistance, tailDifference);
    }
    // No echo anywhere, forecast by all: the rest is 0, and most cells of a field of storms are so.
    if (equal === count) continue;
    const mean = total / count;
    meanError += mean;
    squaredError += mean * mean;
    for (let i = 0; i < count; i++) variance += (errors[i] - mean) * (errors[i] - mean);
    difference += memberDifferences(errors, count);
  }
  return {
    cells,
    missingCells: truth.length - cells,
    distance: distance / count,
    halfDifference: difference / (count * count),
    tailDistance: Array.from(tailDistance, (sum) => sum / count),
    tailHalfDifference: Array.from(tailDifference, (sum) => sum / (count * count)),
    meanError,
    squaredError,
    variance: count > 1 ? variance / (count - 1) : 0,
    rankCounts: [...rankCounts],
    activeRankCounts: [...activeRankCounts],
  };
}

/** Adds the two sums of max(x, t) and max(y, t) for every threshold; `errors` are x − y. */
function addTails(
  errors: Float64Array,
  truth: number,
  tails: readonly number[],
  distance: Float64Array,
  difference: Float64Array,
): void {
  const chained = new Float64Array(errors.length);
  for (const [at, threshold] of tails.entries()) {
    const bounded = Math.max(truth, threshold);
    for (let i = 0; i < errors.length; i++) {
      chained[i] = Math.max(truth + errors[i], threshold) - bounded;
      distance[at] += Math.abs(chained[i]);
    }
    difference[at] += memberDifferences(chained);
  }
}

function requireAlike({ members, truth, complete }: EnsembleCase): void {
  for (const part of complete === undefined ? members : [...members, complete]) {
    if (part.length === truth.length) continue;
    throw new ShapeError({
      place: "verify",
      expected: `fields of ${truth.length} cells`,
      got: `one of ${part.length}`,
    });
  }
}

export interface EnsembleScores {
  readonly memberCount: number;
  /** Cells that counted, over all cases, and cells left out because the truth or a member was NaN. */
  readonly cells: number;
  readonly missingCells: number;
  /** Fair (see `crps.ts`); NaN for one member. */
  readonly crps: number;
  /** For one member, its mean absolute error. */
  readonly crpsEcdf: number;
  /** Fair, above each threshold; for one member the plain form, an absolute error too. */
  readonly tailCrps: readonly number[];
  /** Of the ensemble mean. */
  readonly rmse: number;
  /** Mean of (ensemble mean − truth). */
  readonly bias: number;
  /** See `spread-skill.ts`. */
  readonly spread: number;
  readonly spreadSkillRatio: number;
  /** M + 1 counts (see `rank-histogram.ts`). */
  readonly rankCounts: readonly number[];
  readonly activeRankCounts: readonly number[];
}

/** What a tally amounts to; NaN before any cell counted. */
export function ensembleScores(tally: EnsembleTally): EnsembleScores {
  const { cells, missingCells, distance, halfDifference, rankCounts, activeRankCounts } = tally;
  const memberCount = rankCounts.length - 1;
  const fair = differenceWeight(memberCount, "fair");
  const { spread, skill, ratio } = spreadSkill({
    memberCount,
    meanVariance: tally.variance / cells,
    meanSquaredError: tally.squaredError / cells,
  });
  return {
    memberCount,
    cells,
    missingCells,
    crps: (distance - fair * halfDifference) / cells,
    crpsEcdf: (distance - halfDifference) / cells,
    tailCrps: tally.tailDistance.map(
      (sum, at) => (sum - (memberCount > 1 ? fair : 1) * tally.tailHalfDifference[at]) / cells,
    ),
    rmse: skill,
    bias: tally.meanError / cells,
    spread,
    spreadSkillRatio: ratio,
    rankCounts,
    activeRankCounts,
  };
}

/**
 * The CRPS by which a forecast is compared with others of any size: fair for an ensemble, the absolute error for a single forecast,
 * which is what its CRPS is.
 */
export function comparableCrps({ memberCount, crps, crpsEcdf }: EnsembleScores): number {
  return memberCount > 1 ? crps : crpsEcdf;
}
