/**
 * One member, step after step from the analysis to the last lead, each state handed over as soon as it is made.
 * @module
 */
import { type InitTime, type LeadHours, NumericError, type State, validTime } from "../core/index.ts";
import type { Forecaster } from "./forecaster.ts";

export interface RolloutOptions {
  readonly member: number;
  readonly initTime: InitTime;
  readonly initial: State;
  readonly stepHours: number;
  /** Lead of the last state. */
  readonly leadHours: LeadHours;
}

/** Yields the state at each lead in turn. @throws NumericError when a member stops being finite, naming it */
export async function* rollout(
  forecast: Forecaster,
  { member, initTime, initial, stepHours, leadHours }: RolloutOptions,
): AsyncGenerator<{ leadHours: LeadHours; state: State }> {
  let state = initial;
  for (let lead = stepHours; lead <= leadHours; lead += stepHours) {
    state = await forecast(state, { member, leadHours: lead, time: validTime(initTime, lead - stepHours) });
    const bad = state.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new NumericError({
        place: `member ${member} lead ${lead} h value ${bad}`,
        expected: "a finite state",
        got: String(state[bad]),
        remedy: "the model is not trained enough or the initial state is out of its range",
      });
    }
    yield { leadHours: lead, state };
  }
}
