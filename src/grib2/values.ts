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
import { unpackComplex } from "./packing/complex.ts";
import { unpackSimple } from "./packing/simple.ts";
import { unpackSpatialDifferencing } from "./packing/spatial-differencing.ts";
import { presentPoints } from "./sections/bitmap.ts";
import { type DataRepresentation, readDataRepresentation, type Scaling } from "./sections/data-representation.ts";
import { decodeError, type Section } from "./sections/section.ts";

/** How precisely to give values: float32 for fields, float64 for statistics of them. */
export interface DecodeOptions {
  readonly precision: "float32" | "float64";
}

/**
 * Values in stored order, [ny · nx], NaN where missing. `toSouthUp` brings them into our order.
 * @throws DecodeError naming the file, byte, section and octet, where packing and headers do not agree.
 */
export function decodeValues(field: GribField, options?: { readonly precision: "float32" }): Float32Array;
export function decodeValues(field: GribField, options: { readonly precision: "float64" }): Float64Array;
export function decodeValues(field: GribField, options?: DecodeOptions): Float32Array | Float64Array {
  const { representation: section, bitmap, data } = field.packed;
  const points = field.grid.nx * field.grid.ny;
  const representation = readDataRepresentation(section);
  const present = bitmap === undefined ? undefined : presentPoints(bitmap, points);
  const expected = present === undefined ? points : countPresent(present);
  if (representation.count !== expected) {
    const what = present === undefined ? "one value for each grid point" : "one value for each bit set in the bitmap";
    throw decodeError(section, 6, `${expected} values, ${what}`, `${representation.count}`);
  }
  const x = unpack(representation, data);
  const out = options?.precision === "float64" ? new Float64Array(points) : new Float32Array(points);
  if (present === undefined) scale(x, representation.scaling, out);
  else scatter(x, representation.scaling, present, out);
  return out;
}

function unpack(representation: DataRepresentation, data: Section): Float64Array {
  const { count, scaling } = representation;
  switch (representation.template) {
    case 0:
      return unpackSimple(data, count, scaling.bits);
    case 2:
      return unpackComplex(data, count, scaling.bits, representation.grouping);
    case 3:
      return unpackSpatialDifferencing(data, count, scaling.bits, representation.grouping, representation.differencing);
    default:
      return representation satisfies never;
  }
}

function scale(x: Float64Array, scaling: Scaling, out: Float32Array | Float64Array): void {
  const { referenceValue } = scaling;
  const binary = 2 ** scaling.binaryScaleFactor;
  const decimal = decimalPower(scaling.decimalScaleFactor);
  for (let index = 0; index < x.length; index++) out[index] = (x[index] * binary + referenceValue) * decimal;
}

/** The same, to the points that are present. */
function scatter(x: Float64Array, scaling: Scaling, present: Uint8Array, out: Float32Array | Float64Array): void {
  scale(x, scaling, x);
  for (let point = 0, index = 0; point < present.length; point++) {
    out[point] = present[point] === 1 ? x[index++] : Number.NaN;
  }
}

/** 10^(−D) as ecCodes computes it, so that its last bit is the same. */
export function decimalPower(decimalScaleFactor: number): number {
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
