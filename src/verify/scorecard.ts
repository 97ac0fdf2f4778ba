/**
 * Scores of one or more forecasts against the truth, for every variable and lead, beside those of persistence:
 *
 *   persistence(t₀ + lead) = state(t₀)        skill = 1 − fair CRPS / CRPS of persistence
 *
 * A single forecast's CRPS is its MAE. Both sides are scored on the same cells. Forecasts are read one field at a time, so memory
 * does not grow with their number. Hours the truth cannot serve for are skipped and listed, never filled.
 * @module
 */
import {
  type InitTime,
  type LeadHours,
  type RandomKey,
  type ReportProgress,
  RequestError,
  SECONDS_PER_HOUR,
  type ValidTime,
  type VariableName,
  validTime,
} from "../core/index.ts";
import { checkComparable, type NamedForecast, type Truth } from "./comparable.ts";
import { type EnsembleScores, type EnsembleTally, ensembleScores, ensembleTally } from "./ensemble-scores.ts";
import { type MeanErrorTally, meanError, meanErrorTally } from "./mean-error.ts";
import { completeCells } from "./missing.ts";
import { addTallies } from "./tally.ts";

export interface ScorecardRow extends Omit<EnsembleScores, "memberCount"> {
  readonly variable: VariableName;
  readonly leadHours: LeadHours;
  readonly cases: number;
  /** Persistence's MAE, which is its CRPS. */
  readonly persistenceCrps: number;
  readonly persistenceRmse: number;
  /** 1 − crps / persistenceCrps: 1 is perfect, 0 is no better than persistence. */
  readonly crpsSkillAgainstPersistence: number;
}

/** A lead of a forecast that could not be scored. */
export interface SkippedHour {
  readonly path: string;
  readonly initTime: InitTime;
  readonly leadHours: LeadHours;
  readonly reason: string;
}

export interface Scorecard {
  readonly memberCount: number;
  /** Ascending; of the forecasts that had at least one hour scored. */
  readonly initTimes: readonly InitTime[];
  /** How many of them can be chosen at least a day apart: what a claim of significance may count, never cells. */
  readonly independentCases: number;
  /** The hours scored, one for each (init, lead). */
  readonly validTimes: readonly ValidTime[];
  /** By variable, then by lead; only those with at least one case. */
  readonly rows: readonly ScorecardRow[];
  readonly skipped: readonly SkippedHour[];
}

/**
 * Scores all forecasts together: every row pools the cells of all its cases.
 * @throws RequestError when a forecast's grid, channels or member count do not fit, when an init time comes twice, or when not one
 * hour can be scored.
 */
export async function scorecard(
  forecasts: readonly NamedForecast[],
  truth: Truth,
  report?: ReportProgress,
): Promise<Scorecard> {
  checkComparable(forecasts, truth);
  const { memberCount, channels } = forecasts[0].forecast;
  const skipped: SkippedHour[] = [];
  const initTimes: InitTime[] = [];
  const validTimes: ValidTime[] = [];
  const rows = new Map<string, RowTally>();
  let done = 0;
  const total = forecasts.reduce((sum, { forecast }) => sum + forecast.channels.length * forecast.leadHours.length, 0);

  for (const { path, forecast } of forecasts) {
    const { initTime } = forecast;
    const usable = forecast.leadHours.filter((leadHours) => {
      const reason = truth.refusal(validTime(initTime, leadHours));
      if (reason !== undefined) skipped.push({ path, initTime, leadHours, reason });
      return reason === undefined;
    });
    if (usable.length > 0) initTimes.push(initTime);
    validTimes.push(...usable.map((leadHours) => validTime(initTime, leadHours)));
    done += (forecast.leadHours.length - usable.length) * channels.length;
    for (const variable of channels) {
      const persistence = usable.length > 0 ? await forecast.readInitial(variable) : new Float32Array();
      for (const leadHours of usable) {
        const observed = await truth.readField(validTime(initTime, leadHours), variable);
        const members = await Promise.all(
          Array.from({ length: memberCount }, (_, member) => forecast.readMember(member, leadHours, variable)),
        );
        const complete = completeCells([observed, persistence, ...members]);
        const tieKey = tieKeyOf(initTime, leadHours, channels.indexOf(variable));
        const ensemble = ensembleTally({ members, truth: observed, complete, tieKey });
        addCase(rows, variable, leadHours, ensemble, meanErrorTally(persistence, observed, complete));
        report?.({ label: "score", done: ++done, total, unit: "fields" });
      }
    }
  }
  if (rows.size === 0) throw nothingToScore(truth, skipped);
  initTimes.sort((a, b) => a - b);
  const scored = [...rows.values()]
    .map(rowOf)
    .toSorted((a, b) => channels.indexOf(a.variable) - channels.indexOf(b.variable) || a.leadHours - b.leadHours);
  return { memberCount, initTimes, independentCases: countADayApart(initTimes), validTimes, rows: scored, skipped };
}

interface RowTally {
  readonly variable: VariableName;
  readonly leadHours: LeadHours;
  readonly cases: number;
  readonly ensemble: EnsembleTally;
  readonly persistence: MeanErrorTally;
}

function addCase(
  rows: Map<string, RowTally>,
  variable: VariableName,
  leadHours: LeadHours,
  ensemble: EnsembleTally,
  persistence: MeanErrorTally,
): void {
  const key = `${variable} ${leadHours}`;
  const known = rows.get(key);
  rows.set(key, {
    variable,
    leadHours,
    cases: (known?.cases ?? 0) + 1,
    ensemble: known === undefined ? ensemble : addTallies(known.ensemble, ensemble),
    persistence: known === undefined ? persistence : addTallies(known.persistence, persistence),
  });
}

function rowOf({ variable, leadHours, cases, ensemble, persistence }: RowTally): ScorecardRow {
  const { memberCount: _, ...scores } = ensembleScores(ensemble);
  const { mae, rmse } = meanError(persistence);
  return {
    variable,
    leadHours,
    cases,
    ...scores,
    persistenceCrps: mae,
    persistenceRmse: rmse,
    crpsSkillAgainstPersistence: 1 - scores.crps / mae,
  };
}

/** Keyed by what is scored, not by the order of the files. */
function tieKeyOf(initTime: InitTime, leadHours: LeadHours, channel: number): RandomKey {
  return { seed: 0, purpose: "rank-ties", member: channel, lead: Math.round(leadHours * 60), index: initTime / 60 };
}

/** The most that can be picked out of ascending times with a day or more between neighbors. */
function countADayApart(ascending: readonly InitTime[]): number {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of ascending) {
    if (time - last < 24 * SECONDS_PER_HOUR) continue;
    count++;
    last = time;
  }
  return count;
}

function nothingToScore(truth: Truth, skipped: readonly SkippedHour[]): RequestError {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  return new RequestError({
    place: truth.path,
    expected: "at least one valid time of the forecasts that can be scored",
    got: `none of ${skipped.length} (${reasons.join("; ")})`,
    remedy: "choose an earlier init time, shorter leads, or another archive",
  });
}
