/**
 * The time of day and the art of waiting, handed in so that tests need do neither. Nothing that is written depends on it: it decides
 * only whether to wait, to ask again, and whether a file that is not there may still come.
 * @module
 */
import { setTimeout } from "node:timers/promises";

export interface Clock {
  /** Seconds since 1970-01-01T00:00Z, fractional. */
  readonly now: () => number;
  readonly sleep: (seconds: number) => Promise<void>;
}

export const systemClock: Clock = {
  now: () => (performance.timeOrigin + performance.now()) / 1000,
  sleep: async (seconds) => {
    await setTimeout(seconds * 1000);
  },
};
