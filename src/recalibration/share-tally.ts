/**
 * What an ensemble said of one event and what came of it, by the number of members that had the event: all there is to know for calibrating
 * its probabilities, in M + 1 counts however many cases there were. Tallies of one event add slot by slot.
 * @module
 */

export type ShareTally = {
  /** Cells where i of M members had the event, i = 0 … M. */
  readonly count: readonly number[];
  /** Of those, cells where it happened. */
  readonly events: readonly number[];
  /** Init times. */
  readonly cases: number;
  /** Init times at which it happened anywhere. */
  readonly casesWithEvent: number;
  /** By how much a whole case had more events than its shares added up to, Σ (o − i/M): the sum over cases, and of its square. */
  readonly residual: number;
  readonly residualSquare: number;
};

/**
 * The tally of one case from its counts.
 * @param count cells where i of M members had the event, i = 0 … M
 * @param events of those, where it happened
 */
export function shareTally(count: readonly number[], events: readonly number[]): ShareTally {
  const members = count.length - 1;
  const residual = count.reduce((sum, n, i) => sum + events[i] - (n * i) / members, 0);
  const casesWithEvent = Number(events.some((n) => n > 0));
  return { count, events, cases: 1, casesWithEvent, residual, residualSquare: residual ** 2 };
}

/** M. */
export function membersOfTally({ count }: Pick<ShareTally, "count">): number {
  return count.length - 1;
}

/**
 * The same tally as m of the M members, drawn at random, would have left it on average. Members are exchangeable, so with i of M having the
 * event, j of m have it with the hypergeometric probability
 *
 *   P(j | i) = C(i, j) C(M − i, m − j) / C(M, m)
 *
 * and counts and events are spread over j by it: exact, not an approximation. Cells, events and cases stay what they were, and so do residuals, whose
 * expectation does not know how many members there are.
 * @throws RangeError for more members than there are, or none
 * @example thinned(tally, 1).count → [0.5, 0.5], of a tally with one cell where 1 of 2 members had the event
 */
export function thinned(tally: ShareTally, memberCount: number): ShareTally {
  const all = membersOfTally(tally);
  if (!Number.isInteger(memberCount) || memberCount < 1 || memberCount > all) {
    throw new RangeError(`can thin ${all} members to 1..${all}, not to ${memberCount}`);
  }
  if (memberCount === all) return tally;
  const logFactorial = [0];
  for (let n = 1; n <= all; n++) logFactorial.push(logFactorial[n - 1] + Math.log(n));
  const logChoose = (n: number, k: number): number => logFactorial[n] - logFactorial[k] - logFactorial[n - k];
  const spread = (values: readonly number[]): number[] => {
    const thin = Array.from({ length: memberCount + 1 }, () => 0);
    for (const [i, value] of values.entries()) {
      if (value === 0) continue;
      for (let j = Math.max(0, memberCount - (all - i)); j <= Math.min(i, memberCount); j++) {
        const ways = logChoose(i, j) + logChoose(all - i, memberCount - j) - logChoose(all, memberCount);
        thin[j] += value * Math.exp(ways);
      }
    }
    return thin;
  };
  return { ...tally, count: spread(tally.count), events: spread(tally.events) };
}
