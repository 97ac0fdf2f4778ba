/**
 * Template 7.2, complex packing: the values in groups of neighbors, group g storing its least value and only as many bits for
 * each as the differences from it need.
 *
 *   all references · all widths · all lengths · then X − reference for each value, group by group
 *   width = widthReference + stored    length = lengthReference + lengthIncrement · stored    (the last group's is stated)
 *
 * Each of the first three runs starts on a whole octet, and so do the values. With missing value management, all bits set
 * marks a missing value, and all but the last a secondary one; in a group of width 0 the reference says so for all of it.
 * Source: WMO FM 92 GRIB, templates 5.2 and 7.2.
 * @module
 */
import type { Grouping } from "../sections/data-representation.ts";
import { decodeError, type Section } from "../sections/section.ts";
import { unpackBits } from "./bits.ts";
import { alignToOctet, type PackedData, packedData, readIntegers, requireBits } from "./packed-data.ts";

/** X of every packed value, NaN where missing. @throws DecodeError when groups and values do not add up. */
export function unpackComplex(section: Section, count: number, bits: number, grouping: Grouping): Float64Array {
  return unpackGroups(packedData(section), count, bits, grouping);
}

/** The same from the bit where the group references start. */
export function unpackGroups(data: PackedData, count: number, bits: number, grouping: Grouping): Float64Array {
  const { groupCount, missingValueManagement } = grouping;
  // No groups: every X is 0, a constant field.
  if (groupCount === 0) return new Float64Array(count);
  const references = readIntegers(data, groupCount, bits, "group references");
  alignToOctet(data);
  const widths = readIntegers(data, groupCount, grouping.widthBits, "group widths");
  alignToOctet(data);
  const lengths = readIntegers(data, groupCount, grouping.lengthBits, "group lengths");
  alignToOctet(data);
  settleGroups(data, count, grouping, widths, lengths);

  const out = new Float64Array(count);
  let from = data.position;
  let at = 0;
  for (let group = 0; group < groupCount; group++) {
    const width = widths[group];
    const length = lengths[group];
    const reference = references[group];
    const end = at + length;
    if (width === 0) {
      const missing = isMissingMark(reference, bits, missingValueManagement);
      out.fill(missing ? Number.NaN : reference, at, end);
    } else {
      unpackBits(data.view, from, length, width, out, at);
      if (missingValueManagement === 0) {
        for (let index = at; index < end; index++) out[index] += reference;
      } else {
        const present = 2 ** width - missingValueManagement;
        for (let index = at; index < end; index++)
          out[index] = out[index] < present ? out[index] + reference : Number.NaN;
      }
      from += width * length;
    }
    at = end;
  }
  return out;
}

/** The highest values of a width are marks, not numbers: one with primary management, two with secondary. */
function isMissingMark(value: number, bits: number, management: number): boolean {
  return management > 0 && bits > 0 && value >= 2 ** bits - management;
}

/** Turns stored widths and lengths into true ones, and checks that they need exactly what is there. */
function settleGroups(
  data: PackedData,
  count: number,
  grouping: Grouping,
  widths: Float64Array,
  lengths: Float64Array,
): void {
  const { widthReference, lengthReference, lengthIncrement, lastGroupLength, groupCount } = grouping;
  let values = 0;
  let bits = 0;
  let widest = 0;
  for (let group = 0; group < groupCount; group++) {
    const width = widthReference + widths[group];
    const length = group === groupCount - 1 ? lastGroupLength : lengthReference + lengthIncrement * lengths[group];
    widths[group] = width;
    lengths[group] = length;
    if (width > widest) widest = width;
    values += length;
    bits += width * length;
  }
  const octet = Math.floor(data.position / 8) + 1;
  if (widest > 32) throw decodeError(data.section, octet, "groups of at most 32 bits", `${widest}`);
  if (values !== count) throw decodeError(data.section, octet, `groups of ${count} values together`, `${values}`);
  requireBits(data, bits, "grouped values");
}
