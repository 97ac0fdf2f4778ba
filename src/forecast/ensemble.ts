/**
 * An ensemble from one analysis: members are independent units of work (decision 13), each written as it is produced, so that memory
 * does not grow with members or leads and a killed forecast goes on with the members it lacks.
 * @module
 */
import type { InitTime, LeadHours, ReportProgress, State } from "../core/index.ts";
import type { Forecaster } from "./forecaster.ts";
import { rollout } from "./rollout.ts";
import type { ForecastWriter } from "./store.ts";

export interface EnsembleOptions {
  readonly initTime: InitTime;
  readonly initial: State;
  readonly stepHours: number;
  readonly leadHours: readonly LeadHours[];
  readonly memberCount: number;
  /** Members made at the same time. */
  readonly concurrency: number;
  readonly report: ReportProgress;
}

/** Makes and writes every member that `writer` lacks. The caller finishes the writer. */
export async function forecastEnsemble(
  forecast: Forecaster,
  writer: ForecastWriter,
  { initTime, initial, stepHours, leadHours, memberCount, concurrency, report }: EnsembleOptions,
): Promise<void> {
  const last = leadHours.at(-1) as LeadHours;
  const total = memberCount * leadHours.length;
  let done = 0;
  let nextMember = 0;
  const progress = (): void => report({ label: "forecast", done, total, unit: "member-hours" });

  const isWritten = async (member: number): Promise<boolean> => {
    for (const lead of leadHours) if (!(await writer.has(member, lead))) return false;
    return true;
  };
  const work = async (): Promise<void> => {
    while (nextMember < memberCount) {
      const member = nextMember++;
      if (await isWritten(member)) {
        done += leadHours.length;
        progress();
        continue;
      }
      for await (const made of rollout(forecast, { member, initTime, initial, stepHours, leadHours: last })) {
        await writer.write(member, made.leadHours, made.state);
        done++;
        progress();
      }
    }
  };
  progress();
  await Promise.all(Array.from({ length: Math.min(concurrency, memberCount) }, work));
}
