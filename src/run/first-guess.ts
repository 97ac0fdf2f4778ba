/**
 * A first guess of the next state, given to a network as further planes, so that it need not learn to move fields by many cells before it
 * can learn anything else:
 *
 *   mean-wind    the present state carried by the domain-mean 10 m wind (`mean-wind.ts`)
 *   motion       the present state whose storms go on as they move, and whose other fields stay (`storm-motion.ts`)
 *
 * @module
 */
import type { State } from "../core/index.ts";
import type { NormalizedState } from "./codec.ts";
import type { FirstGuess, RunDescription } from "./description.ts";
import { windCarrier } from "./mean-wind.ts";
import { stormCarrier } from "./storm-motion.ts";

type Guessing = Pick<
  RunDescription,
  "channels" | "grid" | "stepHours" | "normalization" | "statistics" | "firstGuess" | "periodic"
>;

/** A normalised state so many steps later, [channel, ny, nx], a new array. */
export type Guess = (state: NormalizedState, steps: number) => State;

/** How many planes the first guess takes. */
export function firstGuessPlanes({ channels, firstGuess }: Pick<Guessing, "channels" | "firstGuess">): number {
  return firstGuess === "none" ? 0 : channels.length;
}

const MAKERS: Readonly<Record<FirstGuess, (run: Guessing) => Guess>> = {
  none: () => () => new Float32Array(0),
  "mean-wind": windCarrier,
  motion: stormCarrier,
};

/** Makes the first guess; an empty one where there is none. @throws ConfigError when the run lacks what carries its state */
export function firstGuessMaker(run: Guessing): Guess {
  return MAKERS[run.firstGuess](run);
}
