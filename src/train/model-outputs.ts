/**
 * What a frozen forecaster answers to the hours of an archive, the recent answers kept in memory.
 * @module
 */
import { cellCount, type State, type ValidTime } from "../core/index.ts";
import type { Session } from "../graph/index.ts";
import { seenMaker, type TrainingData } from "./objectives/samples.ts";

const CACHE_BYTES = 2 ** 30;

/** The raw, normalised answer to the state valid at a time, for so many steps later: [channel, ny, nx]. */
export function modelOutputs(
  data: TrainingData,
  forecaster: Session,
): (time: ValidTime, steps?: number) => Promise<State> {
  const { run } = data;
  const outputs = new Map<string, State>();
  const capacity = Math.max(1, Math.floor(CACHE_BYTES / (4 * run.channels.length * cellCount(run.grid))));
  const seenAt = seenMaker(data);
  return async (time, steps = 1) => {
    const key = `${time} ${steps}`;
    const held = outputs.get(key);
    if (held !== undefined) return held;
    const { next } = await forecaster.run(await seenAt([time], steps));
    if (outputs.size < capacity) outputs.set(key, next);
    return next;
  };
}
