/**
 * The share of members in which something happens, counted one member at a time:
 *
 *   P = (1/M) Σ 1[it happens in member m]        unknown (NaN) where it is unknown in any member
 * @module
 */
import type { Field } from "../core/index.ts";
import { type EventMask, UNKNOWN } from "../neighborhood/index.ts";
import type { Threshold } from "./thresholds.ts";

export interface MemberShare {
  readonly memberCount: number;
  /** [ny, nx], 0 … 1. */
  readonly probability: Field;
}

export interface MemberShareAccumulator {
  add(happens: EventMask): void;
  finish(): MemberShare;
}

export function accumulateMemberShare(cells: number): MemberShareAccumulator {
  const counts = new Uint16Array(cells);
  const unknown = new Uint8Array(cells);
  let memberCount = 0;
  return {
    add: (happens) => {
      memberCount++;
      for (let cell = 0; cell < cells; cell++) {
        counts[cell] += happens[cell] & 1;
        unknown[cell] |= happens[cell] & UNKNOWN;
      }
    },
    finish: () => {
      if (memberCount === 0) throw new RangeError("a share of members needs at least one member, got none");
      const probability = new Float32Array(cells);
      for (let cell = 0; cell < cells; cell++) {
        probability[cell] = unknown[cell] === 0 ? counts[cell] / memberCount : Number.NaN;
      }
      return { memberCount, probability };
    },
  };
}

/** Where a field meets a threshold: 1 or 0, `UNKNOWN` where it is NaN. The threshold is rounded to float32 like the data. */
export function eventMask(field: Field, { stored, direction }: Threshold): EventMask {
  const bound = Math.fround(stored);
  const events = new Uint8Array(field.length);
  if (direction === "atLeast") {
    for (let cell = 0; cell < events.length; cell++) events[cell] = happens(field[cell], field[cell] >= bound);
  } else {
    for (let cell = 0; cell < events.length; cell++) events[cell] = happens(field[cell], field[cell] <= bound);
  }
  return events;
}

const happens = (value: number, met: boolean): number => (met ? 1 : Number.isNaN(value) ? UNKNOWN : 0);
