/**
 * Judges all cases of all systems, one after another, and keeps of each no more than its tallies, added by lead and day. What was judged
 * before is taken from the records; what is judged now is added to them first.
 * @module
 */
import type { InitTime, LeadHours, ReportProgress, VariableName } from "../core/index.ts";
import { RequestError, validTime } from "../core/index.ts";
import { type CaseRecord, type CaseRecords, unkeptRecords } from "./case-records.ts";
import { addCases, type CaseTallies } from "./case-tallies.ts";
import { completeCases, convectiveDay, countADayApart, type ForecastCase, type SkippedCase } from "./cases.ts";
import { type Judgement, judgeCase } from "./judge-case.ts";
import type { System } from "./system.ts";
import type { Truth } from "./truth.ts";

export interface Evaluation {
  readonly systems: readonly System[];
  readonly variables: readonly VariableName[];
  readonly protocol: Judgement["protocol"];
  readonly cases: readonly ForecastCase[];
  /** Left out altogether, or, as their reason says, of what is judged by storm reports alone. */
  readonly skipped: readonly SkippedCase[];
  /** Of the cases; ascending. */
  readonly leads: readonly LeadHours[];
  readonly initTimes: readonly InitTime[];
  /** Convective days of the cases, ascending: the blocks of the bootstrap. */
  readonly days: readonly number[];
  /** Init times that can be chosen a day or more apart: what a claim of significance may count, never cells. */
  readonly independentCases: number;
  /** Tallies of one system at one lead, one a day in order; days without a case are left out. */
  readonly byDay: (system: string, leadHours: LeadHours) => readonly DayTallies[];
  readonly casesAt: (leadHours: LeadHours) => number;
  /** Cases that storm reports can tell of; none where nobody asked them. */
  readonly reportedCasesAt: (leadHours: LeadHours) => number;
}

/** What is remembered of one convective day. */
export interface DayTallies {
  readonly day: number;
  readonly tallies: CaseTallies;
}

/** @throws RequestError when not one case can be judged. */
export async function evaluate(
  judgement: Judgement,
  { records = unkeptRecords(), report }: { readonly records?: CaseRecords; readonly report?: ReportProgress } = {},
): Promise<Evaluation> {
  const { systems, truth, variables, protocol, reported } = judgement;
  const { cases: complete, skipped } = completeCases(systems, truth);
  const cases: ForecastCase[] = [];
  const sums = new Map<string, CaseTallies>();
  for (const [at, one] of complete.entries()) {
    const before = await records.find(one);
    const damage = before === undefined ? await truth.damage?.(validTime(one.initTime, one.leadHours)) : undefined;
    if (damage !== undefined) {
      skipped.push({ ...one, path: pathOf(systems[0], one), reason: damage });
      continue;
    }
    cases.push(one);
    const record = before ?? (await judged(one, judgement));
    if (before === undefined) await records.add(record);
    for (const { name } of systems) {
      const key = sumKey(name, one.leadHours, convectiveDay(one.initTime));
      const sum = sums.get(key);
      sums.set(key, sum === undefined ? record.systems[name] : addCases(sum, record.systems[name]));
    }
    report?.({ label: "verify", done: at + 1, total: complete.length, unit: "cases" });
  }
  if (cases.length === 0) throw nothingToScore(truth, skipped);
  const untold = cases.flatMap((one) => {
    const reason = reported?.refusal(validTime(one.initTime, one.leadHours));
    return reason === undefined ? [] : [{ ...one, path: pathOf(systems[0], one), reason }];
  });
  const told = reported === undefined ? [] : cases.filter((one) => !untold.some((left) => isCase(left, one)));
  const days = ascending(cases.map(({ initTime }) => convectiveDay(initTime)));
  const initTimes = ascending(cases.map(({ initTime }) => initTime)) as InitTime[];
  return {
    systems,
    variables,
    protocol,
    cases,
    skipped: [...skipped, ...untold],
    leads: ascending(cases.map(({ leadHours }) => leadHours)),
    initTimes,
    days,
    independentCases: countADayApart(initTimes),
    byDay: (system, leadHours) =>
      days.flatMap((day) => {
        const tallies = sums.get(sumKey(system, leadHours, day));
        return tallies === undefined ? [] : [{ day, tallies }];
      }),
    casesAt: (leadHours) => cases.filter((one) => one.leadHours === leadHours).length,
    reportedCasesAt: (leadHours) => told.filter((one) => one.leadHours === leadHours).length,
  };
}

function nothingToScore({ path }: Truth, skipped: readonly SkippedCase[]): RequestError {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  return new RequestError({
    place: path,
    expected: "at least one valid time of the forecasts that can be scored",
    got: `none of ${skipped.length} (${reasons.join("; ")})`,
    remedy: "choose an earlier init time, shorter leads, or another archive",
  });
}

const isCase = (a: ForecastCase, b: ForecastCase): boolean => a.initTime === b.initTime && a.leadHours === b.leadHours;

function pathOf(first: System, { initTime }: ForecastCase): string {
  const named = first.kind === "ensemble" && first.forecasts.find(({ forecast }) => forecast.initTime === initTime);
  return named ? named.path : first.name;
}

/** Valid times of the cases, one for each. */
export function validTimesOf(cases: readonly ForecastCase[]): ReturnType<typeof validTime>[] {
  return cases.map(({ initTime, leadHours }) => validTime(initTime, leadHours));
}

async function judged(one: ForecastCase, judgement: Judgement): Promise<CaseRecord> {
  const tallies = await judgeCase(one, judgement);
  return { ...one, systems: Object.fromEntries(judgement.systems.map(({ name }, at) => [name, tallies[at]])) };
}

const sumKey = (system: string, leadHours: LeadHours, day: number): string => `${system} ${leadHours} ${day}`;

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
