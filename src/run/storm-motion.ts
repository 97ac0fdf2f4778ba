/**
 * The first guess `motion`: Lagrangian persistence of storms. Reflectivity goes on as its last frames moved (`motion/`); the other fields lie
 * on terrain and under the sun, and stay.
 *
 *   g(x) = z(x − D(x)),   D the way back over the steps asked for
 *
 * What comes in over the edge is the nearest cell's: a network needs a number, and learns what such a number is worth.
 * @module
 */
import { type Archive, globalNormalizer } from "../archive/index.ts";
import { ConfigError, cellCount, fieldOf, VARIABLES, type ValidTime } from "../core/index.ts";
import { type Displacement, followedBack, nearestMovedField } from "../motion/index.ts";
import type { RunDescription } from "./description.ts";
import type { Guess } from "./first-guess.ts";
import { lastFrames, motionOfFrames } from "./frames.ts";

const STORMS = "refc";

type Carrying = Pick<RunDescription, "channels" | "grid" | "normalization" | "statistics" | "periodic">;

/**
 * Motion of the storms of an archive up to `time`, in cells a step of `stepHours`.
 * @throws RequestError when it does not hold the frame one step before
 */
export async function stormMotion(archive: Archive, time: ValidTime, stepHours: number): Promise<Displacement> {
  return motionOfFrames(await lastFrames(archive, STORMS, time, { stepHours }), STORMS, archive.grid);
}

/**
 * Carries the storms of a normalised state along its `motion`.
 * @throws ConfigError when the run has no reflectivity, or a grid that closes on itself, over whose border no motion is followed
 */
export function stormCarrier({ channels, grid, normalization, statistics, periodic }: Carrying): Guess {
  const storms = channels.indexOf(STORMS);
  if (storms === -1 || periodic) {
    throw new ConfigError({
      place: "firstGuess",
      expected: `channel ${STORMS} on a grid that is not periodic`,
      got: `${channels.join(",")} on ${periodic ? "a periodic" : "an open"} grid`,
      remedy: "use firstGuess: none",
    });
  }
  const cells = cellCount(grid);
  const floor = Float32Array.of(VARIABLES[STORMS].floor as number);
  // No echo, as the network sees it; of fields standardised one by one it is another number in each.
  const [noEcho] =
    normalization === "global" ? globalNormalizer([statistics[storms]], [STORMS], 1).encode(floor) : [undefined];
  // All members of a forecast go on along one motion.
  let newest: { readonly motion: Displacement; readonly ways: Displacement[] } | undefined;
  const wayAfter = (motion: Displacement, steps: number): Displacement => {
    if (newest?.motion !== motion) newest = { motion, ways: [] };
    const { ways } = newest;
    while (ways.length < steps) ways.push(followedBack(motion, ways.at(-1)));
    return ways[steps - 1];
  };
  return ({ values, motion }, steps) => {
    if (motion === undefined) throw new RangeError("a first guess by motion needs a state whose motion is known");
    const out = values.slice();
    out.set(nearestMovedField(fieldOf(values, storms, cells), wayAfter(motion, steps), noEcho), storms * cells);
    return out;
  };
}
