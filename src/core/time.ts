/**
 * Time is whole seconds since 1970-01-01T00:00Z, and arithmetic on it lives here only.
 *
 *   valid time = init time + lead time
 *
 * Init and valid time are two types, so that a forecast's start can never be passed for the instant it describes.
 * @module
 */
import { RequestError } from "./errors.ts";

declare const role: unique symbol;

/** Seconds since the epoch, UTC. */
export type UtcSeconds = number & { readonly [role]?: "init" | "valid" };
/** When a forecast starts from. CF `forecast_reference_time`. */
export type InitTime = number & { readonly [role]: "init" };
/** The instant a field describes. CF `time`. */
export type ValidTime = number & { readonly [role]: "valid" };
/** Hours from init to valid time; may be fractional for sub-hourly data. CF `forecast_period`. */
export type LeadHours = number;

export const SECONDS_PER_HOUR = 3600;

/** init + lead, in seconds. */
export function validTime(init: InitTime, leadHours: LeadHours): ValidTime {
  return (init + leadSeconds(leadHours)) as ValidTime;
}

/** valid − init, in hours. */
export function leadTime(init: InitTime, valid: ValidTime): LeadHours {
  return (valid - init) / SECONDS_PER_HOUR;
}

/** A lead in whole seconds: what randomness is keyed by, since a third of an hour has no exact number. */
export function leadSeconds(leadHours: LeadHours): number {
  return Math.round(leadHours * SECONDS_PER_HOUR);
}

/** The lead after so many steps, exact to the second: one number for one lead, however it is reached. */
export function leadAfter(steps: number, stepHours: number): LeadHours {
  return leadSeconds(steps * stepHours) / SECONDS_PER_HOUR;
}

/** The valid time so many steps after another; before it where there are fewer than 0. */
export function stepsAfter(time: ValidTime, steps: number, stepHours: number): ValidTime {
  return (time + steps * leadSeconds(stepHours)) as ValidTime;
}

/** A lead for people, in the largest unit of which it is a whole number: "6 h", "90 min", "100 s". `parseLead` reads it back. */
export function formatLead(leadHours: LeadHours): string {
  const seconds = leadSeconds(leadHours);
  if (seconds % SECONDS_PER_HOUR === 0) return `${seconds / SECONDS_PER_HOUR} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

const LEAD = /^\+?(\d+(?:\.\d+)?) ?(h|m|min|s)?$/;
const UNIT_SECONDS = { h: SECONDS_PER_HOUR, m: 60, min: 60, s: 1 };

/**
 * Reads a stretch of time as people write it and as `formatLead` does: hours, 18 or 0.5 or "6 h", minutes, "40m" or "40 min", seconds, "100s".
 * @throws RequestError when it is none of these, nothing, or no whole number of seconds; `place` names the flag.
 */
export function parseLead(text: string, place: string): LeadHours {
  const [, digits, unit = "h"] = LEAD.exec(text.trim()) ?? [];
  const seconds = Number(digits) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
  // A third of an hour may be written 0.3333: within a second of it is that second.
  if (Math.round(seconds) > 0) return Math.round(seconds) / SECONDS_PER_HOUR;
  const expected = "hours, like 18 or 0.5, or minutes, like 40m, or seconds, like 100s";
  throw new RequestError({ place, expected, got: JSON.stringify(text) });
}

/** An analysis is valid when it is made: the one place where a valid time becomes an init time. */
export function initFromAnalysis(valid: ValidTime): InitTime {
  return valid as number as InitTime;
}

/** Seconds of a calendar instant, refusing dates that do not exist. Month and day count from 1. */
export function utcSeconds(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): UtcSeconds {
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(milliseconds);
  const real =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  if (!real) throw new RangeError(`no such instant: ${[year, month, day, hour, minute, second].join("-")}`);
  return milliseconds / 1000;
}

const PATTERN = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?(\d{2})(?::?(\d{2})(?::?(\d{2}))?)?)?Z?$/;

/**
 * Reads an instant as people write it: 2018-07-22T12Z, 2018-07-22 12:30, 2018072212, 2018-07-22T12:00:00Z.
 * A date alone is its 00Z. Always UTC.
 * @throws RequestError when it is none of these or no such date exists; `place` names the flag or file it came from.
 */
export function parseTime(text: string, place: string): UtcSeconds {
  const match = PATTERN.exec(text.trim());
  const complaint = { place, expected: "a UTC time like 2018-07-22T12Z", got: JSON.stringify(text) };
  if (match === null) throw new RequestError(complaint);
  const [year, month, day, hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0));
  try {
    return utcSeconds(year, month, day, hour, minute, second);
  } catch (cause) {
    throw new RequestError(complaint, { cause });
  }
}

/** 2018-07-22T12:00:00Z. */
export function formatTime(time: UtcSeconds): string {
  return new Date(time * 1000).toISOString().replace(".000Z", "Z");
}

/** The hour for people, minutes and seconds only when there are any: "2018-07-22 12Z", "2018-07-22 12:30Z", "2018-07-22 12:30:40Z". */
export function formatHour(time: UtcSeconds): string {
  const iso = new Date(time * 1000).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, toldUpTo(time))}Z`;
}

/** The compact form for paths, minutes and seconds only when there are any: 2018072212, 201807221230, 20180722123040. */
export function compactHour(time: UtcSeconds): string {
  return new Date(time * 1000).toISOString().slice(0, toldUpTo(time)).replace(/[-T:]/g, "");
}

/** How many characters of 2018-07-22T12:30:40 say all there is to say: two times never read alike. */
function toldUpTo(time: UtcSeconds): number {
  if (time % SECONDS_PER_HOUR === 0) return 13;
  return time % 60 === 0 ? 16 : 19;
}

/** Hour of the day in UTC, 0 ≤ h < 24, fractional. */
export function hourOfDay(time: UtcSeconds): number {
  return (((time % 86_400) + 86_400) % 86_400) / SECONDS_PER_HOUR;
}

/** Fraction of the year elapsed, 0 ≤ f < 1. */
export function yearFraction(time: UtcSeconds): number {
  const year = new Date(time * 1000).getUTCFullYear();
  const start = Date.UTC(year, 0, 1) / 1000;
  return (time - start) / (Date.UTC(year + 1, 0, 1) / 1000 - start);
}
