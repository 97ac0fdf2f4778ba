/**
 * Simple packing of few bits, fast: a field of a million points has at most 2ⁿ different values, so each is computed once and
 * then looked up. Eight integers of n bits fill n octets, so where they lie repeats, and no integer waits for the one before.
 * The values are those of `unpackSimple` and the formula, to the last bit; `test/grib2/lookup.test.ts` holds it to that.
 * @module
 */
import type { Section } from "../sections/section.ts";
import { packedData, requireBits } from "./packed-data.ts";

/** Widest integer looked up: its table is 512 KiB of float64, about a cache. */
const WIDEST = 16;

/** True where a table is worth its making. */
export function fitsLookup(count: number, bits: number): boolean {
  return bits >= 1 && bits <= WIDEST && count >= 2 ** bits;
}

/**
 * table[X] for each of `count` integers X into `out`. `table` has 2^bits values.
 * @throws DecodeError when section 7 is too short.
 */
export function lookUpSimple<T extends Float32Array | Float64Array>(
  section: Section,
  count: number,
  table: T,
  out: T,
): void {
  const bits = Math.log2(table.length);
  const data = packedData(section);
  requireBits(data, count * bits, `${count} values of ${bits} bits`);
  const start = data.position / 8;
  const whole = count - (count % 8);
  lookUpEights(data.view, start, whole, bits, table, out);
  for (let index = whole; index < count; index++) {
    const bit = (index - whole) * bits;
    const word = data.view.getUint32(start + (whole / 8) * bits + (bit >>> 3));
    out[index] = table[(word << (bit & 7)) >>> (32 - bits)];
  }
}

function lookUpEights<T extends Float32Array | Float64Array>(
  view: DataView,
  start: number,
  count: number,
  bits: number,
  table: T,
  out: T,
): void {
  const mask = table.length - 1;
  // Octet and shift of the second to eighth of eight; the first starts at an octet.
  const octet = (k: number): number => (k * bits) >> 3;
  const shift = (k: number): number => 32 - bits - ((k * bits) & 7);
  const [o1, o2, o3, o4, o5, o6, o7] = [octet(1), octet(2), octet(3), octet(4), octet(5), octet(6), octet(7)];
  const [s1, s2, s3, s4, s5, s6, s7] = [shift(1), shift(2), shift(3), shift(4), shift(5), shift(6), shift(7)];
  const s0 = shift(0);
  for (let index = 0, at = start; index < count; index += 8, at += bits) {
    out[index] = table[(view.getUint32(at) >>> s0) & mask];
    out[index + 1] = table[(view.getUint32(at + o1) >>> s1) & mask];
    out[index + 2] = table[(view.getUint32(at + o2) >>> s2) & mask];
    out[index + 3] = table[(view.getUint32(at + o3) >>> s3) & mask];
    out[index + 4] = table[(view.getUint32(at + o4) >>> s4) & mask];
    out[index + 5] = table[(view.getUint32(at + o5) >>> s5) & mask];
    out[index + 6] = table[(view.getUint32(at + o6) >>> s6) & mask];
    out[index + 7] = table[(view.getUint32(at + o7) >>> s7) & mask];
  }
}
