/**
 * CRPS of a whole vector, several variables or places at once: the energy score.
 *
 *   plain   ES = Σ wᵢ‖xᵢ − y‖ − ½ Σᵢⱼ wᵢwⱼ‖xᵢ − xⱼ‖               wᵢ = 1/M unless told
 *   fair    the second sum over M(M − 1) pairs instead of M²
 *
 * ‖·‖ is Euclidean, so bring all components to one scale first. Source: Gneiting & Raftery (2007) 10.1198/016214506000001437, eq. 22.
 * @module
 */
import { type CrpsOptions, differenceWeight, normalizedWeights } from "./crps.ts";

/**
 * Energy score of M member vectors [M][d] for one truth [d]. NaN where anything is NaN, and for the fair form of one member.
 * @throws RangeError without members, or for weights with the fair form, which is not defined for them.
 * @example energyScore([[0, 0], [0, 2]], [0, 1]) → 0 (1 − ½·2·2/2); with estimator "ecdf" → 0.5
 */
export function energyScore(
  members: readonly ArrayLike<number>[],
  truth: ArrayLike<number>,
  { estimator = "fair", weights }: CrpsOptions & { readonly weights?: readonly number[] } = {},
): number {
  const count = members.length;
  if (count === 0) throw new RangeError("need at least one member");
  if (weights !== undefined && estimator === "fair") throw new RangeError("weighted members have no fair form");
  const share = normalizedWeights(weights ?? members.map(() => 1), count);
  let score = 0;
  let halfDifference = 0;
  for (let i = 0; i < count; i++) {
    score += share[i] * distanceBetween(members[i], truth);
    for (let j = 0; j < i; j++) halfDifference += share[i] * share[j] * distanceBetween(members[i], members[j]);
  }
  return score - differenceWeight(count, estimator) * halfDifference;
}

function distanceBetween(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let squares = 0;
  for (let d = 0; d < b.length; d++) squares += (a[d] - b[d]) ** 2;
  return Math.sqrt(squares);
}
