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
import { type PackedData, requireBits, skipIntegers } from "./packed-data.ts";

/** Hands every X to `emit`, from the octet where the references start. @throws DecodeError when groups do not add up. */
export function unpackComplex(
  data: PackedData,
  count: number,
  bits: number,
  grouping: Grouping,
  emit: BlockSink,
): void {
  const { missingValueManagement } = grouping;
  const runs = locateRuns(data, bits, grouping);
  checkGroups(data, runs, count, grouping);
  const block = new Float64Array(BLOCK_LENGTH);
  let filled = 0;
  let from = runs.values;
  for (const { references, widths, lengths, groups } of groupBlocks(data, runs, bits, grouping)) {
    for (let group = 0; group < groups; group++) {
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

/** Bits at which the four runs start. */
interface Runs {
  readonly references: number;
  readonly widths: number;
  readonly lengths: number;
  readonly values: number;
}

function locateRuns(data: PackedData, bits: number, { groupCount, widthBits, lengthBits }: Grouping): Runs {
  const references = skipIntegers(data, groupCount, bits, "group references");
  const widths = skipIntegers(data, groupCount, widthBits, "group widths");
  const lengths = skipIntegers(data, groupCount, lengthBits, "group lengths");
  return { references, widths, lengths, values: data.position };
}

/** Some groups, their stored widths and lengths made true ones. The arrays are the same for every block. */
interface GroupBlock {
  readonly references: Float64Array;
  readonly widths: Float64Array;
  readonly lengths: Float64Array;
  /** How many there are in it. */
  readonly groups: number;
}

/** All groups in blocks: a message that claims millions of them in 0 bits asks for no memory. */
function* groupBlocks(
  data: PackedData,
  runs: Runs,
  bits: number,
  { groupCount, widthReference, widthBits, lengthReference, lengthIncrement, lengthBits, lastGroupLength }: Grouping,
): Generator<GroupBlock> {
  const most = Math.min(groupCount, BLOCK_LENGTH);
  const [references, widths, lengths] = [new Float64Array(most), new Float64Array(most), new Float64Array(most)];
  for (let first = 0; first < groupCount; first += most) {
    const groups = Math.min(most, groupCount - first);
    unpackBits(data.view, runs.references + first * bits, groups, bits, references, 0);
    unpackBits(data.view, runs.widths + first * widthBits, groups, widthBits, widths, 0, widthReference);
    unpackBits(data.view, runs.lengths + first * lengthBits, groups, lengthBits, lengths, 0);
    for (let group = 0; group < groups; group++) lengths[group] = lengthReference + lengthIncrement * lengths[group];
    if (first + groups === groupCount) lengths[groups - 1] = lastGroupLength;
    yield { references, widths, lengths, groups };
  }
}

/** Before anything is unpacked: the groups hold `count` values, none wider than 32 bits, and all their bits are there. */
function checkGroups(data: PackedData, runs: Runs, count: number, grouping: Grouping): void {
  let values = 0;
  let valueBits = 0;
  let widest = 0;
  for (const { widths, lengths, groups } of groupBlocks(data, runs, 0, grouping)) {
    for (let group = 0; group < groups; group++) {
      const width = widths[group];
      if (width > widest) widest = width;
      values += lengths[group];
      valueBits += width * lengths[group];
    }
  }
  const octet = Math.floor(data.position / 8) + 1;
  if (widest > 32) throw decodeError(data.section, octet, "groups of at most 32 bits", `${widest}`);
  if (values !== count) throw decodeError(data.section, octet, `groups of ${count} values together`, `${values}`);
  requireBits(data, valueBits, "grouped values");
}
