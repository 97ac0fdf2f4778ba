/**
 * When a field is valid, in an inventory's words and back:
 *
 *   "anl"   "6 hour fcst"   "495 min fcst"   "5-6 hour max fcst"   "0-1 day acc fcst"
 *
 * An instant keeps the unit of its message. An interval is written in the largest unit that divides both its ends, so at +24 h
 * the run total is "0-1 day" and at +0 h "0-0 day". Source: wgrib2; checked against HRRR's inventories.
 * @module
 */
import type { LeadHours } from "../../core/index.ts";
import type { Interval } from "../sections/product-definition.ts";

/** Lead of an instant, or the end of an interval and where it began. */
export interface ForecastTime {
  readonly leadHours: LeadHours;
  readonly interval?: Interval;
}

/** Unit words, and how many of them make an hour or how many hours they make; code table 4.4. */
const UNITS: readonly { readonly word: string; readonly code: number; readonly seconds: number }[] = [
  { word: "sec", code: 13, seconds: 1 },
  { word: "min", code: 0, seconds: 60 },
  { word: "hour", code: 1, seconds: 3600 },
  { word: "day", code: 2, seconds: 86_400 },
];

/** Statistical processes, code table 4.10, as wgrib2 writes them. */
const PROCESSES: readonly string[] = ["ave", "acc", "max", "min", "last-first", "RMS", "StdDev", "covar"];

const INSTANT = /^(\d{1,9}) (sec|min|hour|day) fcst$/;
const INTERVAL = /^(\d{1,9})-(\d{1,9}) (sec|min|hour|day) (\S+) fcst$/;

/** What the words mean, or `undefined` for words that are none of the above: climatologies, differences of analyses. */
export function parseForecastTime(text: string): ForecastTime | undefined {
  if (text === "anl") return { leadHours: 0 };
  const instant = INSTANT.exec(text);
  if (instant !== null) return { leadHours: hours(instant[1], instant[2]) };
  const interval = INTERVAL.exec(text);
  if (interval === null) return undefined;
  const [, start, end, unit, word] = interval;
  const process = PROCESSES.indexOf(word);
  if (process < 0 || Number(end) < Number(start)) return undefined;
  return { leadHours: hours(end, unit), interval: { startLeadHours: hours(start, unit), process } };
}

/** Whole seconds first, so that 495 min is 8.25 h to the last bit. */
function hours(count: string, word: string): LeadHours {
  const unit = UNITS.find((known) => known.word === word);
  return (Number(count) * (unit?.seconds ?? Number.NaN)) / 3600;
}

/** Of which all are whole numbers. */
function largestUnit(...seconds: readonly number[]): (typeof UNITS)[number] {
  return UNITS.findLast((unit) => seconds.every((count) => count % unit.seconds === 0)) ?? UNITS[0];
}

/** The words; `timeUnit` is the message's (code table 4.4). */
export function formatForecastTime({ leadHours, interval }: ForecastTime, timeUnit: number): string {
  const seconds = Math.round(leadHours * 3600);
  if (interval === undefined) {
    if (seconds === 0) return "anl";
    const own = UNITS.find(({ code }) => code === timeUnit) ?? UNITS[2];
    const unit = seconds % own.seconds === 0 ? own : largestUnit(seconds);
    return `${seconds / unit.seconds} ${unit.word} fcst`;
  }
  const start = Math.round(interval.startLeadHours * 3600);
  const unit = largestUnit(start, seconds);
  const process = PROCESSES[interval.process] ?? `process-${interval.process}`;
  return `${start / unit.seconds}-${seconds / unit.seconds} ${unit.word} ${process} fcst`;
}
