/**
 * Inventories: the `.idx` text beside a GRIB2 file, which says what lies where so that single messages can be fetched.
 *
 *   n[.m] : byte offset : d=YYYYMMDDHH : variable : level : time [ : anything more ]
 *   71:42985001:d=2026100623:TMP:2 m above ground:6 hour fcst:
 *
 * One line a field. Fields of one message share its offset and its n and count m. Lengths are not given: a message ends where
 * the next begins. Source: wgrib2's short inventory, as NCEP publishes it.
 * @module
 */
import { DecodeError, fileKind, type InitTime, utcSeconds } from "../core/index.ts";

/** One line. */
export interface InventoryEntry {
  /** n, counted from 1. */
  readonly message: number;
  /** m, counted from 1; only in messages of several fields. */
  readonly part?: number;
  /** Where the message starts in the file, counted from 0. */
  readonly offset: number;
  readonly initTime: InitTime;
  /** "TMP", or "var discipline=… parm=…" where the writer had no name. */
  readonly variable: string;
  /** "2 m above ground". */
  readonly level: string;
  /** "anl", "6 hour fcst", "5-6 hour max fcst"; `parseForecastTime` reads it. */
  readonly time: string;
  /** "" for a plain field, else "prob >40:prob fcst 0/10", "wt ens mean", "ENS=+3". */
  readonly extra: string;
}

export interface Inventory {
  /** Name for complaints: a path or URL. */
  readonly place: string;
  /** In the order of the file, offsets never falling; at least one. */
  readonly entries: readonly InventoryEntry[];
  /** Size of the GRIB2 file, where it is known. */
  readonly fileBytes?: number;
}

/** What is known beside the text. */
export interface InventoryOptions {
  /** Size of the GRIB2 file. No message may start beyond it, and the last one ends there. */
  readonly fileBytes?: number;
}

/** HRRR's longest inventory has about a thousand lines of at most 120 characters. */
const MAX_LINES = 100_000;
const MAX_LINE_LENGTH = 1000;

/**
 * Reads the text of an inventory. Blank lines at its end and a missing last colon are passed over; nothing else is.
 * @throws DecodeError naming the line: not an inventory, dates that do not exist, offsets that fall, repeat or lie beyond the file.
 * @example parseInventory("1:0:d=2018072200:REFC:entire atmosphere:anl:", "hrrr.idx").entries[0].variable // "REFC"
 */
export function parseInventory(text: string, place: string, options: InventoryOptions = {}): Inventory {
  const { fileBytes } = options;
  const lines = linesOf(text, place);
  const entries: InventoryEntry[] = [];
  for (const [index, line] of lines.entries()) {
    const complain = (expected: string, got: string): DecodeError =>
      new DecodeError({ place: `${place} line ${index + 1}`, expected, got, remedy: REFETCH });
    const entry = parseLine(line, complain);
    const previous = entries.at(-1);
    if (previous !== undefined) checkSuccession(previous, entry, complain);
    if (fileBytes !== undefined && entry.offset >= fileBytes) {
      throw complain(`an offset below the GRIB file's ${fileBytes} bytes`, `${entry.offset}`);
    }
    entries.push(entry);
  }
  return { place, entries, ...(fileBytes !== undefined && { fileBytes }) };
}

const REFETCH = "fetch the inventory again, together with its GRIB file";

/** Characters by which `fileKind` tells. */
const KIND_SHOWS = 512;
const INVENTORY = fileKind(new TextEncoder().encode("1:0:d=2018072200:"));

type Complain = (expected: string, got: string) => DecodeError;

function linesOf(text: string, place: string): string[] {
  const refused = (expected: string, got: string): DecodeError =>
    new DecodeError({ place, expected, got, remedy: REFETCH });
  if (text.length > MAX_LINES * MAX_LINE_LENGTH) {
    throw refused(`an inventory of at most ${MAX_LINES * MAX_LINE_LENGTH} characters`, `${text.length}`);
  }
  const kind = fileKind(new TextEncoder().encode(text.slice(0, KIND_SHOWS)));
  if (kind !== undefined && kind !== INVENTORY) throw refused("an inventory", kind);
  const lines = text.trimEnd().split("\n", MAX_LINES + 1);
  if (lines.length > MAX_LINES) throw refused(`an inventory of at most ${MAX_LINES} lines`, "more");
  if (lines.length === 1 && lines[0] === "") throw refused("an inventory", "an empty file");
  return lines;
}

/** Number, part, offset, date; then everything to the next colon three times; then the rest without its last colon. */
const LINE =
  /^(?<message>\d{1,9})(?:\.(?<part>\d{1,9}))?:(?<offset>\d{1,15}):(?:d=(?<hour>\d{10})|D=(?<second>\d{14})):(?<variable>[^:]+):(?<level>[^:]+):(?<time>[^:]+)(?::(?<extra>.*?):?)?$/;

function parseLine(line: string, complain: Complain): InventoryEntry {
  if (line.length > MAX_LINE_LENGTH) throw complain(`at most ${MAX_LINE_LENGTH} characters`, `${line.length}`);
  const groups = LINE.exec(line.trimEnd())?.groups;
  if (groups === undefined) {
    throw complain('"n:offset:d=YYYYMMDDHH:variable:level:time:"', JSON.stringify(line.slice(0, 80)));
  }
  const { message, part, offset, variable, level, time, extra = "" } = groups;
  return {
    message: Number(message),
    ...(part !== undefined && { part: Number(part) }),
    offset: Number(offset),
    initTime: parseDate(groups["hour"] ?? groups["second"], complain),
    variable,
    level,
    time,
    extra,
  };
}

/** YYYYMMDDHH, or YYYYMMDDHHmmss as wgrib2 writes with -T. */
function parseDate(digits: string, complain: Complain): InitTime {
  const at = (from: number, to: number): number => Number(digits.slice(from, to));
  try {
    return utcSeconds(at(0, 4), at(4, 6), at(6, 8), at(8, 10), at(10, 12), at(12, 14)) as InitTime;
  } catch {
    throw complain("a date and hour", digits);
  }
}

/** Lines go on with the same message's next part or with a later message. */
function checkSuccession(previous: InventoryEntry, entry: InventoryEntry, complain: Complain): void {
  const { message, part, offset } = entry;
  const name = part === undefined ? `${message}` : `${message}.${part}`;
  if (message === previous.message) {
    if (part === undefined || previous.part === undefined || part <= previous.part) {
      throw complain(`a message or part after ${previous.message}${partName(previous)}`, name);
    }
    if (offset !== previous.offset) throw complain(`offset ${previous.offset} for every part of it`, `${offset}`);
    return;
  }
  if (message < previous.message) throw complain(`a message number above ${previous.message}`, name);
  if (offset <= previous.offset) throw complain(`an offset above ${previous.offset}`, `${offset}`);
}

function partName({ part }: InventoryEntry): string {
  return part === undefined ? "" : `.${part}`;
}
