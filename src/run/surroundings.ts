/**
 * All that a forecasting network is given beside the state and noise, as planes in one order:
 *
 *   forcings        clock and place (`forcings.ts`)
 *   lead            where forecasts are anchored n > 1 steps apart: (2k − n − 1)/(n − 1), everywhere the same, for the k-th step after the anchor
 *   domain means    where asked for: the mean of each channel over the grid, everywhere the same. A convolution sees a neighborhood; what all of
 *                   the domain does together (the steering wind, the season) it would have to piece together
 *   large scale     where asked for: what another model says of the time that is asked for (`large-scale.ts`), the only plane that knows of later
 *   first guess     where asked for (`first-guess.ts`)
 *
 * @module
 */
import type { Statics } from "../archive/index.ts";
import { cellCount, fieldOf, meanOf, type ValidTime } from "../core/index.ts";
import type { NormalizedState } from "./codec.ts";
import type { RunDescription } from "./description.ts";
import { firstGuessMaker, firstGuessPlanes } from "./first-guess.ts";
import { forcingMaker, forcingPlanes } from "./forcings.ts";
import { largeScalePlanes } from "./large-scale.ts";

type Surrounded = Pick<
  RunDescription,
  | "channels"
  | "grid"
  | "stepHours"
  | "normalization"
  | "statistics"
  | "forcings"
  | "anchorSteps"
  | "domainMeans"
  | "firstGuess"
  | "largeScale"
  | "periodic"
>;

/** How many planes the surroundings take; 0: the network has no such input. */
export function surroundingPlanes(run: Surrounded): number {
  return (
    forcingPlanes(run.forcings) +
    (run.anchorSteps > 1 ? 1 : 0) +
    (run.domainMeans ? run.channels.length : 0) +
    largeScalePlanes(run) +
    firstGuessPlanes(run)
  );
}

/**
 * Makes the planes of a state valid at `time` of which the state `steps` steps later is asked, [planes, ny, nx]. `largeScale` are the planes of
 * that later time, which a reader of them gives.
 * @throws RangeError when the run is told the large scale and is given none, or another number of planes; else as `forcingMaker` and
 *   `firstGuessMaker`
 */
export function surroundingsMaker(
  run: Surrounded,
  statics: Statics = {},
): (state: NormalizedState, time: ValidTime, steps?: number, largeScale?: Float32Array) => Float32Array {
  const forcing = forcingMaker(run.forcings, run.grid, statics);
  const guess = firstGuessMaker(run);
  const cells = cellCount(run.grid);
  const size = surroundingPlanes(run) * cells;
  const { anchorSteps } = run;
  const largeScaleSize = largeScalePlanes(run) * cells;
  return (state, time, steps = 1, largeScale = new Float32Array(0)) => {
    if (largeScale.length !== largeScaleSize) {
      throw new RangeError(
        `${largeScale.length} values of the large scale for a network that is told ${largeScaleSize}`,
      );
    }
    const out = new Float32Array(size);
    const known = forcing(time);
    out.set(known);
    let at = known.length;
    if (anchorSteps > 1) {
      out.fill((2 * steps - anchorSteps - 1) / (anchorSteps - 1), at, at + cells);
      at += cells;
    }
    if (run.domainMeans) {
      for (let channel = 0; channel < run.channels.length; channel++, at += cells) {
        out.fill(meanOf(fieldOf(state.values, channel, cells)), at, at + cells);
      }
    }
    out.set(largeScale, at);
    at += largeScaleSize;
    out.set(guess(state, steps), at);
    return out;
  };
}
