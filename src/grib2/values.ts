/**
 * Unpacks a field's values:
 *
 *   value = (R + X · 2^E) · 10^(−D)
 *
 * in float64 and in this order of operations, then rounded once to float32: the same bits as ecCodes. 10^(−D) is what ecCodes
 * multiplies with, a chain of divisions by 10. Source: WMO FM 92 GRIB, regulation 92.9.4; ecCodes 2.50.
 * @module
 */
import type { GribField } from "./field.ts";
import type { BlockSink } from "./packing/blocks.ts";
import { unpackCcsds } from "./packing/ccsds.ts";
import { unpackComplex } from "./packing/complex.ts";
import { unpackJpeg2000 } from "./packing/jpeg2000.ts";
import { fitsLookup, lookUpSimple } from "./packing/lookup.ts";
import { packedData } from "./packing/packed-data.ts";
import { unpackPng } from "./packing/png.ts";
import { unpackSimple } from "./packing/simple.ts";
import { undifference } from "./packing/spatial-differencing.ts";
import { presentPoints } from "./sections/bitmap.ts";
import { type DataRepresentation, readDataRepresentation, type Scaling } from "./sections/data-representation.ts";
import { decodeError, type Section } from "./sections/section.ts";

/** How precisely to give values: float32 for fields, float64 for statistics of them. */
export interface DecodeOptions {
  readonly precision?: "float32" | "float64";
  /** Where float32 values go, [ny · nx]: memory that is used again costs no page faults. Absent: an array of their own. */
  readonly into?: Float32Array;
}

/** One whose section 7 holds something. */
type StoredRepresentation = Exclude<DataRepresentation, { readonly template: "constant" }>;

/**
 * Values in stored order, [ny · nx], NaN where missing. `toSouthUp` brings them into our order.
 * @throws DecodeError naming the file, byte, section and octet, where packing and headers do not agree; RequestError for a
 * JPEG 2000 picture (5.40) before `prepareDecoders` has been awaited.
 */
export function decodeValues(field: GribField, options?: { precision?: "float32"; into?: Float32Array }): Float32Array;
export function decodeValues(field: GribField, options: { precision: "float64" }): Float64Array;
export function decodeValues(field: GribField, options: DecodeOptions = {}): Float32Array | Float64Array {
  const { representation: section, bitmap, data } = field.packed;
  const points = field.grid.nx * field.grid.ny;
  const representation = readDataRepresentation(section);
  const present = bitmap === undefined ? undefined : presentPoints(bitmap, points);
  const expected = present === undefined ? points : countPresent(present);
  if (representation.count !== expected) {
    const what = present === undefined ? "one value for each grid point" : "one value for each bit set in the bitmap";
    throw decodeError(section, 6, `${expected} values, ${what}`, `${representation.count}`);
  }
  const { precision, into = precision === "float64" ? new Float64Array(points) : new Float32Array(points) } = options;
  if (into.length !== points) throw new RangeError(`room for ${into.length} values of a field of ${points}`);
  const out: Float32Array | Float64Array = into;
  if (representation.template === "constant") {
    fillConstant(representation.referenceValue, present, out);
    return out;
  }
  const { scaling } = representation;
  if (representation.template === 0 && present === undefined && fitsLookup(points, scaling.bits)) {
    lookUpSimple(data, points, valueTable(scaling, out), out);
  } else {
    unpack(representation, data, present === undefined ? scaleInto(out, scaling) : scatterInto(out, scaling, present));
  }
  return out;
}

function unpack(representation: StoredRepresentation, section: Section, emit: BlockSink): void {
  const { count, scaling } = representation;
  switch (representation.template) {
    case 0:
      return unpackSimple(section, count, scaling.bits, emit);
    case 2:
      return unpackComplex(packedData(section), count, scaling.bits, representation.grouping, emit);
    case 3: {
      const data = packedData(section);
      const differences = undifference(data, representation.differencing, emit);
      return unpackComplex(data, count, scaling.bits, representation.grouping, differences);
    }
    case 40:
      return unpackJpeg2000(section, count, emit);
    case 41:
      return unpackPng(section, count, emit);
    case 42:
      return unpackCcsds(section, count, scaling.bits, representation.ccsds, emit);
  }
}

/**
 * A constant field is R itself, not R · 10^(−D): encoders (NCEP's g2, ecCodes) write the value unscaled and leave D as it was
 * asked for, and their decoders agree. Source: WMO FM 92 GRIB, template 5.0, note on octet 20; docs/design/0002.
 */
function fillConstant(value: number, present: Uint8Array | undefined, out: Float32Array | Float64Array): void {
  out.fill(value);
  if (present === undefined) return;
  for (let point = 0; point < present.length; point++) if (present[point] === 0) out[point] = Number.NaN;
}

/** The value of every X there can be, as precise as `out`. */
function valueTable<T extends Float32Array | Float64Array>(scaling: Scaling, out: T): T {
  const integers = Float64Array.from({ length: 2 ** scaling.bits }, (_, x) => x);
  const table = (out instanceof Float32Array ? new Float32Array(integers.length) : integers) as T;
  scaleInto(table, scaling)(integers, integers.length);
  return table;
}

/** The end of the line: X of each block to its value in `out`. */
function scaleInto(out: Float32Array | Float64Array, scaling: Scaling): BlockSink {
  const { referenceValue } = scaling;
  const binary = 2 ** scaling.binaryScaleFactor;
  const decimal = decimalPower(scaling.decimalScaleFactor);
  let at = 0;
  return (block, count) => {
    scaleBlock(block, count, referenceValue, binary, decimal, out, at);
    at += count;
  };
}

function scaleBlock(
  block: Float64Array,
  count: number,
  r: number,
  b: number,
  d: number,
  out: Float32Array | Float64Array,
  at: number,
): void {
  for (let index = 0; index < count; index++) out[at + index] = (block[index] * b + r) * d;
}

/** The same, to the points that are present; NaN between. */
function scatterInto(out: Float32Array | Float64Array, scaling: Scaling, present: Uint8Array): BlockSink {
  const { referenceValue } = scaling;
  const binary = 2 ** scaling.binaryScaleFactor;
  const decimal = decimalPower(scaling.decimalScaleFactor);
  out.fill(Number.NaN);
  let point = 0;
  return (block, count) => {
    for (let index = 0; index < count; index++, point++) {
      while (present[point] === 0) point++;
      out[point] = (block[index] * binary + referenceValue) * decimal;
    }
  };
}

/** 10^(−D) as ecCodes computes it, so that its last bit is the same. */
function decimalPower(decimalScaleFactor: number): number {
  let power = 1;
  for (let d = decimalScaleFactor; d > 0; d--) power /= 10;
  for (let d = decimalScaleFactor; d < 0; d++) power *= 10;
  return power;
}

function countPresent(present: Uint8Array): number {
  let count = 0;
  for (const bit of present) count += bit;
  return count;
}
