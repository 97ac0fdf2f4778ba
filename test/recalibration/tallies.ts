/** Ensembles whose truth is known, as tallies: for tests of what calibration does to them. */
import { normals } from "../../src/core/index.ts";
import type { ShareTally } from "../../src/recalibration/index.ts";

export interface SyntheticOptions {
  readonly seed: number;
  /** What a member's spread is of the true one: below 1 is too sure. */
  readonly spread: number;
  readonly members: number;
  /** Init times, each with weather of its own. */
  readonly cases: number;
  readonly cellsPerCase: number;
  /** The event is a value at or above this. */
  readonly threshold?: number;
}

/**
 * At every cell the truth is N(μ, 1), with μ = N(0, 1) of the case plus N(0, 1) of the cell, and members are N(μ, spread²): perfect for
 * spread 1, too sure below.
 */
export function syntheticTally(options: SyntheticOptions): ShareTally {
  const { seed, spread, members, cases, cellsPerCase, threshold = 1.5 } = options;
  const [count, events] = [0, 1].map(() => Array.from({ length: members + 1 }, () => 0));
  let casesWithEvent = 0;
  for (let index = 0; index < cases; index++) {
    const draws = normals({ seed, purpose: "synthetic", index }, 1 + cellsPerCase * (members + 2));
    let happened = 0;
    for (let cell = 0, at = 1; cell < cellsPerCase; cell++) {
      const mean = draws[0] + draws[at++];
      const event = Number(mean + draws[at++] >= threshold);
      let yes = 0;
      for (let member = 0; member < members; member++) if (mean + spread * draws[at++] >= threshold) yes++;
      count[yes]++;
      events[yes] += event;
      happened += event;
    }
    if (happened > 0) casesWithEvent++;
  }
  return { count, events, cases, casesWithEvent };
}
