/**
 * How far a score could be otherwise by the luck of which days were judged: resample whole days, with replacement, and score again.
 *
 *   draw b:  days d₁ … d_n from the n there are        score_b = f( Σ tally(dᵢ) )        interval = quantiles of score_b
 *
 * Days, not cells or hours: within a day everything hangs together, and resampling cells would find certainty in one storm. With
 * `blockDays` above 1, runs of that many neighboring days are drawn, wrapping around at the end (circular blocks). Differences of two
 * forecasts are resampled together, on the same days, so that what both have in common cancels.
 * Source: Hamill (1999) 10.1175/1520-0434(1999)014<0155:HTFENP>2.0.CO;2; Politis & Romano (1992).
 * @module
 */
import { type RandomKey, uniforms } from "../core/index.ts";
import { quantile } from "./reliability.ts";
import { flatten, type Tally, unflatten } from "./tally.ts";

export interface BootstrapOptions {
  readonly key: RandomKey;
  /** At least 1000, the default. */
  readonly draws?: number;
  /** Share of draws within the interval. Default 0.95. */
  readonly level?: number;
  /** Days that stay together. Default 1. */
  readonly blockDays?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How often each of n days is drawn, for every draw, [draws][n]. @throws RangeError */
export function dayWeights(days: number, { key, draws = 1000, blockDays = 1 }: BootstrapOptions): Uint16Array[] {
  if (!(Number.isInteger(draws) && draws >= 1000)) throw new RangeError(`need at least 1000 draws, got ${draws}`);
  if (!(Number.isInteger(blockDays) && blockDays >= 1)) throw new RangeError(`need blocks of days, got ${blockDays}`);
  const blocks = Math.ceil(days / blockDays);
  const random = uniforms(key, draws * blocks);
  return Array.from({ length: draws }, (_, draw) => {
    const weights = new Uint16Array(days);
    for (let at = 0; at < days; at++) {
      const start = Math.floor(random[draw * blocks + Math.floor(at / blockDays)] * days);
      weights[(start + (at % blockDays)) % days]++;
    }
    return weights;
  });
}

/**
 * Intervals of scores of tallies, one tally a day in order of time. NaN of fewer than two days: one day says nothing about others.
 * @param scores what to know of a summed tally; a draw where a score is NaN (an event that no drawn day had) is left out of its interval
 * @example bootstrapIntervals(days, (tally) => [meanError(tally).rmse], { key: { seed: 0, purpose: "rmse" } })
 */
export function bootstrapIntervals<T extends Tally>(
  byDay: readonly T[],
  scores: (tally: T) => readonly number[],
  options: BootstrapOptions,
): Interval[] {
  if (byDay.length === 0) return [];
  if (byDay.length === 1) return scores(byDay[0]).map(() => ({ low: Number.NaN, high: Number.NaN }));
  const { level = 0.95 } = options;
  // Flat rows of numbers: a thousand draws of a season are mostly additions.
  const rows = byDay.map(flatten);
  const sum = new Float64Array(rows[0].length);
  const drawn: number[][] = scores(byDay[0]).map(() => []);
  for (const weights of dayWeights(byDay.length, options)) {
    sum.fill(0);
    for (const [day, weight] of weights.entries()) {
      if (weight === 0) continue;
      for (let slot = 0; slot < sum.length; slot++) sum[slot] += weight * rows[day][slot];
    }
    for (const [at, value] of scores(unflatten(sum, byDay[0])).entries()) {
      if (!Number.isNaN(value)) drawn[at].push(value);
    }
  }
  return drawn.map((values) => {
    const ascending = Float64Array.from(values).sort();
    return { low: quantile(ascending, (1 - level) / 2), high: quantile(ascending, (1 + level) / 2) };
  });
}
