/**
 * The continuous ranked probability score of an ensemble, in the unit of the variable; 0 is perfect.
 *
 *   ecdf   CRPS = Σ wᵢ|xᵢ − y| − ½ Σᵢⱼ wᵢwⱼ|xᵢ − xⱼ|                Gneiting & Raftery (2007) 10.1198/016214506000001437
 *   fair   CRPS = (1/M) Σ|xᵢ − y| − (1/2M(M−1)) Σᵢⱼ|xᵢ − xⱼ|        Ferro (2014) 10.1002/qj.2270
 *
 * with weights wᵢ = 1/M unless told. The ecdf form punishes a small ensemble for being small; the fair form estimates what its members'
 * distribution would score with infinitely many, so ensembles of different sizes compare.
 * @module
 */
import { memberDifferences } from "./member-differences.ts";

/** `fair` corrects for the number of members; `ecdf` (or plain) scores the step function they form. */
export type Estimator = "fair" | "ecdf";

export interface CrpsOptions {
  /** Fair unless told. */
  readonly estimator?: Estimator;
}

/**
 * CRPS of one ensemble for one truth, as the module says.
 *
 * NaN where the truth or a member is NaN, and for the fair form of a single member, which has no spread to correct.
 * @throws RangeError for an ensemble without members.
 * @example crps([0, 4, 3, 7], 2) → 2/3; crps([0, 4, 3, 7], 2, { estimator: "ecdf" }) → 1.125
 */
export function crps(members: ArrayLike<number>, truth: number, { estimator = "fair" }: CrpsOptions = {}): number {
  const { underforecast, overforecast, halfDifference } = crpsParts(members, truth);
  return underforecast + overforecast - differenceWeight(members.length, estimator) * halfDifference;
}

/** What an ecdf CRPS consists of: mean shortfall + mean excess of the members − half their mean difference. */
export interface CrpsParts {
  /** (1/M) Σ max(y − xᵢ, 0). */
  readonly underforecast: number;
  /** (1/M) Σ max(xᵢ − y, 0). */
  readonly overforecast: number;
  /** (1/2M²) Σᵢⱼ|xᵢ − xⱼ|. */
  readonly halfDifference: number;
}

/**
 * The three parts. NaN where the truth or a member is NaN.
 * @throws RangeError for an ensemble without members.
 * @example crpsParts([0, 4, 3, 7], 2) → { underforecast: 0.5, overforecast: 2, halfDifference: 1.375 }
 */
export function crpsParts(members: ArrayLike<number>, truth: number): CrpsParts {
  const count = members.length;
  if (count === 0) throw new RangeError("need at least one member");
  // Errors, not values: the difference of large numbers would cost digits. Sorted, so that the order of members changes not even the last.
  const errors = Float64Array.from(members, (member) => member - truth).sort();
  let [underforecast, overforecast] = [0, 0];
  for (const error of errors) {
    underforecast += Math.max(-error, 0) / count;
    overforecast += Math.max(error, 0) / count;
  }
  return { underforecast, overforecast, halfDifference: memberDifferences(errors) / (count * count) };
}

/** What multiplies the half difference: 1 for the ecdf form, M/(M − 1) for the fair one; NaN for the fair form of one member. */
export function differenceWeight(memberCount: number, estimator: Estimator): number {
  if (estimator === "ecdf") return 1;
  return memberCount > 1 ? memberCount / (memberCount - 1) : Number.NaN;
}

/**
 * The ecdf form of members that are not equally likely.
 * @param weights one a member, at least 0; only their ratios matter
 * @throws RangeError for weights that are negative, all 0, or not one a member.
 * @example weightedCrps([0, 2], [0.8, 0.2], 1) → 0.68
 */
export function weightedCrps(members: ArrayLike<number>, weights: ArrayLike<number>, truth: number): number {
  const share = normalizedWeights(weights, members.length);
  let score = 0;
  for (let i = 0; i < members.length; i++) {
    score += share[i] * Math.abs(members[i] - truth);
    for (let j = 0; j < members.length; j++) score -= 0.5 * share[i] * share[j] * Math.abs(members[i] - members[j]);
  }
  return score;
}

/** Weights that sum to 1. @throws RangeError as `weightedCrps` */
export function normalizedWeights(weights: ArrayLike<number>, memberCount: number): Float64Array {
  const share = Float64Array.from(weights);
  const total = share.reduce((sum, weight) => sum + weight, 0);
  if (share.length !== memberCount || share.some((weight) => !(weight >= 0)) || !(total > 0)) {
    throw new RangeError(`need ${memberCount} weights of at least 0, not all 0, got ${share.join(", ")}`);
  }
  return share.map((weight) => weight / total);
}
