/**
 * Do the members vary from place to place, and between variables, as the truth does? The variogram score of order p:
 *
 *   plain   VS = Σ_{a,b} w_ab ( |y_a − y_b|^p − (1/M) Σᵢ |xᵢ_a − xᵢ_b|^p )²          over ordered pairs of components, w_ab = 1 here
 *   fair    less the sampling variance of the mean: Σ_{a,b} s²_ab / M, s² with divisor M − 1
 *
 * It sees wrong correlations, which the energy score hardly does, and not a bias common to all components.
 * Source: Scheuerer & Hamill (2015) 10.1175/MWR-D-14-00269.1.
 * @module
 */
import type { CrpsOptions } from "./crps.ts";

/**
 * Variogram score of M member vectors [M][d] for one truth [d]; costs M d² / 2. NaN where anything is NaN, and for the fair form of one.
 * @throws RangeError without members.
 */
export function variogramScore(
  members: readonly ArrayLike<number>[],
  truth: ArrayLike<number>,
  { estimator = "fair", order = 0.5 }: CrpsOptions & { readonly order?: number } = {},
): number {
  const count = members.length;
  if (count === 0) throw new RangeError("need at least one member");
  let score = 0;
  for (let a = 0; a < truth.length; a++) {
    for (let b = 0; b < a; b++) {
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < count; i++) {
        const difference = power(Math.abs(members[i][a] - members[i][b]), order);
        sum += difference;
        squares += difference * difference;
      }
      const mean = sum / count;
      const error = power(Math.abs(truth[a] - truth[b]), order) - mean;
      const luck = estimator === "fair" ? (squares / count - mean * mean) / (count - 1) : 0;
      // Both orders of the pair.
      score += 2 * (error * error - luck);
    }
  }
  return score;
}

function power(base: number, exponent: number): number {
  return exponent === 0.5 ? Math.sqrt(base) : base ** exponent;
}
