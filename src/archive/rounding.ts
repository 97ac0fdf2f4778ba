/**
 * Rounding to HRRR's own precision: HRRR packs temperature, wind and reflectivity in steps of 1/16 and keeps three digits of CAPE and
 * CIN, yet a float32 stores 24 bits of each. The last of them are noise that compresses badly.
 *
 *   x = ±1.b₁b₂…b₂₃ · 2^e  →  the nearest number with bits b₁…b_n only (ties to even);  |error| ≤ 2^(e − n − 1)
 *
 * n is chosen so that the error stays within half of HRRR's step, 1/32, for every possible value (`hardRange`), and within half a unit
 * of the third digit for CAPE and CIN. The floors −10 dBZ and 0 J/kg are exact. Source: Zender 2016, "Bit Grooming", and Kouznetsov 2021,
 * "A note on precision-preserving compression", algorithm BitRound; CF-1.12 section 8.4.2.
 * @module
 */
import { type Field, VARIABLES, type VariableName } from "../core/index.ts";

/** n, the number of mantissa bits kept (CF's `quantization_nsb`). */
export const KEPT_BITS: Readonly<Record<VariableName, number>> = {
  // Below 128: 2^(6 − 10 − 1) = 1/32.
  refc: 10,
  u10: 10,
  v10: 10,
  // Below 512: 2^(8 − 12 − 1) = 1/32.
  t2m: 12,
  d2m: 12,
  // 2^−11 of the value, less than 0.5 in the third digit.
  cape: 10,
  cin: 10,
};

/** The largest error rounding can make in a value within the variable's hard range, in its unit. */
export function maximumRoundingError(variable: VariableName): number {
  const largest = Math.max(...VARIABLES[variable].hardRange.map(Math.abs));
  return 2 ** (Math.floor(Math.log2(largest)) - KEPT_BITS[variable] - 1);
}

/** Rounds a field in place. NaN and the infinities stay what they are. */
export function roundField(field: Field, keptBits: number): void {
  const bits = new Uint32Array(field.buffer, field.byteOffset, field.length);
  const dropped = 23 - keptBits;
  const half = 2 ** (dropped - 1) - 1;
  const mask = ~(2 ** dropped - 1);
  for (let cell = 0; cell < bits.length; cell++) {
    const word = bits[cell];
    if ((word & 0x7f800000) === 0x7f800000) continue;
    bits[cell] = (word + half + ((word >>> dropped) & 1)) & mask;
  }
}

/** True when rounding would leave the field as it is. */
export function isRounded(field: Field, keptBits: number): boolean {
  const bits = new Uint32Array(field.buffer, field.byteOffset, field.length);
  const dropped = 2 ** (23 - keptBits) - 1;
  return bits.every((word) => (word & dropped) === 0 || (word & 0x7f800000) === 0x7f800000);
}
