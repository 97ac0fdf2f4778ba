/** Runs of times and leads, as people write them. @module */
import { formatHour, RequestError, type UtcSeconds } from "../core/index.ts";

/** HRRR since 2014, every hour, is 110 000. */
const MOST_TIMES = 200_000;

/** From, from + step, … to; both ends included. @throws RequestError when they run backwards or there are too many */
export function timesBetween(from: UtcSeconds, to: UtcSeconds, stepSeconds: number): UtcSeconds[] {
  if (to < from) {
    throw new RequestError({ place: "--to", expected: `a time from ${formatHour(from)} on`, got: formatHour(to) });
  }
  const count = Math.floor((to - from) / stepSeconds) + 1;
  if (count > MOST_TIMES) {
    const remedy = "ask for less at once";
    throw new RequestError({
      place: "--from … --to",
      expected: `at most ${MOST_TIMES} times`,
      got: `${count}`,
      remedy,
    });
  }
  return Array.from({ length: count }, (_, at) => from + at * stepSeconds);
}

/** "1h", "30min", "1d" in seconds. @throws RequestError */
export function parseStep(text: string, place: string): number {
  const match = /^(\d{1,5})\s*(min|h|d)$/.exec(text.trim());
  const seconds =
    match === null ? 0 : Number(match[1]) * { min: 60, h: 3600, d: 86_400 }[match[2] as "min" | "h" | "d"];
  if (seconds > 0) return seconds;
  throw new RequestError({ place, expected: "a step like 1h, 30min or 1d", got: JSON.stringify(text) });
}

const LONGEST_LEAD = 384;

/** "0", "0-18", "1,2,6-12": each lead once, in order. @throws RequestError */
export function parseLeads(text: string, place: string): number[] {
  const leads = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^\s*(\d{1,3})(?:-(\d{1,3}))?\s*$/.exec(part);
    const [first, last] = [Number(match?.[1] ?? Number.NaN), Number(match?.[2] ?? match?.[1] ?? Number.NaN)];
    if (!(first <= last && last <= LONGEST_LEAD)) {
      throw new RequestError({ place, expected: "leads in hours like 0, 0-18 or 1,2,6-12", got: JSON.stringify(text) });
    }
    for (let lead = first; lead <= last; lead++) leads.add(lead);
  }
  return [...leads].sort((a, b) => a - b);
}
