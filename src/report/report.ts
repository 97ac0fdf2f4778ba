/**
 * A verification as one plain value: what was asked, of whom, on what it rests, every number, and what follows in words. It is what `verify
 * --json` prints, and what tables, pictures and pages are made of. JSON has no NaN: a score that is not defined is `null` there.
 * @module
 */
import { formatTime, SECONDS_PER_HOUR, validTime } from "../core/index.ts";
import {
  type BoardRow,
  type CalibrationEffect,
  type Evaluation,
  type Numbers,
  numbersOf,
  type Protocol,
  pooledNumbersOf,
  type RefusedEffect,
  type System,
  type Truth,
} from "../evaluation/index.ts";
import { type DriftRow, driftOf } from "./drift.ts";
import { type Verdict, verdictsOf } from "./verdicts.ts";

export interface SystemSummary {
  readonly name: string;
  readonly kind: System["kind"];
  readonly methods: readonly string[];
  /** Absent where only probabilities are issued. */
  readonly memberCount?: number;
  /** Of issued probabilities, for each lead: the members their messages name. */
  readonly issuedBy?: readonly { readonly leadHours: number; readonly memberCounts: readonly number[] }[];
}

export interface Report extends Numbers {
  /** The same rows with the leads of each day added up. */
  readonly pooled: Numbers;
  readonly synthetic: boolean;
  readonly truth: { readonly path: string; readonly source: string };
  readonly protocol: Protocol;
  /** The first is the one the report is about. */
  readonly systems: readonly SystemSummary[];
  readonly initTimes: readonly string[];
  readonly leadHours: readonly number[];
  readonly cases: number;
  /** Convective days (12 to 12 UTC) with a case: what the bootstrap draws from. */
  readonly days: readonly string[];
  readonly independentCases: number;
  /** Scored cases whose valid time lies in a training split, more than 0 only when that was allowed; null where nobody knows. */
  readonly trainingHours: number | null;
  readonly drift: readonly DriftRow[];
  readonly verdicts: readonly Verdict[];
  readonly scoreboard: readonly BoardRow[];
  /** What the first system's own calibration does to its probabilities; absent where it carries none. */
  readonly calibration?: CalibrationEffect | RefusedEffect;
  readonly skipped: readonly {
    readonly path: string;
    readonly initTime: string;
    readonly leadHours: number;
    readonly validTime: string;
    readonly reason: string;
  }[];
}

export interface ReportOptions {
  /** `undefined` where nobody knows. */
  readonly trainingHours: number | undefined;
  readonly scoreboard?: readonly BoardRow[];
  readonly calibration?: CalibrationEffect | RefusedEffect;
}

export function reportOf(
  evaluation: Evaluation,
  truth: Truth,
  { trainingHours, scoreboard = [], calibration }: ReportOptions,
): Report {
  const systems = evaluation.systems.map((system) => summaryOf(system, evaluation.leads));
  const numbers = numbersOf(evaluation, truth);
  const basis = {
    ...numbers,
    drift: driftOf(numbers),
    pooled: pooledNumbersOf(evaluation, truth),
    synthetic:
      truth.synthetic ||
      evaluation.systems.some(
        (system) => system.kind === "ensemble" && system.forecasts.some(({ forecast }) => forecast.synthetic),
      ),
    truth: { path: truth.path, source: truth.source },
    protocol: evaluation.protocol,
    systems,
    initTimes: evaluation.initTimes.map(formatTime),
    leadHours: evaluation.leads,
    cases: evaluation.cases.length,
    days: evaluation.days.map((day) => formatTime((24 * day + 12) * SECONDS_PER_HOUR).slice(0, 10)),
    independentCases: evaluation.independentCases,
    trainingHours: trainingHours ?? null,
    scoreboard,
    ...(calibration && { calibration }),
    skipped: evaluation.skipped.map(({ path, initTime, leadHours, reason }) => ({
      path,
      initTime: formatTime(initTime),
      leadHours,
      validTime: formatTime(validTime(initTime, leadHours)),
      reason,
    })),
  };
  return { ...basis, verdicts: verdictsOf(basis) };
}

function summaryOf(system: System, leads: Evaluation["leads"]): SystemSummary {
  const { name, kind } = system;
  if (system.kind === "probability") {
    const issuedBy = leads.map((leadHours) => ({ leadHours, memberCounts: system.memberCounts(leadHours) }));
    return { name, kind, methods: ["issued probabilities"], issuedBy };
  }
  const ensembles = system.forecasts.map(({ forecast }) => forecast);
  return {
    name,
    kind,
    methods: [...new Set(ensembles.map(({ method }) => method))],
    memberCount: ensembles[0].memberCount,
  };
}
