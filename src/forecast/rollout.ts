/**
 * Members side by side, step after step to the last lead, their states handed over as soon as they are made.
 * @module
 */
import { type InitTime, type LeadHours, leadAfter, NumericError, type State, validTime } from "../core/index.ts";
import type { BatchForecaster } from "./forecaster.ts";

export interface RolloutOptions {
  readonly members: readonly number[];
  readonly initTime: InitTime;
  readonly stepHours: number;
  /** Steps that `states` are ahead of the analysis: 0 at the start, more where a stopped forecast goes on. */
  readonly from: number;
  /** Steps in all. */
  readonly to: number;
  /** One a member, each [channel, ny, nx]. */
  readonly states: readonly State[];
  /** States may hold NaN, for methods that hand on what is missing. Default false. */
  readonly keepsMissing?: boolean;
}

/** Yields all members' states at each lead in turn. @throws NumericError when a member stops being finite, naming it */
export async function* rollout(
  forecast: BatchForecaster,
  { members, initTime, stepHours, from, to, states, keepsMissing = false }: RolloutOptions,
): AsyncGenerator<{ leadHours: LeadHours; states: readonly State[] }> {
  let current = states;
  for (let step = from + 1; step <= to; step++) {
    const leadHours = leadAfter(step, stepHours);
    const time = validTime(initTime, leadAfter(step - 1, stepHours));
    current = await forecast(
      current,
      members.map((member) => ({ member, leadHours, time })),
    );
    if (!keepsMissing) for (const [at, state] of current.entries()) requireFinite(state, members[at], leadHours);
    yield { leadHours, states: current };
  }
}

function requireFinite(state: State, member: number, leadHours: LeadHours): void {
  const bad = state.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new NumericError({
    place: `member ${member} lead ${leadHours} h value ${bad}`,
    expected: "a finite state",
    got: String(state[bad]),
    remedy: "the model is not trained enough or the initial state is out of its range",
  });
}
