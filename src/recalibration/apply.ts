/**
 * Calibrated probabilities of a field of shares. A share of M members is one of M + 1 numbers, so that applying a map is looking it up.
 * @module
 */
import { type Field } from "../core/index.ts";
import type { FittedEvent } from "./calibration.ts";

export interface CalibratedField {
  /** 0 … 1, NaN where the share was, [ny, nx]. */
  readonly probability: Field;
  /** Cells where fewer or more members had the event than anywhere in the fit: what the map says there it has not learnt. */
  readonly beyond: number;
}

/** A share of M members, as float32 has it, times M is as near to a whole number as this. */
const WHOLE = 1e-3;

/**
 * @param shares fractions of members, i/M or NaN, [ny, nx]
 * @throws RangeError for a number that is no share of that many members: a smoothed probability has another calibration
 */
export function calibrateField(shares: Field, { calibrated, seen }: FittedEvent): CalibratedField {
  const table = Float32Array.from(calibrated);
  const memberCount = table.length - 1;
  const [least, most] = seen;
  let beyond = 0;
  const probability = shares.map((share) => {
    if (Number.isNaN(share)) return Number.NaN;
    const members = Math.round(share * memberCount);
    if (!(Math.abs(share * memberCount - members) < WHOLE && members >= 0 && members <= memberCount)) {
      throw new RangeError(`${share} is no share of ${memberCount} members`);
    }
    if (members < least || members > most) beyond++;
    return table[members];
  });
  return { probability, beyond };
}
