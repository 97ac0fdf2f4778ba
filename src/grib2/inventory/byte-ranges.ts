/**
 * Which bytes of the file hold the messages that are wanted.
 *
 *   a message is [its offset, the next different offset)
 *
 * The last one is open unless the file's size is known. ⚠ `end` is not included here; in an HTTP header it is.
 * @module
 */
import type { Inventory, InventoryEntry } from "../inventory.ts";

/** The bytes of one message. */
export interface ByteRange {
  readonly start: number;
  /** First byte after it; absent when it goes to the end of a file whose size is not known. */
  readonly end?: number;
  /** What was wanted of this message: several where it holds several fields. */
  readonly entries: readonly InventoryEntry[];
}

/** Bytes to ask for at once. */
export interface MergedRange {
  readonly start: number;
  readonly end?: number;
  /** The messages in it, in order; what lies between them was not wanted. */
  readonly parts: readonly ByteRange[];
}

/**
 * One range for each wanted message, in the order of the file, each once.
 * @throws RangeError when an entry is of another inventory.
 * @example byteRanges(inventory, selectEntries(inventory, ":[UV]GRD:10 m above ground:"))
 */
export function byteRanges(inventory: Inventory, wanted: readonly InventoryEntry[]): ByteRange[] {
  const left = new Set(wanted);
  const ranges: ByteRange[] = [];
  for (const message of messagesIn(inventory)) {
    const entries = message.entries.filter((entry) => left.delete(entry));
    if (entries.length > 0) ranges.push({ ...message, entries });
  }
  if (left.size > 0) throw new RangeError(`${left.size} entries are not of the inventory ${inventory.place}`);
  return ranges;
}

/** Every message with its bytes. */
function messagesIn({ entries, fileBytes }: Inventory): ByteRange[] {
  const groups: InventoryEntry[][] = [];
  for (const entry of entries) {
    const group = groups.at(-1);
    if (group !== undefined && group[0].offset === entry.offset) group.push(entry);
    else groups.push([entry]);
  }
  return groups.map((group, at) => {
    const end = groups[at + 1]?.[0].offset ?? fileBytes;
    return { start: group[0].offset, ...(end !== undefined && { end }), entries: group };
  });
}

/** How far apart ranges may lie and still be asked for at once. */
export interface MergeOptions {
  /** Bytes between two ranges that are fetched and thrown away rather than asked for separately; 0 unless given. */
  readonly maxGapBytes?: number;
}

/**
 * Ranges that touch, or lie at most `maxGapBytes` apart, as one. `ranges` are as `byteRanges` gives them.
 * @throws RangeError when they are not in the order of the file, or overlap.
 */
export function mergeRanges(ranges: readonly ByteRange[], { maxGapBytes = 0 }: MergeOptions = {}): MergedRange[] {
  if (!(maxGapBytes >= 0)) throw new RangeError(`a gap of ${maxGapBytes} bytes`);
  const groups: ByteRange[][] = [];
  for (const range of ranges) {
    const group = groups.at(-1);
    const reached = group?.at(-1)?.end;
    if (group !== undefined && (reached === undefined || range.start < reached)) {
      throw new RangeError(`the range at byte ${range.start} does not lie behind the one before it`);
    }
    if (group !== undefined && reached !== undefined && range.start - reached <= maxGapBytes) group.push(range);
    else groups.push([range]);
  }
  return groups.map((parts) => {
    const end = parts.at(-1)?.end;
    return { start: parts[0].start, ...(end !== undefined && { end }), parts };
  });
}
