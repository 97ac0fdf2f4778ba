/**
 * Does the ensemble's spread tell its error?
 *
 *   spread = √( mean of the members' variance, divisor M − 1 )        skill = RMSE of the ensemble mean
 *   ratio  = √((M + 1)/M) · spread / skill → 1 when calibrated, below 1 when the ensemble is too sure
 *
 * Variances are averaged before the root, and the factor is for the mean of M members being itself uncertain.
 * Source: Fortin et al. (2014) 10.1175/JHM-D-14-0008.1.
 * @module
 */

export interface SpreadSkill {
  /** In the unit of the variable. */
  readonly spread: number;
  readonly skill: number;
  readonly ratio: number;
  /** MSE of the mean of infinitely many such members, mean (x̄ − y)² − variance/M; below 0 by luck. NaN for one member. */
  readonly unbiasedMeanSquaredError: number;
}

/**
 * The three from averages over cells and cases: of the members' variance (divisor M − 1) and of the squared error of their mean.
 * Spread and ratio are NaN for a single member.
 * @example spreadSkill({ memberCount: 3, meanVariance: 8 / 3, meanSquaredError: 0.75 }).ratio → 2.1773242
 */
export function spreadSkill(averages: {
  readonly memberCount: number;
  readonly meanVariance: number;
  readonly meanSquaredError: number;
}): SpreadSkill {
  const { memberCount, meanVariance, meanSquaredError } = averages;
  const spread = memberCount > 1 ? Math.sqrt(meanVariance) : Number.NaN;
  const skill = Math.sqrt(meanSquaredError);
  const unbiasedMeanSquaredError = memberCount > 1 ? meanSquaredError - meanVariance / memberCount : Number.NaN;
  return {
    spread,
    skill,
    unbiasedMeanSquaredError,
    ratio: (Math.sqrt((memberCount + 1) / memberCount) * spread) / skill,
  };
}
