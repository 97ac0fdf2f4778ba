/**
 * Options several verbs share, parsed once at the edge.
 * @module
 */
import { availableParallelism } from "node:os";
import { ConfigError, type InitTime, type LeadHours, parseLead, parseTime } from "../core/index.ts";
import { DEVICE_CHOICES, type DeviceChoice } from "../graph/index.ts";

/** A whole number of at least `least`. @throws ConfigError naming the flag */
export function wholeNumber(flag: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new ConfigError({ place: flag, expected: `a whole number of at least ${least}`, got: JSON.stringify(text) });
  };
}

/** A number between two bounds, both included. @throws ConfigError naming the flag */
export function numberBetween(flag: string, low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= low && value <= high) return value;
    throw new ConfigError({ place: flag, expected: `a number in ${low}..${high}`, got: JSON.stringify(text) });
  };
}

/** A stretch of time in hours, as `parseLead` reads it. @throws RequestError naming the flag */
export function durationHours(flag: string): (text: string) => LeadHours {
  return (text) => parseLead(text, flag);
}

/** Distinct leads with commas between: "1,6,12", "20m". @throws ConfigError naming the flag */
export function leadsOption(flag: string): (text: string) => LeadHours[] {
  return (text) => {
    const leads = text.split(",").map((part) => parseLead(part, flag));
    if (new Set(leads).size === leads.length) return leads;
    throw new ConfigError({ place: flag, expected: "distinct leads", got: JSON.stringify(text) });
  };
}

/** What `--large-scale` is, for the verbs that take it. */
export const LARGE_SCALE_HELP =
  "store made by `updraft archive large-scale`, for networks that are told the large scale (key largeScale)";

/** Where arithmetic is to happen. @throws ConfigError naming the flag */
export function deviceOption(text: string): DeviceChoice {
  const choice = DEVICE_CHOICES.find((name) => name === text);
  if (choice !== undefined) return choice;
  throw new ConfigError({
    place: "--device",
    expected: `one of ${DEVICE_CHOICES.join(", ")}`,
    got: JSON.stringify(text),
  });
}

/** When a forecast starts. @throws RequestError naming the flag */
export function initTimeOption(flag: string): (text: string) => InitTime {
  return (text) => parseTime(text, flag) as InitTime;
}

/**
 * As many threads as the machine offers this process, up to four: beyond four, the engine's sums may differ in their last bit, and a run
 * that is resumed elsewhere would no longer be the same run (design 0001).
 */
export const DEFAULT_THREADS: number = Math.min(availableParallelism(), 4);
