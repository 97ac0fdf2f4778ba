/**
 * Pairs of hours a step apart as the networks see them, batch after batch: what every forecasting objective is fed from.
 * @module
 */
import { type Archive, type BatchStream, batchStream, type Split, type Statics } from "../../archive/index.ts";
import { cellCount, leadSeconds, type ValidTime } from "../../core/index.ts";
import { type RunDescription, surroundingPlanes, surroundingsMaker } from "../../run/index.ts";
import type { Feeds } from "../objective.ts";
import type { StateReader } from "../states.ts";

/** What the stages of one training have in common. */
export interface TrainingData {
  readonly archive: Archive;
  readonly run: RunDescription;
  readonly statics: Statics;
  readonly seed: number;
  readonly readState: StateReader;
}

/** A batch of pairs. */
export interface Pairs {
  /** When the first states are valid. */
  readonly times: readonly ValidTime[];
  /** `state` [b, channel, ny, nx], and `surroundings` [b, plane, ny, nx] where the run has any. */
  readonly seen: Feeds;
  /** The states a step later, [b, channel, ny, nx]. */
  readonly next: Float32Array;
}

export interface PairStream {
  readonly samples: number;
  at(first: number): Promise<Pairs>;
}

/** `purpose` keeps the order of one stage apart from another's. */
export function pairStream(
  data: TrainingData,
  { split, batch, purpose }: { readonly split: Split; readonly batch: number; readonly purpose: string },
): PairStream {
  const { archive, run, seed, readState } = data;
  const stream: BatchStream = batchStream(
    archive,
    { split, leadHours: run.stepHours, length: 2, batch, seed, purpose, shuffled: split === "train" },
    async (time) => (await readState(time)).values,
  );
  const seenAt = seenMaker(data);
  return {
    samples: stream.samples,
    at: async (first) => {
      const { times, steps } = await stream.at(first);
      return { times, seen: await seenAt(times), next: steps[1] };
    },
  };
}

/** What a forecasting network is given of states valid at these times. */
export function seenMaker({ run, statics, readState }: TrainingData): (times: readonly ValidTime[]) => Promise<Feeds> {
  const cells = cellCount(run.grid);
  const planes = surroundingPlanes(run);
  const surroundingsOf = surroundingsMaker(run, statics);
  return async (times) => {
    const state = new Float32Array(times.length * run.channels.length * cells);
    const surroundings = new Float32Array(times.length * planes * cells);
    for (const [at, time] of times.entries()) {
      const present = await readState(time);
      state.set(present.values, at * run.channels.length * cells);
      if (planes > 0) surroundings.set(surroundingsOf(present, time), at * planes * cells);
    }
    return planes === 0 ? { state } : { state, surroundings };
  };
}

/** A step after `time`. */
export function stepAfter({ stepHours }: RunDescription, time: ValidTime): ValidTime {
  return (time + leadSeconds(stepHours)) as ValidTime;
}
