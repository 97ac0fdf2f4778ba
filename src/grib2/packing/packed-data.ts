/**
 * The octets of section 7 as a stream of bits that cannot be read past its end.
 * @module
 */
import { decodeError, type Section } from "../sections/section.ts";
import { unpackBits } from "./bits.ts";

/** Section 7 with a position in it. */
export interface PackedData {
  readonly section: Section;
  /** The section's octets and the four that follow it, as `unpackBits` needs. */
  readonly view: DataView;
  /** Bit at which the next value starts, counted from the section's first octet. */
  position: number;
}

export function packedData(section: Section): PackedData {
  const { buffer, byteOffset, byteLength } = section.view;
  return { section, view: new DataView(buffer, byteOffset, byteLength + 4), position: 5 * 8 };
}

/** Throws unless `bits` more bits are there. */
export function requireBits(data: PackedData, bits: number, what: string): void {
  const left = data.section.view.byteLength * 8 - data.position;
  if (bits > left) {
    throw decodeError(data.section, Math.floor(data.position / 8) + 1, `${bits} bits of ${what}`, `${left}`);
  }
}

/** Passes over `count` integers of `width` bits and what is left of their last octet. Gives the bit where they start. */
export function skipIntegers(data: PackedData, count: number, width: number, what: string): number {
  requireBits(data, count * width, what);
  const start = data.position;
  data.position = Math.ceil((start + count * width) / 8) * 8;
  return start;
}

/** The next `count` integers of `width` bits. */
export function readIntegers(data: PackedData, count: number, width: number, what: string): Float64Array {
  requireBits(data, count * width, what);
  const out = new Float64Array(count);
  unpackBits(data.view, data.position, count, width, out, 0);
  data.position += count * width;
  return out;
}
