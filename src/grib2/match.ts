/** Whether a field is one of the variables we know. @module */
import type { GribSelector } from "../core/index.ts";
import type { GribField } from "./field.ts";

const NCEP = 7;
const FIRST_LOCAL = 192;

/**
 * True for the quantity the selector names, at its level and nowhere else, at one instant, of one forecast: an average over
 * time, a layer that starts at that level, an ensemble's spread or a probability has the same numbers and is another thing.
 * Selectors with local numbers (192 and up, such as REFC's 196) mean NCEP's.
 */
export function matches(field: GribField, selector: GribSelector): boolean {
  const { level } = field;
  return (
    field.discipline === selector.discipline &&
    field.category === selector.category &&
    field.number === selector.number &&
    (selector.number < FIRST_LOCAL || field.center === NCEP) &&
    level.type === selector.levelType &&
    (selector.levelValue === undefined || level.value === selector.levelValue) &&
    level.second === undefined &&
    field.interval === undefined &&
    (field.kind === "plain" || field.kind === "member")
  );
}
