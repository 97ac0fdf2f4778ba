/**
 * The one contract of this room: a forecaster takes a state on, one step or, from an anchor, several at once. DEF, a bare deterministic network, all rivals and the baselines are
 * makers of such a function; rollout and ensembles are written once, over it.
 * @module
 */
import type { LeadHours, State, ValidTime } from "../core/index.ts";
import type { Displacement } from "../motion/index.ts";

/** Which step of which member is being made: what randomness is keyed by, and what forcings are looked up by. */
export interface StepOf {
  readonly member: number;
  /** Lead of the state that is asked for; a key takes it in whole seconds, `leadSeconds`. */
  readonly leadHours: LeadHours;
  /** When the state that is given is valid. */
  readonly time: ValidTime;
  /** Steps from the state that is given to the one that is asked for. Default 1; more where the state is an anchor of before. */
  readonly steps?: number;
  /** How storms move, by how they moved up to the analysis, in cells a step: for methods that ask for it (`method.ts`). */
  readonly motion?: Displacement;
  /** The large scale when the state that is asked for is valid, as networks see it: for methods that ask for it. */
  readonly largeScale?: Float32Array;
}

/**
 * state at `time` → state `steps` steps later; [channel, ny, nx], physical units. Pure: the same step of the same forecast gives the same bytes.
 * It leaves the state it was given as it is.
 */
export type Forecaster = (state: State, step: StepOf) => Promise<State>;

/**
 * Several members at one lead in one go, for makers whose networks take a batch: one state and one step a member, the answers in their order.
 * The bytes of a member must not depend on who is beside it.
 */
export type BatchForecaster = (states: readonly State[], steps: readonly StepOf[]) => Promise<State[]>;

/** A batch forecaster that is told at every step of every member how storms move. */
export function alongMotion(forecast: BatchForecaster, motionOf: (step: StepOf) => Displacement): BatchForecaster {
  return (states, steps) =>
    forecast(
      states,
      steps.map((step) => ({ ...step, motion: motionOf(step) })),
    );
}

/** A batch forecaster that makes one member after the other. */
export function oneByOne(forecast: Forecaster): BatchForecaster {
  return async (states, steps) => {
    const next: State[] = [];
    for (const [at, state] of states.entries()) next.push(await forecast(state, steps[at]));
    return next;
  };
}
