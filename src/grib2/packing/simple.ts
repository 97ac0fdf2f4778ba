/**
 * Template 7.0, simple packing: the integers X one after the other, all equally wide. With 0 bits every X is 0 and nothing is
 * stored: a constant field. Source: WMO FM 92 GRIB, templates 5.0 and 7.0.
 * @module
 */
import type { Section } from "../sections/section.ts";
import { packedData, readIntegers } from "./packed-data.ts";

/** X of every packed value. @throws DecodeError when section 7 is too short. */
export function unpackSimple(section: Section, count: number, bits: number): Float64Array {
  return readIntegers(packedData(section), count, bits, `${count} values of ${bits} bits`);
}
