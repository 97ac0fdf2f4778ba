/**
 * An hour of an archive as the networks of a run are trained on it.
 * @module
 */
import type { Archive } from "../archive/index.ts";
import type { ValidTime } from "../core/index.ts";
import { type NormalizedState, runCodec } from "./codec.ts";
import type { RunDescription } from "./description.ts";
import { readChannels } from "./fit.ts";
import { stormMotion } from "./storm-motion.ts";

/** Reads the channels of a run, in its order, whatever others the archive holds, and where its first guess asks for it the motion. Errors as `readChannels` and `stormMotion`. */
export function readNormalized(archive: Archive, run: RunDescription): (time: ValidTime) => Promise<NormalizedState> {
  const codec = runCodec(run);
  return async (time) => {
    const state = codec.encode(await readChannels(archive, run.channels, time));
    return run.firstGuess === "motion" ? { ...state, motion: await stormMotion(archive, time, run.stepHours) } : state;
  };
}
