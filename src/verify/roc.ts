/**
 * The relative operating characteristic: warn whenever the probability reaches a level, and for every level ask what share of the events
 * was warned (POD) and what share of the quiet cells too (false alarm rate). The area below, by trapezoids through (0, 0) and (1, 1), is
 * 1 for perfect discrimination and 0.5 for none. It does not see bias: a forecast that always says twice too much has the same curve.
 *
 * Source: Mason (1982); Wilks, Statistical Methods in the Atmospheric Sciences, ch. 8.
 * @module
 */
import type { Contingency } from "./contingency.ts";
import type { ProbabilityTable } from "./probability-table.ts";

/** What warning from this probability on would have led to. */
export interface WarningLevel extends Contingency {
  /** The lowest bin that warns, as a probability. */
  readonly probability: number;
}

/** By falling probability, from "only when certain" to "always". */
export function warningLevels(table: ProbabilityTable): WarningLevel[] {
  const bins = table.count.length - 1;
  const happened = table.events.reduce((sum, events) => sum + events, 0);
  const quiet = table.count.reduce((sum, count) => sum + count, 0) - happened;
  const levels: WarningLevel[] = [];
  let hits = 0;
  let falseAlarms = 0;
  for (let bin = bins; bin >= 0; bin--) {
    hits += table.events[bin];
    falseAlarms += table.count[bin] - table.events[bin];
    levels.push({
      probability: bin / bins,
      hits,
      falseAlarms,
      misses: happened - hits,
      correctNegatives: quiet - falseAlarms,
    });
  }
  return levels;
}

/** Area under the curve; NaN where nothing happened or nothing was quiet. */
export function rocArea(table: ProbabilityTable): number {
  let area = 0;
  let [lastDetection, lastFalseAlarm] = [0, 0];
  for (const { hits, misses, falseAlarms, correctNegatives } of warningLevels(table)) {
    const detection = hits / (hits + misses);
    const falseAlarm = falseAlarms / (falseAlarms + correctNegatives);
    area += ((detection + lastDetection) / 2) * (falseAlarm - lastFalseAlarm);
    [lastDetection, lastFalseAlarm] = [detection, falseAlarm];
  }
  return area;
}
