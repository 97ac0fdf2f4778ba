/**
 * Everything there is to know about probabilities of one event, as a table by issued probability. With p issued and o = 1 if it happened,
 * for every bin:
 *
 *   count n,   events Σo,   Σp,   Σp²,   Σpo          bin = round(p · K)
 *
 * K is the number of members, so that every distinct i/M has a bin of its own; 20 for any other probability, bins of 5 % about 0, 5, …
 * Brier score, its decomposition, reliability, ROC and the contingency of every probability all follow from it, and tables add.
 * @module
 */
import { RequestError } from "../core/index.ts";
import { type EventOutcome, type EventProbability, requireSameEvent, type VerifiedEvent } from "./event.ts";
import { completeCells } from "./missing.ts";

/** K + 1 entries each, by bin. */
export type ProbabilityTable = {
  readonly count: readonly number[];
  readonly events: readonly number[];
  readonly probability: readonly number[];
  readonly probabilitySquare: readonly number[];
  readonly probabilityOfEvents: readonly number[];
  readonly missingCells: number;
};

/** Bins of probabilities that are not shares of members. */
export const SMOOTH_BINS = 20;

/**
 * The table of one field of probabilities. A cell counts where both have a number, and where `complete` is not 0.
 * @throws RequestError for a probability outside 0 … 1, or another event.
 */
export function probabilityTable<E extends VerifiedEvent>(
  forecast: EventProbability<E>,
  outcome: EventOutcome<NoInfer<E>>,
  complete: Uint8Array = completeCells([forecast.probability, outcome.happened]),
): ProbabilityTable {
  requireSameEvent(forecast.event, outcome.event);
  return tabulate(forecast.probability, outcome.happened, forecast.memberCount ?? SMOOTH_BINS, complete);
}

/** The table of plain probabilities and outcomes, in K + 1 bins. @throws RequestError for a probability outside 0 … 1 */
export function tabulate(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  bins: number,
  complete?: Uint8Array,
): ProbabilityTable {
  const [count, events] = [new Float64Array(bins + 1), new Float64Array(bins + 1)];
  const [sum, squares, ofEvents] = [1, 2, 3].map(() => new Float64Array(bins + 1));
  let missingCells = 0;
  for (let cell = 0; cell < probabilities.length; cell++) {
    if (complete !== undefined && complete[cell] === 0) {
      missingCells++;
      continue;
    }
    const p = probabilities[cell];
    if (!(p >= 0 && p <= 1)) {
      throw new RequestError({ place: "verify", expected: "probabilities in 0..1", got: `${p} in cell ${cell}` });
    }
    const bin = Math.round(p * bins);
    const happened = outcomes[cell];
    count[bin]++;
    events[bin] += happened;
    sum[bin] += p;
    squares[bin] += p * p;
    ofEvents[bin] += p * happened;
  }
  return {
    count: [...count],
    events: [...events],
    probability: [...sum],
    probabilitySquare: [...squares],
    probabilityOfEvents: [...ofEvents],
    missingCells,
  };
}

/**
 * The table that other probabilities for the same bins would have left: exact, as bin k is said to have issued pₖ alone.
 * @param probabilities one a bin
 */
export function reissued(table: ProbabilityTable, probabilities: ArrayLike<number>): ProbabilityTable {
  const { count, events } = table;
  return {
    ...table,
    probability: count.map((n, bin) => n * probabilities[bin]),
    probabilitySquare: count.map((n, bin) => n * probabilities[bin] ** 2),
    probabilityOfEvents: events.map((e, bin) => e * probabilities[bin]),
  };
}

/** The table's sums over all bins: cells, events, Σp, Σp² and Σpo. */
export function tableTotals(table: ProbabilityTable): {
  readonly cells: number;
  readonly events: number;
  readonly probability: number;
  readonly probabilitySquare: number;
  readonly probabilityOfEvents: number;
} {
  return {
    cells: total(table.count),
    events: total(table.events),
    probability: total(table.probability),
    probabilitySquare: total(table.probabilitySquare),
    probabilityOfEvents: total(table.probabilityOfEvents),
  };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
