/**
 * How many at once, and how many a minute. Both are wrappers: a task in, the same task out, begun when it may.
 * @module
 */
import type { Clock } from "./clock.ts";

/** Begins a task when it may begin. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/** At most `count` tasks at once; the others wait in the order in which they came. */
export function atOnce(count: number): Limiter {
  if (!(Number.isInteger(count) && count >= 1)) throw new RangeError(`need at least 1 at once, got ${count}`);
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= count) await new Promise<void>((begin) => waiting.push(begin));
    else running++;
    try {
      return await task();
    } finally {
      // A place is handed on, not given back, so that nobody can slip in between.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

const MINUTE = 60;

/** At most `count` beginnings in any 60 seconds, whatever comes when. */
export function perMinute(count: number, clock: Clock): Limiter {
  const begun: number[] = [];
  const inTurn = atOnce(1);
  return async (task) => {
    await inTurn(async () => {
      const oldest = begun.length < count ? undefined : begun.shift();
      const wait = oldest === undefined ? 0 : oldest + MINUTE - clock.now();
      if (wait > 0) await clock.sleep(wait);
      begun.push(clock.now());
    });
    return task();
  };
}
