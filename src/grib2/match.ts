/** Whether a field is one of the variables we know: by numbers, whoever wrote them (`tables/same-quantity.ts`). @module */
import type { GribSelector } from "../core/index.ts";
import type { GribField } from "./field.ts";
import type { ForecastTime } from "./inventory/time.ts";
import { canonicalLevelType, canonicalParameter, FIRST_LOCAL, isLocal, NCEP } from "./tables/same-quantity.ts";

/** A variable that may be of a layer, or a statistic over time. */
export interface FieldSelector extends GribSelector {
  /** The other surface of a layer, of the same type: 0 for "90-0 mb above ground". */
  readonly secondLevelValue?: number;
  /** Code table 4.10: 0 average, 1 accumulation, 2 maximum, 3 minimum. Absent for an instant. */
  readonly process?: number;
  /** Length of the interval; absent when any will do. */
  readonly intervalHours?: number;
}

/**
 * True for the quantity the selector names, at its level and nowhere else, at one instant unless it names a process, of one
 * forecast: an average over time, a layer that starts at that level, an ensemble's spread or a probability has the same numbers
 * and is another thing.
 */
export function matches(field: GribField, selector: FieldSelector): boolean {
  return (
    matchesQuantity(field, selector) &&
    spansInterval(field, selector) &&
    (field.kind === "plain" || field.kind === "member")
  );
}

/**
 * True for the selector's parameter at its level, whatever was made of it: a member, a mean, a probability; an instant or a statistic
 * over time. A selector with NCEP's local numbers, such as REFC's 0/16/196 at level type 10, also finds WMO's (0/16/5) and NCEP's level
 * type 200. Local numbers in a field count only from NCEP.
 */
export function matchesQuantity(field: GribField, selector: FieldSelector): boolean {
  const { level } = field;
  if (field.center !== NCEP && (isLocal(field) || level.type >= FIRST_LOCAL)) return false;
  const [found, wanted] = [canonicalParameter(field), canonicalParameter(selector)];
  return (
    found.discipline === wanted.discipline &&
    found.category === wanted.category &&
    found.number === wanted.number &&
    canonicalLevelType(level.type) === canonicalLevelType(selector.levelType) &&
    (selector.levelValue === undefined || level.value === selector.levelValue) &&
    (selector.secondLevelValue === undefined
      ? level.second === undefined
      : level.second?.type === selector.levelType && level.second.value === selector.secondLevelValue)
  );
}

/** True when a time is of the kind asked for: an instant, or an interval of that process and length. */
export function spansInterval({ leadHours, interval }: ForecastTime, selector: FieldSelector): boolean {
  if (interval === undefined || selector.process === undefined) {
    return interval === undefined && selector.process === undefined;
  }
  const { intervalHours = leadHours - interval.startLeadHours } = selector;
  return interval.process === selector.process && leadHours - interval.startLeadHours === intervalHours;
}

/**
 * A parameter and its level in numbers, for complaints, where names are no help.
 * @example numbersOf(VARIABLES.t2m.grib) // "0/0/0 at level 103:2"
 */
export function numbersOf({ discipline, category, number, levelType, ...level }: FieldSelector): string {
  const value = level.levelValue === undefined ? "" : `:${level.levelValue}`;
  const second = level.secondLevelValue === undefined ? "" : ` to ${levelType}:${level.secondLevelValue}`;
  return `${discipline}/${category}/${number} at level ${levelType}${value}${second}`;
}
