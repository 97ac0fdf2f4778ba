/** Ensembles whose truth is known, as tallies: for tests of what calibration does to them. */
import { normals } from "../../src/core/index.ts";
import { type ShareTally, shareTally } from "../../src/recalibration/index.ts";
import { addTallies } from "../../src/verify/index.ts";

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
  /** How much of the variance of what cannot be known a whole case has in common: 0, as if cells were independent, unless given. */
  readonly shared?: number;
}

/**
 * At every cell the truth is N(μ, 1), with μ = N(0, 1) of the case plus N(0, 1) of the cell, and members are N(μ, spread²): perfect for
 * spread 1, too sure below.
 */
export function syntheticTally(options: SyntheticOptions): ShareTally {
  const { seed, spread, members, cases, cellsPerCase, threshold = 1.5, shared = 0 } = options;
  const [common, own] = [Math.sqrt(shared), Math.sqrt(1 - shared)];
  const perCase = Array.from({ length: cases }, (_, index): ShareTally => {
    const [count, events] = [0, 1].map(() => Array.from({ length: members + 1 }, () => 0));
    const draws = normals({ seed, purpose: "synthetic", index }, 1 + cellsPerCase * (members + 2));
    // Of the truth, then of each member.
    const together = normals({ seed, purpose: "synthetic-together", index }, members + 1);
    for (let cell = 0, at = 1; cell < cellsPerCase; cell++) {
      const mean = draws[0] + draws[at++];
      const event = Number(mean + common * together[0] + own * draws[at++] >= threshold);
      let yes = 0;
      for (let member = 1; member <= members; member++) {
        if (mean + spread * (common * together[member] + own * draws[at++]) >= threshold) yes++;
      }
      count[yes]++;
      events[yes] += event;
    }
    return shareTally(count, events);
  });
  return perCase.reduce((sum, one) => addTallies(sum, one));
}
