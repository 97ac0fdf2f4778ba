/**
 * A WOFF font as the plain font it wraps: tables, each zlib-compressed or not, put back behind a plain table directory. The SVG renderer
 * reads no WOFF, and @fontsource ships nothing else. Source: W3C Recommendation "WOFF File Format 1.0", sections 3 to 5.
 * @module
 */
import { unzlibSync } from "fflate";
import { DecodeError } from "../../core/index.ts";

const SIGNATURE = 0x774f4646;
const HEADER = 44;
const WOFF_ENTRY = 20;
const PLAIN_ENTRY = 16;
const LARGEST_FONT = 2 ** 24;

/** @throws DecodeError for bytes that are no WOFF 1.0 font. */
export function plainFont(woff: Uint8Array, place: string): Uint8Array {
  const from = new DataView(woff.buffer, woff.byteOffset, woff.byteLength);
  const size = woff.length > HEADER ? from.getUint32(16) : 0;
  if (size === 0 || size > LARGEST_FONT || from.getUint32(0) !== SIGNATURE) {
    throw new DecodeError({ place, expected: "a WOFF 1.0 font", got: `${woff.length} other bytes` });
  }
  const out = new Uint8Array(size);
  const to = new DataView(out.buffer);
  const tables = from.getUint16(12);
  const power = Math.floor(Math.log2(tables));
  to.setUint32(0, from.getUint32(4));
  to.setUint16(4, tables);
  to.setUint16(6, PLAIN_ENTRY * 2 ** power);
  to.setUint16(8, power);
  to.setUint16(10, PLAIN_ENTRY * (tables - 2 ** power));
  let at = 12 + PLAIN_ENTRY * tables;
  for (let table = 0; table < tables; table++) {
    const entry = HEADER + WOFF_ENTRY * table;
    const [offset, packed, length] = [4, 8, 12].map((field) => from.getUint32(entry + field));
    const bytes = woff.subarray(offset, offset + packed);
    out.set(packed === length ? bytes : unzlibSync(bytes, { out: new Uint8Array(length) }), at);
    const plain = 12 + PLAIN_ENTRY * table;
    to.setUint32(plain, from.getUint32(entry));
    to.setUint32(plain + 4, from.getUint32(entry + 16));
    to.setUint32(plain + 8, at);
    to.setUint32(plain + 12, length);
    at += (length + 3) & ~3;
  }
  return out;
}
