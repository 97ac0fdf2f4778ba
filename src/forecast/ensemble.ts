/**
 * An ensemble from one analysis: members are independent units of work (decision 13), each state written as it is produced, so that memory
 * does not grow with members or leads. A forecast that was stopped goes on behind the last lead each member has.
 *
 *   memory = concurrency · batch · (one state + what the forecaster needs for it)
 * @module
 */
import { type InitTime, type LeadHours, NumericError, type ReportProgress, type State } from "../core/index.ts";
import type { BatchForecaster } from "./forecaster.ts";
import { rollout } from "./rollout.ts";
import type { ForecastWriter } from "./write.ts";

export interface EnsembleOptions {
  readonly initTime: InitTime;
  readonly initial: State;
  readonly stepHours: number;
  /** Steps between anchors (`rollout.ts`). Default 1. */
  readonly anchorSteps?: number;
  /** Every step up to the last lead. */
  readonly leadHours: readonly LeadHours[];
  /** The members to make: all, or those of one shard. */
  readonly members: readonly number[];
  /** Members in one call of the forecaster. Default 1. */
  readonly batch?: number;
  /** Batches made at the same time. Default 1. */
  readonly concurrency?: number;
  /** States may hold NaN, for methods that hand on what is missing. Default false. */
  readonly keepsMissing?: boolean;
  readonly report: ReportProgress;
}

/**
 * Makes and writes every state of `members` that `writer` lacks. The caller finishes the writer.
 * @throws NumericError for a state that is not finite: the initial one before anything is made
 */
export async function forecastEnsemble(
  forecast: BatchForecaster,
  writer: ForecastWriter,
  options: EnsembleOptions,
): Promise<void> {
  const { initial, leadHours, members, batch = 1, concurrency = 1, keepsMissing = false, report } = options;
  const { anchorSteps = 1 } = options;
  if (!keepsMissing) requireWholeStart(initial);
  const total = members.length * leadHours.length;
  let done = 0;
  const progress = (): void => report({ label: "forecast", done, total, unit: "member-hours" });

  /** How many leads of a member are there, counted from the first without a gap. */
  const leadsWritten = async (member: number): Promise<number> => {
    let count = 0;
    while (count < leadHours.length && (await writer.has(member, leadHours[count]))) count++;
    return count;
  };
  const makeTogether = async (group: readonly number[]): Promise<void> => {
    const written = await Promise.all(group.map(leadsWritten));
    const from = Math.min(...written);
    done += from * group.length;
    progress();
    if (from === leadHours.length) return;
    const anchor = from - (from % anchorSteps);
    const states: State[] = [];
    for (const member of group) states.push(anchor === 0 ? initial : await writer.read(member, leadHours[anchor - 1]));
    const steps = rollout(forecast, { ...options, members: group, states, from, to: leadHours.length });
    for await (const { leadHours: lead, states: made } of steps) {
      for (const [at, member] of group.entries()) {
        // What is there stays: another process may be reading it.
        if (!(await writer.has(member, lead))) await writer.write(member, lead, made[at]);
        done++;
        progress();
      }
      // Another process may have published the forecast meanwhile: then all of it is there.
      const there = await Promise.all(group.map(leadsWritten));
      if (there.every((count) => count === leadHours.length)) return;
    }
  };

  const groups = Array.from({ length: Math.ceil(members.length / batch) }, (_, k) =>
    members.slice(k * batch, (k + 1) * batch),
  );
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < groups.length) await makeTogether(groups[next++]);
  };
  progress();
  await Promise.all(Array.from({ length: Math.min(concurrency, groups.length) }, work));
}

function requireWholeStart(initial: State): void {
  const bad = initial.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new NumericError({
    place: `initial state value ${bad}`,
    expected: "a finite state",
    got: String(initial[bad]),
    remedy: "choose another init time: `updraft archive inspect` lists the whole hours",
  });
}
