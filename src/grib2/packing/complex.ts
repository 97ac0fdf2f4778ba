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
import { decodeError } from "../sections/section.ts";
import { unpackBits } from "./bits.ts";
import { BLOCK_LENGTH, type BlockSink } from "./blocks.ts";
import { alignToOctet, type PackedData, readIntegers, requireBits } from "./packed-data.ts";

/** Hands every X to `emit`, from the octet where the references start. @throws DecodeError when groups do not add up. */
export function unpackComplex(
  data: PackedData,
  count: number,
  bits: number,
  grouping: Grouping,
  emit: BlockSink,
): void {
  const { missingValueManagement } = grouping;
  const { references, widths, lengths } = readGroups(data, count, bits, grouping);
  const block = new Float64Array(BLOCK_LENGTH);
  let filled = 0;
  let from = data.position;
  for (let group = 0; group < references.length; group++) {
    const width = widths[group];
    const reference = references[group];
    const missingGroup = width === 0 && isMissingMark(reference, bits, missingValueManagement);
    for (let left = lengths[group]; left > 0; ) {
      const length = Math.min(left, BLOCK_LENGTH - filled);
      const end = filled + length;
      if (width === 0) {
        block.fill(missingGroup ? Number.NaN : reference, filled, end);
      } else {
        unpackBits(data.view, from, length, width, block, filled, missingValueManagement === 0 ? reference : 0);
        if (missingValueManagement > 0) {
          addUnlessMissing(block, filled, end, reference, 2 ** width - missingValueManagement);
        }
        from += width * length;
      }
      filled = end;
      left -= length;
      if (filled === BLOCK_LENGTH) {
        emit(block, filled);
        filled = 0;
      }
    }
  }
  if (filled > 0) emit(block, filled);
}

/**
 * The highest values of a width are marks, not numbers: one with primary management, two with secondary. In 0 bits the only
 * value is the highest, and so a mark; ecCodes and NCEP's g2 read it the same way.
 */
function isMissingMark(value: number, bits: number, management: number): boolean {
  return management > 0 && value >= 2 ** bits - management;
}

function addUnlessMissing(block: Float64Array, at: number, end: number, reference: number, firstMark: number): void {
  for (let index = at; index < end; index++) {
    block[index] = block[index] < firstMark ? block[index] + reference : Number.NaN;
  }
}

interface Groups {
  readonly references: Float64Array;
  readonly widths: Float64Array;
  readonly lengths: Float64Array;
}

/** The three runs before the values, stored widths and lengths made true ones, and checked against what is there. */
function readGroups(data: PackedData, count: number, bits: number, grouping: Grouping): Groups {
  const { groupCount, widthReference, lengthReference, lengthIncrement, lastGroupLength } = grouping;
  const references = readIntegers(data, groupCount, bits, "group references");
  alignToOctet(data);
  const widths = readIntegers(data, groupCount, grouping.widthBits, "group widths");
  alignToOctet(data);
  const lengths = readIntegers(data, groupCount, grouping.lengthBits, "group lengths");
  alignToOctet(data);
  let values = 0;
  let valueBits = 0;
  let widest = 0;
  for (let group = 0; group < groupCount; group++) {
    const width = widthReference + widths[group];
    const length = group === groupCount - 1 ? lastGroupLength : lengthReference + lengthIncrement * lengths[group];
    widths[group] = width;
    lengths[group] = length;
    if (width > widest) widest = width;
    values += length;
    valueBits += width * length;
  }
  const octet = Math.floor(data.position / 8) + 1;
  if (widest > 32) throw decodeError(data.section, octet, "groups of at most 32 bits", `${widest}`);
  if (values !== count) throw decodeError(data.section, octet, `groups of ${count} values together`, `${values}`);
  requireBits(data, valueBits, "grouped values");
  return { references, widths, lengths };
}
