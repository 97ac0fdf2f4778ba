/**
 * All that a forecasting network is given beside the state and noise, as planes in one order:
 *
 *   forcings        clock and place (`forcings.ts`)
 *   domain means    where asked for: the mean of each channel over the grid, everywhere the same. A convolution sees a neighborhood; what all of
 *                   the domain does together (the steering wind, the season) it would have to piece together
 *   first guess     where asked for (`first-guess.ts`)
 *
 * @module
 */
import type { Statics } from "../archive/index.ts";
import { cellCount, type ValidTime } from "../core/index.ts";
import type { NormalizedState } from "./codec.ts";
import type { RunDescription } from "./description.ts";
import { firstGuessMaker, firstGuessPlanes } from "./first-guess.ts";
import { forcingMaker, forcingPlanes } from "./forcings.ts";

type Surrounded = Pick<
  RunDescription,
  "channels" | "grid" | "stepHours" | "statistics" | "forcings" | "domainMeans" | "firstGuess" | "periodic"
>;

/** How many planes the surroundings take; 0: the network has no such input. */
export function surroundingPlanes(run: Surrounded): number {
  return forcingPlanes(run.forcings) + (run.domainMeans ? run.channels.length : 0) + firstGuessPlanes(run);
}

/** Makes the planes of a state valid at `time`, [planes, ny, nx]. Errors as `forcingMaker` and `firstGuessMaker`. */
export function surroundingsMaker(
  run: Surrounded,
  statics: Statics = {},
): (state: NormalizedState, time: ValidTime) => Float32Array {
  const forcing = forcingMaker(run.forcings, run.grid, statics);
  const guess = firstGuessMaker(run);
  const cells = cellCount(run.grid);
  const size = surroundingPlanes(run) * cells;
  return (state, time) => {
    const out = new Float32Array(size);
    const known = forcing(time);
    out.set(known);
    let at = known.length;
    if (run.domainMeans) {
      for (let start = 0; start < state.values.length; start += cells, at += cells) {
        out.fill(meanOf(state.values, start, cells), at, at + cells);
      }
    }
    out.set(guess(state), at);
    return out;
  };
}

function meanOf(values: Float32Array, start: number, count: number): number {
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += values[i];
  return sum / count;
}
