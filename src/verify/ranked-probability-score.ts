/**
 * CRPS of a forecast in ordered categories, as outlooks are: none, marginal, slight, enhanced …
 *
 *   RPS = Σ_k ( Σ_{i ≤ k} pᵢ − [observed category ≤ k] )²
 *
 * Source: Epstein (1969) 10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2.
 * @module
 */

/**
 * RPS of the probabilities of all categories, which sum to 1, when category `observed` (from 0) came.
 * @throws RangeError for a category there is not.
 * @example rankedProbabilityScore([0.01, 0.32, 0.44, 0.23], 2) → 0.1619
 */
export function rankedProbabilityScore(probabilities: readonly number[], observed: number): number {
  if (!(Number.isInteger(observed) && observed >= 0 && observed < probabilities.length)) {
    throw new RangeError(`need a category in 0..${probabilities.length - 1}, got ${observed}`);
  }
  let cumulative = 0;
  let score = 0;
  for (const [category, probability] of probabilities.entries()) {
    cumulative += probability;
    score += (cumulative - Number(observed <= category)) ** 2;
  }
  return score;
}
