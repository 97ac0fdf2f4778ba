/**
 * Section 5, data representation: how many values there are and how they are packed. Every packing here has the form
 *
 *   value = (R + X · 2^E) · 10^(−D)
 *
 * and differs in how the integers X are stored. A field of one value stores none of them: then R is all there is, and whatever
 * else the section says describes nothing. NCEP's g2c leaves it unset, as in the complex packing without a group that every cycle of REFS
 * has: no octets for descriptors, no order, widths of chance. Source: WMO FM 92 GRIB, templates 5.0, 5.2, 5.3, 5.40, 5.41, 5.42; regulation
 * 92.9.4.
 * @module
 */
import { MAX_GRID_POINTS } from "./grid-definition.ts";
import { decodeError, float32, type Section, signed16, unsigned8, unsigned16, unsigned32 } from "./section.ts";

/** R, E and D, and the width of an integer. */
export interface Scaling {
  /** R, as stored: IEEE float32, big-endian. */
  readonly referenceValue: number;
  /** E. */
  readonly binaryScaleFactor: number;
  /** D. */
  readonly decimalScaleFactor: number;
  /** Bits per X, per group reference in 5.2 and 5.3. */
  readonly bits: number;
}

/** What complex packing adds: values in groups, each with its own reference, width and length. */
export interface Grouping {
  /** 0 none; 1 primary missing values; 2 primary and secondary. */
  readonly missingValueManagement: number;
  readonly groupCount: number;
  readonly widthReference: number;
  readonly widthBits: number;
  readonly lengthReference: number;
  readonly lengthIncrement: number;
  readonly lastGroupLength: number;
  readonly lengthBits: number;
}

/** What spatial differencing adds. */
export interface Differencing {
  /** 1: X are differences; 2: differences of differences. */
  readonly order: 1 | 2;
  /** Octets of each first value and of the least difference. */
  readonly octets: number;
}

/** How CCSDS compression was set. */
export interface Ccsds {
  /** J, samples. */
  readonly blockLength: number;
  /** r, after which preprocessing starts anew. */
  readonly blocksPerInterval: number;
  /** Samples are stored as differences. */
  readonly preprocess: boolean;
  /** Fewer options, for samples of up to 4 bits. */
  readonly restricted: boolean;
  /** Intervals start on whole octets. */
  readonly padded: boolean;
}

export type DataRepresentation =
  | { readonly template: "constant"; readonly count: number; readonly referenceValue: number }
  | { readonly template: 0 | 40 | 41; readonly count: number; readonly scaling: Scaling }
  | { readonly template: 42; readonly count: number; readonly scaling: Scaling; readonly ccsds: Ccsds }
  | { readonly template: 2; readonly count: number; readonly scaling: Scaling; readonly grouping: Grouping }
  | {
      readonly template: 3;
      readonly count: number;
      readonly scaling: Scaling;
      readonly grouping: Grouping;
      readonly differencing: Differencing;
    };

/** Template number alone, for those who only list. */
export function readPackingTemplate(section: Section): number {
  return unsigned16(section, 10, "data representation template number");
}

/** Number of packed values alone. */
export function readValueCount(section: Section): number {
  return unsigned32(section, 6, "number of values");
}

/** @throws DecodeError for a packing not listed above, and for widths and counts that cannot be. */
export function readDataRepresentation(section: Section): DataRepresentation {
  const template = readPackingTemplate(section);
  const count = readValueCount(section);
  if (count > MAX_GRID_POINTS) throw decodeError(section, 6, `at most ${MAX_GRID_POINTS} values`, `${count}`);
  if (storesNothing(section, template, count)) {
    // No value at all needs no reference either: everything is missing.
    return { template: "constant", count, referenceValue: count === 0 ? Number.NaN : readReference(section) };
  }
  switch (template) {
    case 0:
    case 40:
    case 41:
      return { template, count, scaling: readScaling(section) };
    case 42:
      return { template, count, scaling: readScaling(section), ccsds: readCcsds(section) };
    case 2:
      return { template, count, scaling: readScaling(section), grouping: readGrouping(section, count) };
    case 3: {
      const differencing = readDifferencing(section);
      return { template, count, scaling: readScaling(section), grouping: readGrouping(section, count), differencing };
    }
    default: {
      const remedy = "this packing is not supported";
      throw decodeError(section, 10, "packing template 5.0, 5.2, 5.3, 5.40, 5.41 or 5.42", `5.${template}`, remedy);
    }
  }
}

