/**
 * The one contract of this room: a forecaster takes a state one step on. DEF, a bare deterministic network and all rivals to come are
 * makers of such a function; rollout and ensembles are written once, over it.
 * @module
 */
import type { LeadHours, State, ValidTime } from "../core/index.ts";

/** Which step of which member is being made: what randomness is keyed by, and what forcings are looked up by. */
export interface StepOf {
  readonly member: number;
  /** Lead of the state that is asked for. */
  readonly leadHours: LeadHours;
  /** When the state that is given is valid. */
  readonly time: ValidTime;
}

/** state at `time` → state one step later; [channel, ny, nx], physical units. Pure: the same step gives the same bytes. */
export type Forecaster = (state: State, step: StepOf) => Promise<State>;
