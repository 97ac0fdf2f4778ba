/**
 * A message's sections, and how their octets are read. Octets are counted from 1 within a section, as the WMO manual counts
 * them, so that every number in this folder can be looked up there.
 *
 *   section = length (octets 1–4) · number (octet 5) · content
 *
 * Signed integers are sign and magnitude: the first bit is the sign (regulation 92.1.5).
 * @module
 */
import { DecodeError } from "../../core/index.ts";
import type { GribMessage } from "../scan.ts";

/** One section: a view of its octets, and where it lies. */
export interface Section {
  readonly number: number;
  readonly file: string;
  /** Where the section starts in the file, counted from 0. */
  readonly offset: number;
  readonly view: DataView;
}

const REFETCH = "the file is damaged: fetch it again";

/**
 * Sections 1 … 7 in the order in which they lie. Their lengths must tile the message from section 0 to the final "7777".
 * @throws DecodeError where they do not.
 */
export function sectionsOf({ bytes, offset, file }: GribMessage): Section[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 4;
  const sections: Section[] = [];
  for (let at = 16; at < end; ) {
    const place = `${file} byte ${offset + at}`;
    if (end - at < 5) {
      throw new DecodeError({ place, expected: 'a section or "7777"', got: `${end - at} octets`, remedy: REFETCH });
    }
    const length = view.getUint32(at);
    const number = view.getUint8(at + 4);
    if (length < 5 || length > end - at) {
      const expected = `a section length of 5 to ${end - at} octets`;
      throw new DecodeError({
        place: `${place} section ${number} octet 1`,
        expected,
        got: `${length}`,
        remedy: REFETCH,
      });
    }
    if (number < 1 || number > 7) {
      throw new DecodeError({ place, expected: "a section number of 1 to 7", got: `${number}`, remedy: REFETCH });
    }
    sections.push({ number, file, offset: offset + at, view: new DataView(view.buffer, view.byteOffset + at, length) });
    at += length;
  }
  return sections;
}

/** "hrrr.grib2 byte 887254 section 5 octet 12": the byte is the octet's own, counted from the start of the file. */
export function placeOf(section: Section, octet: number): string {
  return `${section.file} byte ${section.offset + octet - 1} section ${section.number} octet ${octet}`;
}

/** A damaged or unreadable value at an octet of a section. */
export function decodeError(
  section: Section,
  octet: number,
  expected: string,
  got: string,
  remedy: string = REFETCH,
): DecodeError {
  return new DecodeError({ place: placeOf(section, octet), expected, got, remedy });
}

/** Index of `octet`, after checking that `count` octets are there. */
function locate(section: Section, octet: number, count: number, what: string): number {
  const left = Math.max(section.view.byteLength - octet + 1, 0);
  if (left < count)
    throw decodeError(section, octet, `${count} octet${count === 1 ? "" : "s"} for the ${what}`, `${left}`);
  return octet - 1;
}

export function unsigned8(section: Section, octet: number, what: string): number {
  return section.view.getUint8(locate(section, octet, 1, what));
}

export function unsigned16(section: Section, octet: number, what: string): number {
  return section.view.getUint16(locate(section, octet, 2, what));
}

export function unsigned32(section: Section, octet: number, what: string): number {
  return section.view.getUint32(locate(section, octet, 4, what));
}

export function signed8(section: Section, octet: number, what: string): number {
  return signMagnitude(unsigned8(section, octet, what), 8);
}

export function signed16(section: Section, octet: number, what: string): number {
  return signMagnitude(unsigned16(section, octet, what), 16);
}

export function signed32(section: Section, octet: number, what: string): number {
  return signMagnitude(unsigned32(section, octet, what), 32);
}

export function float32(section: Section, octet: number, what: string): number {
  return section.view.getFloat32(locate(section, octet, 4, what));
}

/** The integer whose `bits`-wide sign and magnitude form reads as `raw`. Negative zero is zero. */
export function signMagnitude(raw: number, bits: number): number {
  const sign = 2 ** (bits - 1);
  return raw < sign ? raw : sign - raw;
}

/** True when every bit is set: how GRIB2 says "missing" in a header. */
export function isMissing(raw: number, bits: number): boolean {
  return raw === 2 ** bits - 1;
}
