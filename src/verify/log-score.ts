/**
 * The logarithmic score of probabilities, in nats: minus the logarithm of what was said of what then happened,
 *
 *   LS = −(1/N) Σ [ o ln p + (1 − o) ln(1 − p) ]        0 is perfect, ln 2 is saying 50 % every time
 *
 * ⚠ Infinite as soon as one event was called impossible, or one certainty failed: shares of members do that, and are scored as
 * (i + ½)/(M + 1) by whoever wants a number. Source: Good (1952) 10.1111/j.2517-6161.1952.tb00104.x; Gneiting & Raftery (2007)
 * 10.1198/016214506000001437.
 * @module
 */
import { type ProbabilityTable, tableTotals } from "./probability-table.ts";

/**
 * Mean over the cells of a table whose bins hold one probability each; of bins that hold several, the score of their mean. NaN of no cells.
 * @example logScore(tabulate([0.5, 0.5], [1, 0], 2)) → ln 2
 */
export function logScore(table: ProbabilityTable): number {
  let sum = 0;
  for (const [bin, count] of table.count.entries()) {
    const events = table.events[bin];
    const p = table.probability[bin] / count;
    if (events > 0) sum -= events * Math.log(p);
    if (events < count) sum -= (count - events) * Math.log1p(-p);
  }
  return sum / tableTotals(table).cells;
}
