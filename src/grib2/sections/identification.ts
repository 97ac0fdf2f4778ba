/** Section 1, identification: who made the message, and the reference time. Source: WMO FM 92 GRIB, section 1. @module */
import { type InitTime, utcSeconds } from "../../core/index.ts";
import { decodeError, type Section, unsigned8, unsigned16 } from "./section.ts";

export interface Identification {
  /** Originating centre, common code table C-11: 7 is NCEP. */
  readonly center: number;
  /** Version of the local tables, code table 1.1: 0 none used. */
  readonly localTable: number;
  readonly initTime: InitTime;
}

// Code table 1.2. A reference time of another meaning (verifying time, local time) would give wrong lead times.
const MEANS_START = new Map([
  [0, "analysis"],
  [1, "start of forecast"],
  [3, "observation time"],
]);

export function readIdentification(section: Section): Identification {
  const significance = unsigned8(section, 12, "significance of the reference time");
  if (!MEANS_START.has(significance)) {
    const expected = "a reference time that is an analysis, a forecast's start or an observation (0, 1 or 3)";
    throw decodeError(section, 12, expected, `code ${significance}`, "this kind of message is not supported");
  }
  return {
    center: unsigned16(section, 6, "originating center"),
    localTable: unsigned8(section, 11, "local table version"),
    initTime: readTime(section, 13, "reference time") as InitTime,
  };
}

/** Seven octets: year (2), month, day, hour, minute, second. */
export function readTime(section: Section, octet: number, what: string): number {
  const parts = [unsigned16(section, octet, what)];
  for (let i = 2; i < 7; i++) parts.push(unsigned8(section, octet + i, what));
  const [year, month, day, hour, minute, second] = parts;
  try {
    return utcSeconds(year, month, day, hour, minute, second);
  } catch {
    throw decodeError(section, octet, `a date and time for the ${what}`, parts.join("-"));
  }
}
