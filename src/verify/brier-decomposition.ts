/**
 * What a Brier score is made of. Over the bins k of a probability table, with bin means p̄ₖ and ōₖ and base rate ō, all weighted by nₖ/N:
 *
 *   BS = reliability − resolution + uncertainty + within
 *      = Σ(p̄ₖ − ōₖ)²  − Σ(ōₖ − ō)² + ō(1 − ō)  + within bins
 *
 * `within` is what bins hide, exactly 0 when every issued probability has its own (Murphy 1973; Stephenson, Coelho & Jolliffe 2008,
 * 10.1175/2007WAF2006116.1). Fair, for shares of M members: BS − Σ p(1 − p)/(M − 1) (Ferro, Richardson & Weigel 2008, 10.1002/met.45).
 * @module
 */
import { type ProbabilityTable, tableTotals } from "./probability-table.ts";

export interface BrierScores {
  readonly cells: number;
  /** Share of cells where it happened. */
  readonly baseRate: number;
  readonly meanProbability: number;
  readonly brier: number;
  /** NaN for one member, and where probabilities are no shares of members. */
  readonly fairBrier: number;
  readonly reliability: number;
  readonly resolution: number;
  readonly uncertainty: number;
  readonly within: number;
  /** 1 − BS / uncertainty: against always saying the base rate of this very sample, which no forecaster could know. */
  readonly skillAgainstSampleClimatology: number;
}

/**
 * The scores of a table; NaN of an empty one.
 * @param memberCount M, where the probabilities are i/M
 * @example brierScores(tabulate([0, 0, .25, .25, .5, .5, .5, .75, 1, 1], [0, 0, 0, 1, 0, 1, 1, 1, 1, 1], 4)).brier → 0.14375
 */
export function brierScores(table: ProbabilityTable, memberCount?: number): BrierScores {
  const { cells, events, probability, probabilitySquare, probabilityOfEvents } = tableTotals(table);
  const baseRate = events / cells;
  const brier = (probabilitySquare - 2 * probabilityOfEvents + events) / cells;
  let reliability = 0;
  let resolution = 0;
  for (const [bin, count] of table.count.entries()) {
    if (count === 0) continue;
    const frequency = table.events[bin] / count;
    reliability += (count / cells) * (table.probability[bin] / count - frequency) ** 2;
    resolution += (count / cells) * (frequency - baseRate) ** 2;
  }
  if (cells === 0) reliability = resolution = Number.NaN;
  const uncertainty = baseRate * (1 - baseRate);
  const forLuck =
    memberCount !== undefined && memberCount > 1
      ? (probability - probabilitySquare) / ((memberCount - 1) * cells)
      : Number.NaN;
  return {
    cells,
    baseRate,
    meanProbability: probability / cells,
    brier,
    fairBrier: brier - forLuck,
    reliability,
    resolution,
    uncertainty,
    within: brier - (reliability - resolution + uncertainty),
    skillAgainstSampleClimatology: uncertainty > 0 ? 1 - brier / uncertainty : Number.NaN,
  };
}
