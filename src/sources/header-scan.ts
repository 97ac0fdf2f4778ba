/**
 * The inventory of a remote file, made from the file itself: for one whose .idx is not there, is damaged, or speaks of another file. Only
 * headers are asked for, a few kilobytes a message:
 *
 *   section 0 (total length) · sections 1 to 5 (what it is) · skip the data by their length · "7777", and the next message behind it
 *
 * Source: WMO FM 92 GRIB, section 0 and regulation 92.
 * @module
 */
import { DecodeError } from "../core/index.ts";
import { fieldsOf, formatInventory, type Inventory, type InventoryEntry, parseInventory } from "../grib2/index.ts";
import type { Version } from "./http.ts";
import type { Place } from "./remote.ts";

/** Sections 0 to 5 of HRRR's messages are below 300 octets; what comes with them costs no further request. */
const READ_AHEAD = 4096;
/** HRRR's longest file has about a thousand messages. */
const MOST_MESSAGES = 10_000;
/** A grid or product definition with optional lists. */
const LONGEST_HEADER = 2 ** 20;
const INDICATOR_LENGTH = 16;
const END_LENGTH = 4;
const SECTION_HEAD = 5;

/**
 * Every whole message. Where the file is cut off in the middle of one, those before it are told and the file ends with them.
 * @throws DecodeError when it is no GRIB2 file, or something lies between its messages
 * @throws TransferError when its bytes cannot be had in ranges
 */
export async function scanHeaders(place: Place, version: Version): Promise<Inventory> {
  const reader = headerReader(place, version);
  const entries: InventoryEntry[] = [];
  let offset = 0;
  for (let message = 1; offset < version.size; message++) {
    if (message > MOST_MESSAGES) throw damaged(place, offset, `at most ${MOST_MESSAGES} messages`, "more");
    const length = await totalLength(reader, place, offset, version);
    if (offset + length > version.size) break;
    entries.push(...entriesOf(await skeletonOf(reader, place, offset, length), place, { message, offset }));
    offset += length;
  }
  if (entries.length === 0)
    throw damaged(place, 0, "a whole GRIB message", `a file of ${version.size} octets without one`);
  return { place: place.url, entries, fileBytes: offset };
}

interface HeaderReader {
  /** `count` octets at `at`; asks for more than that when it must ask. */
  readonly read: (at: number, count: number) => Promise<Uint8Array>;
}

function headerReader(place: Place, version: Version): HeaderReader {
  let start = 0;
  let held = new Uint8Array(0);
  return {
    read: async (at, count) => {
      if (at < start || at + count > start + held.length) {
        const end = Math.min(version.size, at + Math.max(count, READ_AHEAD));
        if (end - at < count) throw damaged(place, at, `${count} octets`, `${end - at} to the end of the file`);
        held = (await place.read({ start: at, end }, version)).bytes as Uint8Array<ArrayBuffer>;
        start = at;
      }
      return held.subarray(at - start, at - start + count);
    },
  };
}

/** Of the message at `offset`; one that the file's end cuts off may say anything. */
async function totalLength({ read }: HeaderReader, place: Place, offset: number, { size }: Version): Promise<number> {
  if (size - offset < INDICATOR_LENGTH) return Number.POSITIVE_INFINITY;
  const view = viewOf(await read(offset, INDICATOR_LENGTH));
  if (view.getUint32(0) !== 0x47524942) {
    throw damaged(place, offset, '"GRIB"', `0x${view.getUint32(0).toString(16).padStart(8, "0")}`);
  }
  if (view.getUint8(7) !== 2) throw damaged(place, offset, "GRIB edition 2", `edition ${view.getUint8(7)}`);
  const length = view.getUint32(8) * 2 ** 32 + view.getUint32(12);
  if (length < INDICATOR_LENGTH + END_LENGTH) throw damaged(place, offset, "a total length", `${length} octets`);
  return length;
}

/** The message without its data: bitmaps and values are left out, every other section is as it is. */
async function skeletonOf({ read }: HeaderReader, place: Place, offset: number, length: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [Uint8Array.from(await read(offset, INDICATOR_LENGTH))];
  const end = offset + length - END_LENGTH;
  for (let at = offset + INDICATOR_LENGTH; at < end; ) {
    const head = viewOf(await read(at, SECTION_HEAD));
    const [sectionLength, number] = [head.getUint32(0), head.getUint8(4)];
    const isHeader = number < 6;
    if (sectionLength < SECTION_HEAD || at + sectionLength > end || (isHeader && sectionLength > LONGEST_HEADER)) {
      throw damaged(place, at, "the length of a section", `${sectionLength} octets for section ${number}`);
    }
    parts.push(isHeader ? Uint8Array.from(await read(at, sectionLength)) : EMPTY[number === 6 ? 0 : 1]);
    at += sectionLength;
  }
  const last = Buffer.from(await read(end, END_LENGTH));
  if (last.toString("latin1") !== "7777") throw damaged(place, end, '"7777"', `0x${last.toString("hex")}`);
  const skeleton = new Uint8Array(Buffer.concat([...parts, last]));
  viewOf(skeleton).setBigUint64(8, BigInt(skeleton.length));
  return skeleton;
}

/** "No bitmap", and no data. */
const EMPTY = [Uint8Array.of(0, 0, 0, 6, 6, 255), Uint8Array.of(0, 0, 0, 5, 7)] as const;

/** What an inventory would say of it; of a message that we cannot read, only where it lies. */
function entriesOf(
  bytes: Uint8Array,
  { url }: Place,
  { message, offset }: Pick<InventoryEntry, "message" | "offset">,
): InventoryEntry[] {
  const text = (): string => {
    try {
      return formatInventory(fieldsOf({ kind: "message", file: url, offset: 0, length: bytes.length, bytes }));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const [year, month, day, hour] = [bytes[28] * 256 + bytes[29], bytes[30], bytes[31], bytes[32]];
      const date = `${year}${[month, day, hour].map((part) => String(part).padStart(2, "0")).join("")}`;
      return `1:0:d=${date}:unreadable message:unknown level:unknown time:`;
    }
  };
  return parseInventory(text(), `${url} byte ${offset}`).entries.map((entry) => ({ ...entry, message, offset }));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged({ url }: Place, at: number, expected: string, got: string): DecodeError {
  const remedy = "the file is damaged, or still being written: fetch again later, or choose another source";
  return new DecodeError({ place: `${url} byte ${at}`, expected, got, remedy });
}
