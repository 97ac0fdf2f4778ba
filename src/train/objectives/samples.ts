/**
 * Pairs of hours a step apart as the networks see them, batch after batch: what every forecasting objective is fed from.
 * @module
 */
import { type Archive, type BatchStream, batchStream, type Split, type Statics } from "../../archive/index.ts";
import { cellCount, integers, leadAfter, stepsAfter, type ValidTime } from "../../core/index.ts";
import { erringMotion, motionErrors } from "../../motion/index.ts";
import {
  type LargeScaleReader,
  type NormalizedState,
  type RunDescription,
  surroundingPlanes,
  surroundingsMaker,
} from "../../run/index.ts";
import { askable } from "../askable.ts";
import type { Feeds } from "../objective.ts";
import type { MotionReader, StateReader } from "../states.ts";
import { knownOf, lacksCells } from "./known.ts";

/** What the stages of one training have in common. */
export interface TrainingData {
  readonly archive: Archive;
  readonly run: RunDescription;
  readonly statics: Statics;
  readonly seed: number;
  readonly readState: StateReader;
  /** Where the first guess follows storms. */
  readonly readMotion?: MotionReader | undefined;
  /** Where the run is told the large scale. */
  readonly largeScale?: LargeScaleReader | undefined;
}

/** A batch of pairs. */
export interface Pairs {
  /** When the first states are valid. */
  readonly times: readonly ValidTime[];
  /** How many steps later the others are: 1, or where forecasts are anchored any up to `anchorSteps`, the same within a batch. */
  readonly steps: number;
  /** `state` [b · members, channel, ny, nx], and `surroundings` [b · members, plane, ny, nx] where the run has any: each case `members` times. */
  readonly seen: Feeds;
  /** The states so many steps later, [b, channel, ny, nx]. */
  readonly next: Float32Array;
  /** `known` of those states, where the archive lacks cells (`known.ts`). */
  readonly known: Feeds;
}

export interface PairStream {
  readonly samples: number;
  at(first: number): Promise<Pairs>;
}

export interface PairPlan {
  readonly split: Split;
  readonly batch: number;
  /** Keeps the order of one stage apart from another's. */
  readonly purpose: string;
  /** Of each case. Default 1. */
  readonly members?: number;
}

export function pairStream(data: TrainingData, { split, batch, purpose, members = 1 }: PairPlan): PairStream {
  const { archive, run, seed, readState } = data;
  const { anchorSteps, stepHours } = run;
  const shuffled = split === "train";
  const streams = Array.from({ length: anchorSteps }, (_, k): BatchStream => {
    const leadHours = leadAfter(k + 1, stepHours);
    const admits = askable(data, k + 1);
    const plan = { split, leadHours, length: 2, admits, batch, seed, purpose, shuffled };
    return batchStream(archive, plan, async (time) => (await readState(time)).values);
  });
  /** Drawn while learning; in turn where what is learnt is judged. */
  const stepsOf = (first: number): number =>
    shuffled
      ? 1 + integers({ seed, purpose: `lead ${purpose}`, index: first }, 1, anchorSteps)[0]
      : 1 + (Math.floor(first / batch) % anchorSteps);
  const seenAt = seenMaker(data);
  const knownAt = knownMaker(data);
  return {
    samples: streams[0].samples,
    at: async (first) => {
      const steps = anchorSteps === 1 ? 1 : stepsOf(first);
      const { times, steps: states } = await streams[steps - 1].at(first);
      const seen = await seenAt(times, steps, { members, purpose: `motion error ${purpose} ${split}`, first });
      const known = await knownAt(times.map((time) => stepsAfter(time, steps, stepHours)));
      return { times, steps, seen, next: states[1], known: known === undefined ? {} : { known } };
    },
  };
}

/** Weights of the states at these times, [b, channel, ny, nx]; `undefined` where the archive lacks no cell. */
export function knownMaker(data: TrainingData): (times: readonly ValidTime[]) => Promise<Float32Array | undefined> {
  const { run, readState } = data;
  if (!lacksCells(data)) return async () => undefined;
  const size = run.channels.length * cellCount(run.grid);
  return async (times) => {
    const states: NormalizedState[] = [];
    for (const time of times) states.push(await readState(time));
    return knownOf(states, size);
  };
}

/** For whom the networks' input is made: `members` of each case, whose draws are keyed by the number of the case. */
interface Seers {
  readonly members: number;
  readonly purpose: string;
  readonly first: number;
}

/** What a forecasting network is given of states valid at these times, to answer for so many steps later; by default to one member each. */
export function seenMaker({
  run,
  statics,
  seed,
  readState,
  readMotion,
  largeScale,
}: TrainingData): (times: readonly ValidTime[], steps?: number, seers?: Seers) => Promise<Feeds> {
  const { grid, stepHours, motionSpread: spread } = run;
  const cells = cellCount(grid);
  const stateSize = run.channels.length * cells;
  const planesSize = surroundingPlanes(run) * cells;
  const surroundingsOf = surroundingsMaker(run, statics);
  return async (times, steps = 1, { members, purpose, first } = { members: 1, purpose: "", first: 0 }) => {
    const state = new Float32Array(times.length * members * stateSize);
    const surroundings = new Float32Array(times.length * members * planesSize);
    const erring = { spread, grid, stepHours, leadHours: leadAfter(steps, stepHours) };
    for (const [at, time] of times.entries()) {
      const present = await readState(time);
      const motion = await readMotion?.(time);
      /** Each member sees a motion that errs in its own way where it is to. */
      const seenBy = (index: number): NormalizedState => {
        if (motion === undefined) return present;
        return { ...present, motion: erringMotion(motion, motionErrors({ seed, purpose, index }), erring) };
      };
      const ahead = await largeScale?.at(stepsAfter(time, steps, run.stepHours));
      let made: Float32Array | undefined;
      for (let k = at * members; k < (at + 1) * members; k++) {
        state.set(present.values, k * stateSize);
        if (planesSize === 0) continue;
        if (made === undefined || spread > 0) {
          made = surroundingsOf(seenBy(first * members + k), time, steps, ahead);
        }
        surroundings.set(made, k * planesSize);
      }
    }
    return planesSize === 0 ? { state } : { state, surroundings };
  };
}
