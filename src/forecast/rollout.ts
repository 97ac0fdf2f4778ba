/**
 * Members side by side, step after step to the last lead, their states handed over as soon as they are made.
 * @module
 */
import {
  formatLead,
  type InitTime,
  type LeadHours,
  leadAfter,
  NumericError,
  type State,
  validTime,
} from "../core/index.ts";
import type { BatchForecaster } from "./forecaster.ts";

export interface RolloutOptions {
  readonly members: readonly number[];
  readonly initTime: InitTime;
  readonly stepHours: number;
  /** Steps between anchors: every state is made from the last anchor before it, not from the state before. Default 1: each is an anchor. */
  readonly anchorSteps?: number;
  /** Steps that `states` are ahead of the analysis: 0 at the start, more where a stopped forecast goes on. */
  readonly from: number;
  /** Steps in all. */
  readonly to: number;
  /** One a member, each [channel, ny, nx]: those `from` steps ahead, or of the last anchor at or before them. */
  readonly states: readonly State[];
  /** States may hold NaN, for methods that hand on what is missing. Default false. */
  readonly keepsMissing?: boolean;
}

/** Yields all members' states at each lead in turn. @throws NumericError when a member stops being finite, naming it */
export async function* rollout(
  forecast: BatchForecaster,
  { members, initTime, stepHours, anchorSteps = 1, from, to, states, keepsMissing = false }: RolloutOptions,
): AsyncGenerator<{ leadHours: LeadHours; states: readonly State[] }> {
  let anchors = states;
  for (let step = from + 1; step <= to; step++) {
    const leadHours = leadAfter(step, stepHours);
    const steps = ((step - 1) % anchorSteps) + 1;
    const time = validTime(initTime, leadAfter(step - steps, stepHours));
    const made = await forecast(
      anchors,
      members.map((member) => ({ member, leadHours, time, steps })),
    );
    if (!keepsMissing) for (const [at, state] of made.entries()) requireFinite(state, members[at], leadHours);
    if (steps === anchorSteps) anchors = made;
    yield { leadHours, states: made };
  }
}

function requireFinite(state: State, member: number, leadHours: LeadHours): void {
  // x − x is 0 of a finite number alone; a loop, for a full grid has 13 million.
  let bad = 0;
  while (bad < state.length && state[bad] - state[bad] === 0) bad++;
  if (bad === state.length) return;
  throw new NumericError({
    place: `member ${member} lead ${formatLead(leadHours)} value ${bad}`,
    expected: "a finite state",
    got: String(state[bad]),
    remedy: "the model is not trained enough or the initial state is out of its range",
  });
}
