/**
 * Whether bytes that came are the message that was asked for. An inventory and its file can disagree while the file is being replaced,
 * and a download can break off: so each message is looked at before it is kept.
 *
 *   "GRIB" · edition 2 · its own length = the bytes that came · "7777" · one field for each line of the inventory,
 *   of the init time, lead, variable and level that were asked for
 * @module
 */
import { DecodeError, formatHour, type InitTime, type LeadHours } from "../core/index.ts";
import {
  fieldsOf,
  type GribField,
  type GribMessage,
  matches,
  parseForecastTime,
  scanMessages,
  searchText,
} from "../grib2/index.ts";
import type { Chosen } from "./want.ts";

export interface Expected {
  readonly initTime: InitTime;
  readonly leadHours: LeadHours;
  /** The lines of this message that are wanted. */
  readonly chosen: readonly Chosen[];
}

/** @param place the address and byte, for complaints. @throws DecodeError when it is anything else */
export function checkMessage(bytes: Uint8Array, place: string, expected: Expected): void {
  const fields = fieldsOf(onlyMessage(bytes, place));
  for (const { entry, wants } of expected.chosen) {
    const at = (entry.part ?? 1) - 1;
    if (at >= fields.length) throw disagree(place, `field ${at + 1} of the message`, `${fields.length} fields`);
    const field = fields[at];
    if (field.initTime !== expected.initTime) {
      throw disagree(place, `init ${formatHour(expected.initTime)}`, formatHour(field.initTime));
    }
    if (field.leadHours !== expected.leadHours) {
      throw disagree(place, `lead +${expected.leadHours} h`, `+${field.leadHours} h`);
    }
    for (const { selector } of wants) {
      if (selector !== undefined && !matches(field, selector)) {
        throw disagree(place, searchText(entry), describe(field));
      }
    }
    requireSameWords(place, chosenLine(entry), field);
  }
}

/** Numbers decide where they are known. For what a search string found, the words must agree as far as both sides have words. */
function requireSameWords(place: string, line: Line, field: GribField): void {
  const named = (name: string): boolean => !name.startsWith("var ");
  const levelKnown = !field.levelText.includes("level type");
  const sameName = !named(line.variable) || !named(field.variable) || line.variable === field.variable;
  const sameLevel = !levelKnown || line.level === field.levelText || line.level.startsWith("reserved");
  const time = parseForecastTime(line.time);
  const sameProcess = time === undefined || time.interval?.process === field.interval?.process;
  const sameKind = line.isProbability === (field.kind === "probability");
  if (!sameName || !sameLevel || !sameProcess || !sameKind) throw disagree(place, line.text, describe(field));
}

interface Line {
  readonly variable: string;
  readonly level: string;
  readonly time: string;
  readonly isProbability: boolean;
  readonly text: string;
}

function chosenLine(entry: Chosen["entry"]): Line {
  const { variable, level, time, extra } = entry;
  return { variable, level, time, isProbability: /(^|:)prob /.test(extra), text: searchText(entry) };
}

/** The bytes as one message that fills them. */
function onlyMessage(bytes: Uint8Array, place: string): GribMessage {
  const [first] = scanMessages(bytes, place);
  if (first.kind === "message" && first.length === bytes.length) return first;
  const got = first.kind === "gap" ? `${first.length} other octets first` : `one of ${first.length} octets`;
  throw disagree(place, `a message of ${bytes.length} octets`, got);
}

function describe({ variable, levelText, leadHours, kind }: GribField): string {
  return `:${variable}:${levelText}: at +${leadHours} h${kind === "plain" ? "" : ` (${kind})`}`;
}

function disagree(place: string, expected: string, got: string): DecodeError {
  const remedy = "the inventory and the file disagree: fetch again later, or choose another source";
  return new DecodeError({ place, expected, got, remedy });
}
