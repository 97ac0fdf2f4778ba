/**
 * What will be fetched of one file from one place: read its inventory, look at its size and version, choose the messages, and know
 * every byte before any is asked for. A plan is kept beside the unfinished file, so that a killed job goes on with the very same bytes
 * without asking for the inventory again.
 * @module
 */
import { DecodeError, formatTime, type InitTime, type LeadHours } from "../core/index.ts";
import {
  byteRanges,
  type Inventory,
  type InventoryEntry,
  inventoryDate,
  parseInventory,
  searchText,
} from "../grib2/index.ts";
import { scanHeaders } from "./header-scan.ts";
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

/** What a place says to a request. Only a file that is nowhere is missing; everything else may be otherwise tomorrow. */
export type Answer = { readonly kind: "plan"; readonly plan: Plan } | Silence;

export type Silence =
  | { readonly kind: "no file" }
  /** The GRIB2 file without its inventory. */
  | { readonly kind: "no inventory" }
  /** The file is there, what is wanted of it is not. */
  | { readonly kind: "lacking"; readonly why: string };

/** By the inventory beside the file, or by the file's own headers, which are always right and take a request a message. */
export type Reading = "inventory" | "headers";

/**
 * @throws DecodeError when the inventory is damaged, of another init time, or longer or shorter than its file
 * @throws TransferError when the place cannot be reached
 */
export async function planFrom(place: Place, request: Request, reading: Reading): Promise<Answer> {
  const text = reading === "inventory" ? await place.inventory() : undefined;
  const version = await place.version();
  if (version === undefined) return { kind: "no file" };
  if (text === undefined && reading === "inventory") return { kind: "no inventory" };
  const inventory =
    text === undefined
      ? await scanHeaders(place, version)
      : parseInventory(text, `${place.url}.idx`, { fileBytes: version.size });
  requireInit(inventory, request.initTime);
  const { chosen, absent } = choose(inventory, request.wants);
  if (absent.length > 0 && reading === "inventory") await requireWhole(inventory, place, version);
  if (chosen.length === 0) return { kind: "lacking", why: lackingText(place, inventory, absent) };
  const ranges = byteRanges(
    inventory,
    chosen.map(({ entry }) => entry),
  );
  const messages = ranges.map(({ start, end = version.size }) => {
    if (end - start > LARGEST_REQUEST) throw tooLong(place, { start, end });
    const entries = inventory.entries.filter(({ offset }) => offset === start);
    return { start, end, chosen: chosen.filter(({ entry }) => entry.offset === start), entries };
  });
  return { kind: "plan", plan: { source: place.source, url: place.url, version, ...request, messages, absent } };
}

const DISAGREE = "the inventory and the file disagree: fetch again later, or choose another source";

function requireInit({ place, entries }: Inventory, initTime: InitTime): void {
  const stranger = entries.find((entry) => entry.initTime !== initTime);
  if (stranger === undefined) return;
  const got = formatTime(stranger.initTime);
  const remedy = "the inventory belongs to another file: fetch again later, or choose another source";
  throw new DecodeError({ place, expected: `init ${formatTime(initTime)}`, got, remedy });
}

const INDICATOR_LENGTH = 16;

/** Before a name is called absent: an inventory that was cut off, or is of a shorter file, knows less than there is. */
async function requireWhole({ place: name, entries }: Inventory, place: Place, version: Version): Promise<void> {
  const start = entries[entries.length - 1].offset;
  const end = start + INDICATOR_LENGTH;
  if (end > version.size) return;
  const { bytes } = await place.read({ start, end }, version);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(8) * 2 ** 32 + view.getUint32(12);
  if (view.getUint32(0) === 0x47524942 && start + length === version.size) return;
  const expected = `a last message that ends with the file of ${version.size} bytes`;
  throw new DecodeError({ place: name, expected, got: `another at byte ${start}`, remedy: DISAGREE });
}

const LISTED = 8;

function lackingText({ url }: Place, { entries }: Inventory, absent: readonly string[]): string {
  const lines = entries.map(({ variable, level }) => `${variable}:${level}`);
  const some = [...new Set(lines)].slice(0, LISTED);
  const more = new Set(lines).size > LISTED ? ", …" : "";
  return `${url}: the file is there, but nothing in it is ${absent.join(", ")}; it holds ${some.join(", ")}${more}`;
}

function tooLong({ url }: Place, { start, end }: ByteRange): DecodeError {
  const expected = `a message of at most ${LARGEST_REQUEST} octets`;
  return new DecodeError({ place: `${url}.idx offset ${start}`, expected, got: `${end - start}`, remedy: DISAGREE });
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
