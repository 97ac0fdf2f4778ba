/**
 * What a frozen forecaster answers to the hours of an archive, the recent answers kept in memory.
 * @module
 */
import { cellCount, type State, type ValidTime } from "../core/index.ts";
import type { Session } from "../graph/index.ts";
import { seenMaker, type TrainingData } from "./objectives/samples.ts";

const CACHE_BYTES = 2 ** 30;

/** The raw, normalised answer to the state valid at a time: [channel, ny, nx]. */
export function modelOutputs(data: TrainingData, forecaster: Session): (time: ValidTime) => Promise<State> {
  const { run } = data;
  const outputs = new Map<ValidTime, State>();
  const capacity = Math.max(1, Math.floor(CACHE_BYTES / (4 * run.channels.length * cellCount(run.grid))));
  const seenAt = seenMaker(data);
  return async (time) => {
    const held = outputs.get(time);
    if (held !== undefined) return held;
    const { next } = await forecaster.run(await seenAt([time]));
    if (outputs.size < capacity) outputs.set(time, next);
    return next;
  };
}
