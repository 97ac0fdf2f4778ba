/**
 * Where the truth falls among the sorted members, counted over many cells: M + 1 bins, flat when truth and members are
 * exchangeable, ∪ when the ensemble is too narrow, ∩ when it is too wide, sloped when it is biased.
 *
 *   rank = #(x < y) + a random whole number from 0 to #(x = y)
 *
 * Ties are common where a variable has a floor (no echo, no CAPE), so they are broken at random, by numbers the caller keys.
 * Source: Hamill (2001) 10.1175/1520-0493(2001)129<0550:IORHFV>2.0.CO;2. Cells of one field are not independent samples.
 * @module
 */

/** Rank of the truth, 0 … M, given a uniform in [0, 1) for the ties. Members and truth must not be NaN. */
export function rankOf(members: ArrayLike<number>, truth: number, uniform: number): number {
  let below = 0;
  let ties = 0;
  for (let i = 0; i < members.length; i++) {
    if (members[i] < truth) below++;
    else if (members[i] === truth) ties++;
  }
  return below + Math.floor(uniform * (ties + 1));
}

/**
 * Pearson's χ² of counts against a flat histogram, Σ (o − e)² / e, with M degrees of freedom for independent samples; NaN when empty.
 * @example rankFlatness([12, 8, 9, 11, 20]) → 7.5
 */
export function rankFlatness(counts: ArrayLike<number>): number {
  let total = 0;
  for (let bin = 0; bin < counts.length; bin++) total += counts[bin];
  const expected = total / counts.length;
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) sum += (counts[bin] - expected) ** 2 / expected;
  return sum;
}
