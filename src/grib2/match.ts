/** Whether a field is one of the variables we know. @module */
import type { GribSelector } from "../core/index.ts";
import type { GribField } from "./field.ts";
import type { ForecastTime } from "./inventory/time.ts";

/** A variable that may be of a layer, or a statistic over time. */
export interface FieldSelector extends GribSelector {
  /** The other surface of a layer, of the same type: 0 for "90-0 mb above ground". */
  readonly secondLevelValue?: number;
  /** Code table 4.10: 0 average, 1 accumulation, 2 maximum, 3 minimum. Absent for an instant. */
  readonly process?: number;
  /** Length of the interval; absent when any will do. */
  readonly intervalHours?: number;
}

const NCEP = 7;
const FIRST_LOCAL = 192;

/**
 * True for the quantity the selector names, at its level and nowhere else, at one instant unless it names a process, of one
 * forecast: an average over time, a layer that starts at that level, an ensemble's spread or a probability has the same numbers
 * and is another thing. Selectors with local numbers (192 and up, such as REFC's 196) mean NCEP's.
 */
export function matches(field: GribField, selector: FieldSelector): boolean {
  const { level } = field;
  return (
    field.discipline === selector.discipline &&
    field.category === selector.category &&
    field.number === selector.number &&
    (selector.number < FIRST_LOCAL || field.center === NCEP) &&
    level.type === selector.levelType &&
    (selector.levelValue === undefined || level.value === selector.levelValue) &&
    (selector.secondLevelValue === undefined
      ? level.second === undefined
      : level.second?.type === selector.levelType && level.second.value === selector.secondLevelValue) &&
    spansInterval(field, selector) &&
    (field.kind === "plain" || field.kind === "member")
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
