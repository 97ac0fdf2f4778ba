/**
 * Exceedance probability: the fraction of members that meet a threshold,
 *
 *   P(x ≥ t) = (1/M) Σ 1[x_m ≥ t]          (≥ everywhere, as HREF, REFS and pysteps count; ≤ for "at most" thresholds)
 *
 * The smallest probability above zero is 1/M: "0 of M" is not impossible. A cell that is NaN in any member is NaN, and counted.
 * @module
 */
import type { Field } from "../core/index.ts";
import { requireCells } from "./statistics.ts";
import type { Threshold } from "./thresholds.ts";

/** P of one threshold, [ny, nx], 0 … 1. */
export interface ExceedanceProbability {
  readonly threshold: Threshold;
  readonly memberCount: number;
  readonly probability: Field;
  readonly missing: number;
}

export interface ExceedanceAccumulator {
  /** Takes the next member's field; keeps no reference to it. */
  add(member: Field): void;
  finish(): ExceedanceProbability[];
}

/** Members are counted in 16 bits. */
const MOST_MEMBERS = 0xffff;

/**
 * Counts members for several thresholds of one quantity at once. The thresholds cut the line into classes; each member's value is put
 * into one of them by binary search, and whoever meets a threshold lies in a class above its bound: time hardly grows with their number.
 * Two octets a cell and threshold, whatever M is.
 * @throws ShapeError from `add` when a field has another size.
 */
export function accumulateExceedance(cells: number, thresholds: readonly Threshold[]): ExceedanceAccumulator {
  const bounds = Float32Array.from(new Set(thresholds.map(boundOf))).sort();
  const classes = bounds.length + 1;
  // members[cell * classes + k]: how many members lie between bound k − 1 and bound k at the cell.
  const members = new Uint16Array(cells * classes);
  const missing = new Uint8Array(cells);
  let memberCount = 0;
  return {
    add: (member) => {
      requireCells("exceedance probability", member, cells);
      memberCount++;
      if (memberCount > MOST_MEMBERS) throw new RangeError(`exceedance counts at most ${MOST_MEMBERS} members`);
      for (let cell = 0, start = 0; cell < cells; cell++, start += classes) {
        const value = member[cell];
        let low = 0;
        if (value >= bounds[0]) {
          let high = classes - 1;
          while (low < high) {
            const middle = (low + high) >> 1;
            if (bounds[middle] <= value) low = middle + 1;
            else high = middle;
          }
        } else if (Number.isNaN(value)) missing[cell] = 1;
        members[start + low]++;
      }
    },
    finish: () => {
      if (memberCount === 0) throw new RangeError("exceedance probability needs at least one member, got none");
      // P(x ≥ bound k), all bounds of a cell at a time, from the top.
      const atLeast = Array.from(bounds, () => new Float32Array(cells));
      let gaps = 0;
      for (let cell = 0, start = 0; cell < cells; cell++, start += classes) {
        const whole = missing[cell] === 0;
        if (!whole) gaps++;
        for (let k = classes - 2, count = 0; k >= 0; k--) {
          count += members[start + k + 1];
          atLeast[k][cell] = whole ? count / memberCount : Number.NaN;
        }
      }
      return thresholds.map((threshold) => {
        const reached = atLeast[bounds.indexOf(boundOf(threshold))];
        // x ≤ t where the bound just above t is not reached; M − count of M, so that the division is the same.
        const probability =
          threshold.direction === "atLeast"
            ? reached
            : reached.map((share) => (memberCount - Math.round(share * memberCount)) / memberCount);
        return { threshold, memberCount, probability, missing: gaps };
      });
    },
  };
}

/**
 * The least float32 that is at or above the threshold, or, of "at most", the least that is not at most: x ≤ t where x does not reach it.
 * Fields are float32, so the threshold is rounded alike: a datum written as 294.261 K does reach 294.261 K.
 */
function boundOf({ stored, direction }: Threshold): number {
  return direction === "atLeast" ? Math.fround(stored) : nextFloat(Math.fround(stored));
}

/** The float32 after a finite one. */
function nextFloat(value: number): number {
  if (value === 0) return 2 ** -149;
  const bits = new Int32Array(Float32Array.of(value).buffer);
  bits[0] += value > 0 ? 1 : -1;
  return new Float32Array(bits.buffer)[0];
}
