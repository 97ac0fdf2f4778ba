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

/** Marks a cell as missing; members are far fewer. */
const MISSING = 0xffff;

/**
 * Counts members for several thresholds of one quantity at once: two octets a cell and threshold, whatever M is.
 * @throws ShapeError from `add` when a field has another size.
 */
export function accumulateExceedance(cells: number, thresholds: readonly Threshold[]): ExceedanceAccumulator {
  const counts = thresholds.map(() => new Uint16Array(cells));
  let memberCount = 0;
  return {
    add: (member) => {
      requireCells("exceedance probability", member, cells);
      memberCount++;
      if (memberCount >= MISSING) throw new RangeError(`exceedance counts fewer than ${MISSING} members`);
      for (const [at, { stored, direction }] of thresholds.entries()) {
        const count = counts[at];
        // Fields are float32, so the threshold is rounded alike: a datum written as 294.261 K does reach 294.261 K.
        const bound = Math.fround(stored);
        const sign = direction === "atLeast" ? 1 : -1;
        for (let cell = 0; cell < cells; cell++) {
          const value = member[cell];
          if (Number.isNaN(value)) count[cell] = MISSING;
          else if (sign * value >= sign * bound && count[cell] !== MISSING) count[cell]++;
        }
      }
    },
    finish: () => {
      if (memberCount === 0) throw new RangeError("exceedance probability needs at least one member, got none");
      return thresholds.map((threshold, at) => {
        const probability = new Float32Array(cells);
        let missing = 0;
        for (let cell = 0; cell < cells; cell++) {
          const count = counts[at][cell];
          probability[cell] = count === MISSING ? Number.NaN : count / memberCount;
          if (count === MISSING) missing++;
        }
        return { threshold, memberCount, probability, missing };
      });
    },
  };
}
