/**
 * All scores of an ensemble for one variable and one lead, gathered case by case in one pass over each case's cells. Memory stays flat:
 * what is kept is a handful of sums and the M + 1 counts of the rank histogram, whatever the number of cases.
 *
 * Every cell of every case weighs the same.
 * @module
 */
import { type Field, type RandomKey, ShapeError, uniforms } from "../core/index.ts";
import { crpsTerms, differenceWeight } from "./crps.ts";
import { completeCells } from "./missing.ts";
import { rankOf } from "./rank-histogram.ts";
import { spreadSkill } from "./spread-skill.ts";

export interface EnsembleScores {
  readonly memberCount: number;
  readonly cases: number;
  /** Cells that counted, over all cases, and cells left out because the truth or a member was NaN. */
  readonly cells: number;
  readonly missingCells: number;
  /** Fair (see `crps.ts`); NaN for one member. */
  readonly crps: number;
  readonly crpsEcdf: number;
  /** Of the ensemble mean. */
  readonly rmse: number;
  /** Mean of (ensemble mean − truth). */
  readonly bias: number;
  /** See `spread-skill.ts`. */
  readonly spread: number;
  readonly spreadSkillRatio: number;
  /** M + 1 counts (see `rank-histogram.ts`). */
  readonly rankCounts: readonly number[];
}

/** One init time: M member fields and the truth, all [ny, nx]. */
export interface EnsembleCase {
  readonly members: readonly Field[];
  readonly truth: Field;
  /** Cells where this is 0 are left out; without it, those where the truth or a member is NaN. */
  readonly complete?: Uint8Array;
  /** Names the random numbers that break ties of rank: the same key, the same histogram. */
  readonly tieKey: RandomKey;
}

export interface EnsembleGatherer {
  /** @throws ShapeError when the case has another number of members or of cells than it should. */
  readonly add: (one: EnsembleCase) => void;
  /** Of everything added so far; NaN before any cell counted. */
  readonly scores: () => EnsembleScores;
}

/** An empty gatherer for ensembles of `memberCount` members. */
export function gatherEnsembleScores(memberCount: number): EnsembleGatherer {
  if (!(Number.isInteger(memberCount) && memberCount >= 1)) {
    throw new RangeError(`need at least one member, got ${memberCount}`);
  }
  let cases = 0;
  let cells = 0;
  let missingCells = 0;
  let distance = 0;
  let halfDifference = 0;
  let meanError = 0;
  let squaredError = 0;
  let variance = 0;
  const rankCounts = Array.from({ length: memberCount + 1 }, () => 0);
  const errors = new Float64Array(memberCount);

  const addCell = (tie: number): void => {
    let mean = 0;
    for (let i = 0; i < memberCount; i++) mean += errors[i];
    mean /= memberCount;
    let squares = 0;
    for (let i = 0; i < memberCount; i++) squares += (errors[i] - mean) ** 2;
    const terms = crpsTerms(errors);
    cells++;
    distance += terms.distance;
    halfDifference += terms.halfDifference;
    meanError += mean;
    squaredError += mean * mean;
    variance += squares / (memberCount - 1);
    rankCounts[rankOf(errors, 0, tie)]++;
  };

  return {
    add: ({ members, truth, complete = completeCells([truth, ...members]), tieKey }) => {
      if (members.length !== memberCount) {
        throw new ShapeError({ place: "verify", expected: `${memberCount} members`, got: `${members.length}` });
      }
      const ties = uniforms(tieKey, truth.length);
      cases++;
      for (let cell = 0; cell < truth.length; cell++) {
        if (complete[cell] === 0) {
          missingCells++;
          continue;
        }
        // Errors x − y in float64: every score here depends on the members through them alone.
        for (let i = 0; i < memberCount; i++) errors[i] = members[i][cell] - truth[cell];
        addCell(ties[cell]);
      }
    },
    scores: () => {
      const averages = { memberCount, meanVariance: variance / cells, meanSquaredError: squaredError / cells };
      const { spread, skill, ratio } = spreadSkill(averages);
      return {
        memberCount,
        cases,
        cells,
        missingCells,
        crps: (distance - differenceWeight(memberCount, "fair") * halfDifference) / cells,
        crpsEcdf: (distance - halfDifference) / cells,
        rmse: skill,
        bias: meanError / cells,
        spread,
        spreadSkillRatio: ratio,
        rankCounts: [...rankCounts],
      };
    },
  };
}
