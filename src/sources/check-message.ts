/**
 * Whether bytes that came are the message that was asked for. An inventory and its file can disagree while the file is being replaced,
 * and a download can break off: so each message is looked at before it is kept.
 *
 *   "GRIB" · edition 2 · its own length = the bytes that came · "7777" · one field for each line of the inventory,
 *   of the init time, lead, variable and level that were asked for
 * @module
 */
import { DecodeError, formatHour, formatLead, type InitTime, type LeadHours } from "../core/index.ts";
import {
  type FieldSelector,
  fieldsOf,
  formatInventory,
  type GribField,
  type GribMessage,
  type InventoryEntry,
  matches,
  matchesQuantity,
  mayBe,
  numbersOf,
  parseEvent,
  parseForecastTime,
  parseInventory,
  sameEvent,
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
    if (field.kind === "other") throw unread(place, entry, field);
    if (field.initTime !== expected.initTime) {
      throw disagree(place, `init ${formatHour(expected.initTime)}`, formatHour(field.initTime));
    }
    if (field.leadHours !== expected.leadHours) {
      throw disagree(place, `lead +${formatLead(expected.leadHours)}`, `+${formatLead(field.leadHours)}`);
    }
    for (const { selector: plain, also = [], product } of wants) {
      const selector = plain ?? product?.quantity;
      const isIt = (each: FieldSelector): boolean => (plain === undefined ? matchesQuantity : matches)(field, each);
      if (selector !== undefined && ![selector, ...also].some(isIt)) {
        throw disagree(
          place,
          `${searchText(entry)} (${numbersOf(selector)})`,
          `${searchText(ownLine(field, place))} (${numbersOf(selectorOf(field))})`,
        );
      }
    }
    requireSameWords(place, entry, field);
  }
}

function unread(place: string, entry: InventoryEntry, { productTemplate }: GribField): DecodeError {
  return new DecodeError({
    place,
    expected: `${searchText(entry)} in a product template that is supported`,
    got: `4.${productTemplate}`,
    remedy: "leave it out: whether it is what was asked for cannot be told",
  });
}

/** A field's own numbers, whatever its name. */
const selectorOf = ({ discipline, category, number, level }: GribField): FieldSelector => ({
  discipline,
  category,
  number,
  levelType: level.type,
  ...(level.value !== undefined && { levelValue: level.value }),
  ...(level.second?.value !== undefined && { secondLevelValue: level.second.value }),
});

/**
 * What a search string found has no numbers of its own to compare: the numbers that the wanted line's name stands for must be the message's,
 * and its level, statistic and event must read the same, as far as both have words. Writers of inventories differ in the names they know.
 */
function requireSameWords(place: string, wanted: InventoryEntry, field: GribField): void {
  const found = ownLine(field, place);
  const levelKnown = !found.level.includes("level type") && !wanted.level.startsWith("reserved");
  const agree =
    mayBe(wanted.variable, field) &&
    (!levelKnown || wanted.level === found.level) &&
    sameProcess(wanted, found) &&
    sameOccasion(wanted, found);
  if (!agree) throw disagree(place, searchText(wanted), searchText(found));
}

/** What an inventory would say of it. */
function ownLine(field: GribField, place: string): InventoryEntry {
  return parseInventory(formatInventory([field]), place).entries[0];
}

/** An instant, or the same statistic over time; the interval's words may be in other units. */
function sameProcess(a: InventoryEntry, b: InventoryEntry): boolean {
  const [first, second] = [parseForecastTime(a.time), parseForecastTime(b.time)];
  return first === undefined || second === undefined || first.interval?.process === second.interval?.process;
}

/** No probability, or one of the same event. */
function sameOccasion(a: InventoryEntry, b: InventoryEntry): boolean {
  const [first, second] = [parseEvent(a.extra), parseEvent(b.extra)];
  return first === undefined || second === undefined ? first === second : sameEvent(first, second);
}

/** The bytes as one message that fills them. */
function onlyMessage(bytes: Uint8Array, place: string): GribMessage {
  const [first] = scanMessages(bytes, place);
  if (first.kind === "message" && first.length === bytes.length) return first;
  const got = first.kind === "gap" ? `${first.length} other octets first` : `one of ${first.length} octets`;
  throw disagree(place, `a message of ${bytes.length} octets`, got);
}

function disagree(place: string, expected: string, got: string): DecodeError {
  const remedy = "the inventory and the file disagree: fetch again later, or choose another source";
  return new DecodeError({ place, expected, got, remedy });
}
