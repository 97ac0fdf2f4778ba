/** Isotonic regression by its closed form, slow and without pools: ŷᵢ = max over a ≤ i of min over b ≥ i of the mean of a … b. */
export function minimaxIsotonic(values: readonly number[], weights: readonly number[]): number[] {
  const meanOf = (from: number, to: number): number => {
    let [sum, weight] = [0, 0];
    for (let at = from; at <= to; at++) {
      sum += weights[at] * values[at];
      weight += weights[at];
    }
    return sum / weight;
  };
  return values.map((_, i) => {
    let best = Number.NEGATIVE_INFINITY;
    for (let a = 0; a <= i; a++) {
      let least = Number.POSITIVE_INFINITY;
      for (let b = i; b < values.length; b++) least = Math.min(least, meanOf(a, b));
      best = Math.max(best, least);
    }
    return best;
  });
}
