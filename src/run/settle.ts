/**
 * A field that has the mean and standard deviation it is to have, and no value beyond its limits: both at once, for values that end at a
 * floor lift the mean of all (clear air would be worth some dBZ).
 *
 *   x ← m + s (x − mean x) / std x,   x ← min(max(x, low), high),   and again until the moments hold
 *
 * @module
 */
import type { Field } from "../core/index.ts";

export interface Settled {
  readonly mean: number;
  readonly std: number;
  /** Where values end, −∞ and ∞ where nowhere. */
  readonly low: number;
  readonly high: number;
}

/** Most fields take two or three, those that are nearly all limit more; a field ends within its limits whatever is left. */
const MOST_ROUNDS = 20;
/** Of the standard deviation. */
const TOLERANCE = 0.01;

/** Settles a field in place. One of a single value is left as it is: no shift gives it a spread. */
export function settle(field: Field, { mean, std, low, high }: Settled): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let sum = 0;
    for (let i = 0; i < field.length; i++) {
      const value = field[i];
      if (value < low) field[i] = low;
      else if (value > high) field[i] = high;
      sum += field[i];
    }
    const center = sum / field.length;
    let squares = 0;
    for (let i = 0; i < field.length; i++) squares += (field[i] - center) ** 2;
    const spread = Math.sqrt(squares / Math.max(field.length - 1, 1));
    const settled = Math.abs(center - mean) < TOLERANCE * std && Math.abs(spread - std) < TOLERANCE * std;
    if (settled || spread === 0 || round === MOST_ROUNDS - 1) return;
    const scale = std / spread;
    for (let i = 0; i < field.length; i++) field[i] = mean + scale * (field[i] - center);
  }
}
