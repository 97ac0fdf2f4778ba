/**
 * The CRPS of one tail only: what happens on the other side of a threshold counts for nothing.
 *
 *   twCRPS(x, y; t) = CRPS(max(x, t), max(y, t))        upper tail; min for the lower
 *
 * the integral of the Brier score over the thresholds beyond t. For fields that are mostly zero it asks about the storms alone.
 * Source: Gneiting & Ranjan (2011) 10.1198/jbes.2010.08110; by chaining, Allen, Ginsbourger & Ziegel (2023) 10.1137/22M1532184.
 * @module
 */
import { type CrpsOptions, crps } from "./crps.ts";

export interface TailOptions extends CrpsOptions {
  readonly threshold: number;
  /** `upper` unless told. */
  readonly tail?: "upper" | "lower";
}

/**
 * twCRPS of one ensemble for one truth. NaN as `crps`.
 * @throws RangeError for an ensemble without members.
 * @example thresholdWeightedCrps([0, 4, 3, 7], 2, { threshold: 100 }) → 0
 */
export function thresholdWeightedCrps(
  members: ArrayLike<number>,
  truth: number,
  { threshold, tail = "upper", estimator = "fair" }: TailOptions,
): number {
  const bound = tail === "upper" ? Math.max : Math.min;
  const chained = Float64Array.from(members, (member) => bound(member, threshold));
  return crps(chained, bound(truth, threshold), { estimator });
}
