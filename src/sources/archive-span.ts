/**
 * From when to when somewhere keeps files: what lies outside is not missing, it was never there or has gone, and nobody need be asked.
 * @module
 */
import { formatHour, SECONDS_PER_HOUR, type UtcSeconds } from "../core/index.ts";

export interface ArchiveSpan {
  /** "HRRR on AWS". */
  readonly title: string;
  readonly from?: UtcSeconds;
  /** The last time there was. */
  readonly to?: UtcSeconds;
  /** Older files are removed. */
  readonly keepsHours?: number;
}

/** Why files of that time are not there; `undefined` when they may be. @example outsideOf({ title: "MRMS on AWS", from }, time, now) */
export function outsideOf(
  { title, from, to, keepsHours }: ArchiveSpan,
  time: UtcSeconds,
  now: number,
): string | undefined {
  if (from !== undefined && time < from) return `${title} begins ${formatHour(from)}`;
  if (to !== undefined && time > to) return `${title} ended ${formatHour(to)}`;
  const isOld = keepsHours !== undefined && (now - time) / SECONDS_PER_HOUR > keepsHours;
  return isOld ? `${title} keeps ${keepsHours} h` : undefined;
}

/** Something somewhere, with the span of that somewhere. */
export interface Kept<T> {
  readonly span: ArchiveSpan;
  readonly there: T;
}

/** What is within reach, and why there is nothing when there is none. */
export function withinReach<T>(
  candidates: readonly Kept<T>[],
  time: UtcSeconds,
  now: number,
): { readonly places: readonly T[]; readonly outside?: string } {
  const reasons = candidates.map(({ span }) => outsideOf(span, time, now));
  const places = candidates.flatMap(({ there }, at) => (reasons[at] === undefined ? [there] : []));
  if (places.length > 0) return { places };
  return { places, outside: `the archive does not reach that far: ${[...new Set(reasons)].join("; ")}` };
}
