/**
 * What is wanted of a GRIB2 file, as plain data: by the numbers of a variable, or by a search string on its inventory.
 * @module
 */
import type { Inventory, InventoryEntry } from "../grib2/index.ts";
import {
  type EventText,
  type FieldSelector,
  parseEvent,
  parseForecastTime,
  quantityNamed,
  sameEvent,
  selectEntries,
  selectVariable,
} from "../grib2/index.ts";

export interface Want {
  /** "refc", or the search string itself: what manifests and messages call it. */
  readonly name: string;
  /** Numbers the field must have. One field answers; where an inventory has it twice, the first. */
  readonly selector?: FieldSelector;
  /** What else answers where nothing has those numbers: the same quantity as older files have it. */
  readonly also?: readonly FieldSelector[];
  /** Any number of fields: what an ensemble made of a quantity, over whatever windows of time. */
  readonly product?: EnsembleField;
  /** Any number of fields, found by a regular expression on ":VARIABLE:LEVEL:TIME[:extra]". */
  readonly search?: string;
}

/** A mean, a spread or the like; with an event its probability, or that of any event. */
export interface EnsembleField {
  readonly quantity: FieldSelector;
  readonly event?: EventText | "any";
}

/** A line of the inventory, and which wants it answers. */
export interface Chosen {
  readonly entry: InventoryEntry;
  readonly wants: readonly Want[];
}

export interface Choice {
  /** In the order of the file. */
  readonly chosen: readonly Chosen[];
  /** Names of wants that no line answers. */
  readonly absent: readonly string[];
}

/** The lines that answer the wants. @throws RequestError when a search string is no regular expression */
export function choose(inventory: Inventory, wants: readonly Want[]): Choice {
  const answered = new Map<InventoryEntry, Want[]>();
  const absent: string[] = [];
  for (const want of wants) {
    const entries = entriesFor(inventory, want);
    if (entries.length === 0) absent.push(want.name);
    for (const entry of entries) answered.set(entry, [...(answered.get(entry) ?? []), want]);
  }
  const chosen = inventory.entries.flatMap((entry) => {
    const answers = answered.get(entry);
    return answers === undefined ? [] : [{ entry, wants: answers }];
  });
  return { chosen, absent };
}

function entriesFor(inventory: Inventory, { selector, also = [], product, search }: Want): readonly InventoryEntry[] {
  if (search !== undefined) return selectEntries(inventory, search).filter((entry) => !isEmptyWindow(entry));
  if (product !== undefined) {
    const isQuantity = quantityNamed(product.quantity);
    return inventory.entries.filter((entry) => isQuantity(entry) && isOfEvent(entry, product.event));
  }
  if (selector === undefined) return [];
  const found = [selector, ...also].map((each) =>
    selectVariable(inventory, each).filter((entry) => !isEmptyWindow(entry)),
  );
  return found.find((entries) => entries.length > 0)?.slice(0, 1) ?? [];
}

/** "0-0 day max fcst": at f00 HRRR writes maxima and sums over no time, constants that are no weather. */
function isEmptyWindow({ time }: InventoryEntry): boolean {
  const { leadHours, interval } = parseForecastTime(time) ?? {};
  return interval !== undefined && interval.startLeadHours === leadHours;
}

function isOfEvent({ extra }: InventoryEntry, wanted: EnsembleField["event"]): boolean {
  const found = parseEvent(extra);
  if (wanted === undefined || wanted === "any") return (found === undefined) === (wanted === undefined);
  return found !== undefined && sameEvent(found, wanted);
}
