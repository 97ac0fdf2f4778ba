/** What an event is called in pictures and sentences, from its name in the numbers. @module */
import { VARIABLES, type VariableName } from "../core/index.ts";

/**
 * "At least" in words: Inter's Latin letters have no sign for it.
 * @example eventWords("refc>=40@40km") → "composite reflectivity at least 40 dBZ within 40 km"
 */
export function eventWords(event: string): string {
  const match = /^([a-z0-9]+)>=(-?[\d.]+)(?:@([\d.]+)km)?$/.exec(event);
  if (match === null) return event;
  const [, name, threshold, radius] = match;
  const { longName, units } = VARIABLES[name as VariableName];
  return `${longName} at least ${threshold} ${units}${radius === undefined ? "" : ` within ${radius} km`}`;
}
