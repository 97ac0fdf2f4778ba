/**
 * Yes-or-no forecasts of an event, and what follows from the four counts:
 *
 *                     happened          did not
 *   forecast          hits              false alarms
 *   not forecast      misses            correct negatives
 *
 * Source: Wilks, Statistical Methods in the Atmospheric Sciences, ch. 8. "FAR" alone is ambiguous and not used.
 * @module
 */
import type { Field } from "../core/index.ts";
import { completeCells } from "./missing.ts";

export interface Contingency {
  readonly hits: number;
  readonly misses: number;
  readonly falseAlarms: number;
  readonly correctNegatives: number;
}

export interface ContingencyScores {
  /** POD, hits of all that happened. */
  readonly probabilityOfDetection: number;
  /** False alarms of all that was forecast. */
  readonly falseAlarmRatio: number;
  /** POFD, false alarms of all that did not happen. */
  readonly falseAlarmRate: number;
  /** CSI, hits of all that was forecast or happened. */
  readonly criticalSuccessIndex: number;
  /** ETS: CSI with the hits expected by chance taken off. */
  readonly equitableThreatScore: number;
  /** Forecast events per event that happened. */
  readonly frequencyBias: number;
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

/** The scores of a table; NaN where one is not defined, as POD is when nothing happened. */
export function contingencyScores({ hits, misses, falseAlarms, correctNegatives }: Contingency): ContingencyScores {
  const happened = hits + misses;
  const forecast = hits + falseAlarms;
  const chance = (happened * forecast) / (happened + falseAlarms + correctNegatives);
  return {
    probabilityOfDetection: hits / happened,
    falseAlarmRatio: falseAlarms / forecast,
    falseAlarmRate: falseAlarms / (falseAlarms + correctNegatives),
    criticalSuccessIndex: hits / (happened + falseAlarms),
    equitableThreatScore: (hits - chance) / (happened + falseAlarms - chance),
    frequencyBias: forecast / happened,
  };
}
