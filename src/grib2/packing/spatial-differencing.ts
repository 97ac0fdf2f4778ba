/**
 * Template 7.3, complex packing with spatial differencing: what is packed are differences of neighbors in stored order, less
 * their minimum m. With order 1 and 2,
 *
 *   Xᵢ = Dᵢ + m + Xᵢ₋₁          Xᵢ = Dᵢ + m + 2 Xᵢ₋₁ − Xᵢ₋₂
 *
 * where the first one or two X precede the groups, then m. Missing values are passed over: the neighbor is the last value that
 * is there. Source: WMO FM 92 GRIB, templates 5.3 and 7.3.
 * @module
 */
import type { Differencing, Grouping } from "../sections/data-representation.ts";
import { type Section, signMagnitude } from "../sections/section.ts";
import { unpackGroups } from "./complex.ts";
import { packedData, readIntegers } from "./packed-data.ts";

/** X of every packed value, NaN where missing. @throws DecodeError when groups and values do not add up. */
export function unpackSpatialDifferencing(
  section: Section,
  count: number,
  bits: number,
  grouping: Grouping,
  { order, octets }: Differencing,
): Float64Array {
  if (grouping.groupCount === 0) return new Float64Array(count);
  const data = packedData(section);
  const descriptors = readIntegers(data, order + 1, 8 * octets, "extra descriptors");
  const minimum = signMagnitude(descriptors[order], 8 * octets);
  const x = unpackGroups(data, count, bits, grouping);
  if (order === 1) integrateOnce(x, descriptors[0], minimum);
  else integrateTwice(x, descriptors[0], descriptors[1], minimum);
  return x;
}

/** Float64 holds every sum exactly: X stays far below 2⁵³. */
function integrateOnce(x: Float64Array, first: number, minimum: number): void {
  let at = nextPresent(x, 0);
  if (at === x.length) return;
  x[at] = first;
  let last = first;
  for (at++; at < x.length; at++) {
    const value = x[at] + minimum + last;
    // NaN marks a missing value and must not become the neighbor of the next.
    if (value === value) {
      x[at] = value;
      last = value;
    }
  }
}

function integrateTwice(x: Float64Array, first: number, second: number, minimum: number): void {
  let at = nextPresent(x, 0);
  if (at === x.length) return;
  x[at] = first;
  at = nextPresent(x, at + 1);
  if (at === x.length) return;
  x[at] = second;
  let last = second;
  let beforeLast = first;
  for (at++; at < x.length; at++) {
    const value = x[at] + minimum + 2 * last - beforeLast;
    if (value === value) {
      x[at] = value;
      beforeLast = last;
      last = value;
    }
  }
}

function nextPresent(x: Float64Array, from: number): number {
  let at = from;
  while (at < x.length && Number.isNaN(x[at])) at++;
  return at;
}
