/**
 * What will be fetched of one file from one place: read its inventory, look at its size and version, choose the messages, and know
 * every byte before any is asked for. A plan is kept beside the unfinished file, so that a killed job goes on with the very same bytes
 * without asking for the inventory again.
 * @module
 */
import { DecodeError, formatTime, type InitTime, type LeadHours } from "../core/index.ts";
import { byteRanges, type InventoryEntry, inventoryDate, parseInventory, searchText } from "../grib2/index.ts";
import { type ByteRange, LARGEST_REQUEST, type Version } from "./http.ts";
import type { Place } from "./remote.ts";
import { type Chosen, choose, type Want } from "./want.ts";

/** One message of the file, and one of the subset. */
export interface PlannedMessage extends ByteRange {
  readonly chosen: readonly Chosen[];
  /** Every line of it, those that nobody asked for too: a message comes whole. */
  readonly entries: readonly InventoryEntry[];
}

export interface Plan {
  readonly source: string;
  readonly url: string;
  readonly version: Version;
  readonly initTime: InitTime;
  readonly leadHours: LeadHours;
  /** The request it answers; another request needs another plan. */
  readonly wants: readonly Want[];
  /** At least one, in the order of the file. */
  readonly messages: readonly PlannedMessage[];
  /** Names that this file lacks. */
  readonly absent: readonly string[];
}

export interface Request {
  readonly initTime: InitTime;
  readonly leadHours: LeadHours;
  readonly wants: readonly Want[];
}

/**
 * `undefined` when there is no file at that place, no inventory, or nothing in it of what is wanted.
 * @throws DecodeError when the inventory is damaged, of another init time, or longer than its file
 * @throws TransferError when the place cannot be reached
 */
export async function planFrom(place: Place, { initTime, leadHours, wants }: Request): Promise<Plan | undefined> {
  const text = await place.inventory();
  if (text === undefined) return undefined;
  const version = await place.version();
  if (version === undefined) return undefined;
  const inventory = parseInventory(text, `${place.url}.idx`, { fileBytes: version.size });
  const stranger = inventory.entries.find((entry) => entry.initTime !== initTime);
  if (stranger !== undefined) {
    const got = formatTime(stranger.initTime);
    const remedy = "the inventory belongs to another file: fetch again later, or choose another source";
    throw new DecodeError({ place: `${place.url}.idx`, expected: `init ${formatTime(initTime)}`, got, remedy });
  }
  const { chosen, absent } = choose(inventory, wants);
  if (chosen.length === 0) return undefined;
  const ranges = byteRanges(
    inventory,
    chosen.map(({ entry }) => entry),
  );
  const messages = ranges.map(({ start, end = version.size }) => {
    if (end - start > LARGEST_REQUEST) throw tooLong(place, { start, end });
    const entries = inventory.entries.filter(({ offset }) => offset === start);
    return { start, end, chosen: chosen.filter(({ entry }) => entry.offset === start), entries };
  });
  return { source: place.source, url: place.url, version, initTime, leadHours, wants, messages, absent };
}

function tooLong({ url }: Place, { start, end }: ByteRange): DecodeError {
  const expected = `a message of at most ${LARGEST_REQUEST} octets`;
  const remedy = "the inventory and the file disagree: fetch again later, or choose another source";
  return new DecodeError({ place: `${url}.idx offset ${start}`, expected, got: `${end - start}`, remedy });
}

/** Bytes that the subset will have. */
export function planBytes({ messages }: Plan): number {
  return messages.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** No request is for much more than this, however many messages touch: so much is lost when a connection breaks for good. */
const LARGEST_MERGE = 2 ** 25;

/** Messages that touch, together: one request each. */
export function requestsFor(messages: readonly PlannedMessage[]): (readonly PlannedMessage[])[] {
  const groups: PlannedMessage[][] = [];
  for (const message of messages) {
    const group = groups.at(-1);
    const touches = group !== undefined && group[group.length - 1].end === message.start;
    if (touches && message.end - group[0].start <= LARGEST_MERGE) group.push(message);
    else groups.push([message]);
  }
  return groups;
}

/** The inventory of the subset: the lines of the file's own of every message that is in it, counted and measured anew. */
export function subsetInventory({ messages }: Plan): string {
  let offset = 0;
  let text = "";
  for (const [index, { start, end, entries }] of messages.entries()) {
    for (const entry of entries) {
      const number = entry.part === undefined ? `${index + 1}` : `${index + 1}.${entry.part}`;
      const date = inventoryDate(entry.initTime);
      text += `${number}:${offset}:${date}${searchText(entry)}${entry.extra === "" ? ":" : ""}\n`;
    }
    offset += end - start;
  }
  return text;
}
