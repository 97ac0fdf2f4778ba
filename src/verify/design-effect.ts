/**
 * How many cells make one independent sample, seen from how much a share differs from day to day:
 *
 *   share = Σ_d e_d / Σ_d n_d        deff = var_days(share) / ( share (1 − share) / n )
 *   var_days = D/(D − 1) · Σ_d (e_d − share · n_d)² / n²
 *
 * the ratio of its variance over days to that of independent cells. Source: Cochran (1977), Sampling Techniques, ch. 9 and 10.
 * @module
 */

/**
 * Design effect of a share from counts of each day, at least 1; NaN of fewer than two days, which cannot say.
 * @example designEffect([10, 0], [10, 10]) → 20: each day is of one piece
 */
export function designEffect(events: readonly number[], counts: readonly number[]): number {
  const days = counts.filter((count) => count > 0).length;
  if (days < 2) return Number.NaN;
  const n = counts.reduce((sum, count) => sum + count, 0);
  const share = events.reduce((sum, event) => sum + event, 0) / n;
  if (share === 0 || share === 1) return 1;
  let squares = 0;
  for (const [day, count] of counts.entries()) squares += (events[day] - share * count) ** 2;
  const overDays = ((days / (days - 1)) * squares) / (n * n);
  return Math.max(1, overDays / ((share * (1 - share)) / n));
}
