/**
 * All that a forecasting network is given beside the state and noise, as planes in one order: the forcings, then the first guess.
 * @module
 */
import type { Statics } from "../archive/index.ts";
import type { ValidTime } from "../core/index.ts";
import type { NormalizedState } from "./codec.ts";
import type { RunDescription } from "./description.ts";
import { firstGuessMaker, firstGuessPlanes } from "./first-guess.ts";
import { forcingMaker, forcingPlanes } from "./forcings.ts";

type Surrounded = Pick<
  RunDescription,
  "channels" | "grid" | "stepHours" | "statistics" | "forcings" | "firstGuess" | "periodic"
>;

/** How many planes the surroundings take; 0: the network has no such input. */
export function surroundingPlanes(run: Surrounded): number {
  return forcingPlanes(run.forcings) + firstGuessPlanes(run);
}

/** Makes the planes of a state valid at `time`, [planes, ny, nx]. Errors as `forcingMaker` and `firstGuessMaker`. */
export function surroundingsMaker(
  run: Surrounded,
  statics: Statics = {},
): (state: NormalizedState, time: ValidTime) => Float32Array {
  const forcing = forcingMaker(run.forcings, run.grid, statics);
  const guess = firstGuessMaker(run);
  return (state, time) => {
    const known = forcing(time);
    const guessed = guess(state);
    const out = new Float32Array(known.length + guessed.length);
    out.set(known);
    out.set(guessed, known.length);
    return out;
  };
}
