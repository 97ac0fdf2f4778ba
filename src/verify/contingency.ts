/**
 * Yes-or-no forecasts of an event, and what follows from the four counts:
 *
 *                     happened          did not
 *   forecast          hits a            false alarms b
 *   not forecast      misses c          correct negatives d
 *
 * Source: Wilks, Statistical Methods in the Atmospheric Sciences, ch. 8; SEDI: Ferro & Stephenson (2011) 10.1175/WAF-D-10-00030.1.
 * "FAR" alone is ambiguous and not used. The performance diagram is success ratio against POD (Roebber 2009, 10.1175/2008WAF2222159.1).
 * @module
 */
import type { Field } from "../core/index.ts";
import { completeCells } from "./missing.ts";
import { type ProbabilityTable, tableTotals } from "./probability-table.ts";

export type Contingency = {
  readonly hits: number;
  readonly misses: number;
  readonly falseAlarms: number;
  readonly correctNegatives: number;
};

export interface ContingencyScores {
  /** POD, hits of all that happened: a / (a + c). */
  readonly probabilityOfDetection: number;
  /** Hits of all that was forecast: a / (a + b). */
  readonly successRatio: number;
  /** False alarms of all that was forecast: 1 − success ratio. */
  readonly falseAlarmRatio: number;
  /** POFD, false alarms of all that did not happen: b / (b + d). */
  readonly falseAlarmRate: number;
  /** CSI, hits of all that was forecast or happened: a / (a + b + c). */
  readonly criticalSuccessIndex: number;
  /** ETS: CSI with the hits expected by chance taken off. */
  readonly equitableThreatScore: number;
  /** Forecast events per event that happened: (a + b) / (a + c). */
  readonly frequencyBias: number;
  /** (a + d) / n. ⚠ For a rare event, never forecasting it is nearly perfect here. */
  readonly accuracy: number;
  /** HSS: accuracy beyond chance. */
  readonly heidkeSkillScore: number;
  /** Hanssen–Kuipers: POD − POFD. */
  readonly hanssenKuipers: number;
  /** Symmetric extremal dependence index, which does not fade as events get rare. */
  readonly extremalDependence: number;
  /** Matthews correlation. */
  readonly matthewsCorrelation: number;
  /** 2a / (2a + b + c). */
  readonly f1: number;
}

/** Counts "value ≥ threshold" over the cells where both fields have data. */
export function contingency(forecast: Field, truth: Field, { threshold }: { readonly threshold: number }): Contingency {
  const complete = completeCells([truth, forecast]);
  let [hits, misses, falseAlarms, correctNegatives] = [0, 0, 0, 0];
  for (let cell = 0; cell < truth.length; cell++) {
    if (complete[cell] === 0) continue;
    const forecastIt = forecast[cell] >= threshold;
    const happened = truth[cell] >= threshold;
    if (forecastIt && happened) hits++;
    else if (happened) misses++;
    else if (forecastIt) falseAlarms++;
    else correctNegatives++;
  }
  return { hits, misses, falseAlarms, correctNegatives };
}

/** The table of one member taken at random: its yes counts as the share of members that say yes. */
export function memberContingency(table: ProbabilityTable): Contingency {
  const { cells, events, probability, probabilityOfEvents: hits } = tableTotals(table);
  const falseAlarms = probability - hits;
  return { hits, falseAlarms, misses: events - hits, correctNegatives: cells - events - falseAlarms };
}

/** The scores of a table; NaN where one is not defined, as POD is when nothing happened. */
export function contingencyScores({ hits, misses, falseAlarms, correctNegatives }: Contingency): ContingencyScores {
  const happened = hits + misses;
  const forecast = hits + falseAlarms;
  const quiet = falseAlarms + correctNegatives;
  const silent = misses + correctNegatives;
  const all = happened + quiet;
  const chance = (happened * forecast) / all;
  const detection = hits / happened;
  const falseAlarmRate = falseAlarms / quiet;
  const agreedByChance = (happened * forecast + quiet * silent) / all;
  const logs = [falseAlarmRate, detection, 1 - falseAlarmRate, 1 - detection].map(Math.log);
  return {
    probabilityOfDetection: detection,
    successRatio: hits / forecast,
    falseAlarmRatio: falseAlarms / forecast,
    falseAlarmRate,
    criticalSuccessIndex: hits / (happened + falseAlarms),
    equitableThreatScore: (hits - chance) / (happened + falseAlarms - chance),
    frequencyBias: forecast / happened,
    accuracy: (hits + correctNegatives) / all,
    heidkeSkillScore: (hits + correctNegatives - agreedByChance) / (all - agreedByChance),
    hanssenKuipers: detection - falseAlarmRate,
    extremalDependence: (logs[0] - logs[1] - logs[2] + logs[3]) / (logs[0] + logs[1] + logs[2] + logs[3]),
    matthewsCorrelation:
      (hits * correctNegatives - falseAlarms * misses) / Math.sqrt(forecast * happened * quiet * silent),
    f1: (2 * hits) / (happened + forecast),
  };
}
