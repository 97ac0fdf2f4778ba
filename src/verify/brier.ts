/**
 * The Brier score of the event "value ≥ threshold", 0 … 1; 0 is perfect. With i of M members having the event and o = 1 if it happened:
 *
 *   plain   BS = (i/M − o)²                                          Brier (1950)
 *   fair    BS = (i/M − o)² − i (M − i) / (M² (M − 1))               Ferro, Richardson & Weigel (2008) 10.1002/met.45
 *
 * Integrated over all thresholds the plain form is the ecdf CRPS and the fair form the fair CRPS.
 * @module
 */
import type { Estimator } from "./crps.ts";

export interface BrierOptions {
  /** The event is a value at or above this. */
  readonly threshold: number;
  /** Fair unless told; `ecdf` is the plain form. */
  readonly estimator?: Estimator;
}

/**
 * Brier score of one ensemble for one truth. NaN where the truth or a member is NaN, and for the fair form of a single member.
 * @throws RangeError for an ensemble without members.
 * @example brier([0, -1, 2, 4], 3, { threshold: 1 }) → 1/6; with estimator "ecdf" → 0.25
 */
export function brier(
  members: ArrayLike<number>,
  truth: number,
  { threshold, estimator = "fair" }: BrierOptions,
): number {
  const count = members.length;
  if (count === 0) throw new RangeError("need at least one member");
  let events = 0;
  for (let i = 0; i < count; i++) {
    if (Number.isNaN(members[i])) return Number.NaN;
    if (members[i] >= threshold) events++;
  }
  const plain = brierOfProbability(events / count, Number.isNaN(truth) ? Number.NaN : Number(truth >= threshold));
  if (estimator === "ecdf") return plain;
  return count > 1 ? plain - (events * (count - events)) / (count * count * (count - 1)) : Number.NaN;
}

/** (p − o)² of an issued probability and an outcome of 0 or 1. */
export function brierOfProbability(probability: number, outcome: number): number {
  return (probability - outcome) ** 2;
}
