/**
 * Pairs of hours a step apart as the networks see them, batch after batch: what every forecasting objective is fed from.
 * @module
 */
import { type Archive, type BatchStream, batchStream, type Split, type Statics } from "../../archive/index.ts";
import { cellCount, integers, leadAfter, leadSeconds, type ValidTime } from "../../core/index.ts";
import { firstGuessHistoryHours, type RunDescription, surroundingPlanes, surroundingsMaker } from "../../run/index.ts";
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
  /** How many steps later the others are: 1, or where forecasts are anchored any up to `anchorSteps`, the same within a batch. */
  readonly steps: number;
  /** `state` [b, channel, ny, nx], and `surroundings` [b, plane, ny, nx] where the run has any. */
  readonly seen: Feeds;
  /** The states so many steps later, [b, channel, ny, nx]. */
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
  const { anchorSteps, stepHours } = run;
  const shuffled = split === "train";
  const streams = Array.from({ length: anchorSteps }, (_, k): BatchStream => {
    const leadHours = leadAfter(k + 1, stepHours);
    const historyHours = firstGuessHistoryHours(run);
    const plan = { split, leadHours, length: 2, historyHours, batch, seed, purpose, shuffled };
    return batchStream(archive, plan, async (time) => (await readState(time)).values);
  });
  /** Drawn while learning; in turn where what is learnt is judged. */
  const stepsOf = (first: number): number =>
    shuffled
      ? 1 + integers({ seed, purpose: `lead ${purpose}`, index: first }, 1, anchorSteps)[0]
      : 1 + (Math.floor(first / batch) % anchorSteps);
  const seenAt = seenMaker(data);
  return {
    samples: streams[0].samples,
    at: async (first) => {
      const steps = anchorSteps === 1 ? 1 : stepsOf(first);
      const { times, steps: states } = await streams[steps - 1].at(first);
      return { times, steps, seen: await seenAt(times, steps), next: states[1] };
    },
  };
}

/** What a forecasting network is given of states valid at these times, to answer for so many steps later. */
export function seenMaker({
  run,
  statics,
  readState,
}: TrainingData): (times: readonly ValidTime[], steps?: number) => Promise<Feeds> {
  const cells = cellCount(run.grid);
  const planes = surroundingPlanes(run);
  const surroundingsOf = surroundingsMaker(run, statics);
  return async (times, steps = 1) => {
    const state = new Float32Array(times.length * run.channels.length * cells);
    const surroundings = new Float32Array(times.length * planes * cells);
    for (const [at, time] of times.entries()) {
      const present = await readState(time);
      state.set(present.values, at * run.channels.length * cells);
      if (planes > 0) surroundings.set(surroundingsOf(present, time, steps), at * planes * cells);
    }
    return planes === 0 ? { state } : { state, surroundings };
  };
}

/** So many steps after `time`. */
export function stepAfter({ stepHours }: RunDescription, time: ValidTime, steps = 1): ValidTime {
  return (time + steps * leadSeconds(stepHours)) as ValidTime;
}