const GROUPED = [2, 3];
const NOT_GROUPED = [0, 40, 41, 42];

/** No values, no groups, or integers of 0 bits: section 7 holds nothing. */
function storesNothing(section: Section, template: number, count: number): boolean {
  if (GROUPED.includes(template)) return count === 0 || unsigned32(section, 32, "number of groups") === 0;
  return NOT_GROUPED.includes(template) && (count === 0 || unsigned8(section, 20, "bits for values") === 0);
}

function readReference(section: Section): number {
  const referenceValue = float32(section, 12, "reference value");
  if (Number.isFinite(referenceValue)) return referenceValue;
  throw decodeError(section, 12, "a finite reference value", `${referenceValue}`);
}

function readScaling(section: Section): Scaling {
  const referenceValue = readReference(section);
  const binaryScaleFactor = signed16(section, 16, "binary scale factor");
  const decimalScaleFactor = signed16(section, 18, "decimal scale factor");
  if (Math.abs(binaryScaleFactor) > 1000) {
    throw decodeError(section, 16, "a binary scale factor of -1000 to 1000", `${binaryScaleFactor}`);
  }
  if (Math.abs(decimalScaleFactor) > 300) {
    throw decodeError(section, 18, "a decimal scale factor of -300 to 300", `${decimalScaleFactor}`);
  }
  return { referenceValue, binaryScaleFactor, decimalScaleFactor, bits: readBits(section, 20, "values") };
}

function readGrouping(section: Section, count: number): Grouping {
  const missingValueManagement = unsigned8(section, 23, "missing value management");
  if (missingValueManagement > 2) {
    throw decodeError(section, 23, "missing value management 0, 1 or 2", `${missingValueManagement}`);
  }
  const groupCount = unsigned32(section, 32, "number of groups");
  if (groupCount > count)
    throw decodeError(section, 32, `at most one group for each of ${count} values`, `${groupCount}`);
  return {
    missingValueManagement,
    groupCount,
    widthReference: unsigned8(section, 36, "reference for group widths"),
    widthBits: readBits(section, 37, "group widths"),
    lengthReference: unsigned32(section, 38, "reference for group lengths"),
    lengthIncrement: unsigned8(section, 42, "length increment for group lengths"),
    lastGroupLength: unsigned32(section, 43, "true length of last group"),
    lengthBits: readBits(section, 47, "scaled group lengths"),
  };
}

function readDifferencing(section: Section): Differencing {
  const order = unsigned8(section, 48, "order of spatial differencing");
  if (order !== 1 && order !== 2) throw decodeError(section, 48, "spatial differencing of order 1 or 2", `${order}`);
  const octets = unsigned8(section, 49, "octets per extra descriptor");
  if (octets < 1 || octets > 4) throw decodeError(section, 49, "1 to 4 octets for each extra descriptor", `${octets}`);
  return { order, octets };
}

/** Flags of libaec, which the manual adopts; 2 (three octets a sample) and 4 (byte order) are about its own memory. */
const SIGNED = 1;
const PREPROCESS = 8;
const RESTRICTED = 16;
const PADDED = 32;

function readCcsds(section: Section): Ccsds {
  const flags = unsigned8(section, 22, "CCSDS compression options");
  if ((flags & SIGNED) !== 0) throw decodeError(section, 22, "unsigned samples", "signed ones", "not supported");
  const blockLength = unsigned8(section, 23, "CCSDS block size");
  if (![8, 16, 32, 64].includes(blockLength)) {
    throw decodeError(section, 23, "a CCSDS block size of 8, 16, 32 or 64", `${blockLength}`);
  }
  const blocksPerInterval = unsigned16(section, 24, "CCSDS reference sample interval");
  if (blocksPerInterval < 1 || blocksPerInterval > 4096) {
    throw decodeError(section, 24, "a CCSDS reference sample interval of 1 to 4096", `${blocksPerInterval}`);
  }
  return {
    blockLength,
    blocksPerInterval,
    preprocess: (flags & PREPROCESS) !== 0,
    restricted: (flags & RESTRICTED) !== 0,
    padded: (flags & PADDED) !== 0,
  };
}

function readBits(section: Section, octet: number, what: string): number {
  const bits = unsigned8(section, octet, `bits for ${what}`);
  if (bits > 32) throw decodeError(section, octet, `at most 32 bits for ${what}`, `${bits}`);
  return bits;
}
