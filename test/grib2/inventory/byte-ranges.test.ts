import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteRanges, type Inventory, type MergedRange, mergeRanges, parseInventory } from "../../../src/grib2/index.ts";

/** A file of messages of these lengths, byte k of message n being n; every third message has two fields. */
function fileOf(lengths: readonly number[], sizeIsKnown: boolean): { bytes: Uint8Array; inventory: Inventory } {
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  const lines: string[] = [];
  let offset = 0;
  for (const [index, length] of lengths.entries()) {
    const parts = index % 3 === 2 ? [".1", ".2"] : [""];
    for (const part of parts) lines.push(`${index + 1}${part}:${offset}:d=2018072200:TMP:${index} mb:anl:`);
    bytes.fill(index, offset, offset + length);
    offset += length;
  }
  return { bytes, inventory: parseInventory(lines.join("\n"), "a.idx", sizeIsKnown ? { fileBytes: offset } : {}) };
}

const read = (bytes: Uint8Array, { start, end }: { start: number; end?: number }): Uint8Array =>
  bytes.subarray(start, end ?? bytes.length);

const cases = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }),
  known: fc.boolean(),
  picks: fc.array(fc.nat(60), { maxLength: 20 }),
  maxGapBytes: fc.integer({ min: 0, max: 60 }),
});

test("single ranges hold exactly the wanted messages, merged ranges exactly the single ones", () => {
  fc.assert(
    fc.property(cases, ({ lengths, known, picks, maxGapBytes }) => {
      const { bytes, inventory } = fileOf(lengths, known);
      const wanted = picks.map((pick) => inventory.entries[pick % inventory.entries.length]);
      const ranges = byteRanges(inventory, wanted);
      const messages = [...new Set(wanted.map(({ message }) => message - 1))].toSorted((a, b) => a - b);
      expect(ranges.map((range) => [...read(bytes, range)])).toEqual(
        messages.map((index) => Array.from({ length: lengths[index] }, () => index)),
      );
      expect(new Set(ranges.flatMap(({ entries }) => entries))).toEqual(new Set(wanted));

      const merged = mergeRanges(ranges, { maxGapBytes });
      expect(merged.flatMap(({ parts }) => parts)).toEqual(ranges);
      for (const each of merged) {
        const once = read(bytes, each);
        const sliced = each.parts.map((part) => read(once, shifted(part, -each.start)));
        expect(sliced).toEqual(each.parts.map((part) => read(bytes, part)));
        expect([each.start, each.end]).toEqual([each.parts[0].start, each.parts.at(-1)?.end]);
      }
      for (const [at, next] of merged.slice(1).entries()) {
        expect(next.start - (merged[at].end ?? Number.NaN)).toBeGreaterThan(maxGapBytes);
      }
    }),
    { seed: 20180722, numRuns: 500 },
  );
});

function shifted({ start, end }: { start: number; end?: number }, by: number): { start: number; end?: number } {
  return { start: start + by, ...(end !== undefined && { end: end + by }) };
}

test("all messages merge to the whole file, with neither overlap nor gap", () => {
  const { bytes, inventory } = fileOf([5, 1, 9, 3], true);
  const ranges = byteRanges(inventory, inventory.entries);
  expect(ranges.map(({ start, end }) => [start, end])).toEqual([
    [0, 5],
    [5, 6],
    [6, 15],
    [15, 18],
  ]);
  expect(mergeRanges(ranges).map(({ start, end }: MergedRange) => [start, end])).toEqual([[0, bytes.length]]);
});

test("a gap is bridged only when it is allowed", () => {
  const { inventory } = fileOf([5, 2, 9], false);
  const ends = byteRanges(inventory, [inventory.entries[0], inventory.entries[2]]);
  const bounds = (maxGapBytes: number): unknown =>
    mergeRanges(ends, { maxGapBytes }).map(({ start, end }) => [start, end]);
  expect(bounds(1)).toEqual([
    [0, 5],
    [7, undefined],
  ]);
  expect(bounds(2)).toEqual([[0, undefined]]);
});

test("entries of another inventory, and ranges out of order, are mistakes", () => {
  const { inventory } = fileOf([5, 2], true);
  const other = fileOf([5, 2], true).inventory;
  expect(() => byteRanges(inventory, other.entries)).toThrow("2 entries are not of the inventory a.idx");
  const ranges = byteRanges(inventory, inventory.entries);
  expect(() => mergeRanges(ranges.toReversed())).toThrow(RangeError);
  expect(() => mergeRanges([ranges[0], ranges[0]])).toThrow("does not lie behind");
  expect(() => mergeRanges(ranges, { maxGapBytes: Number.NaN })).toThrow(RangeError);
});
