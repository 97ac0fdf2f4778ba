/**
 * Isotonic regression: of all values that never fall, those nearest to the given ones,
 *
 *   minimize  Σᵢ wᵢ (ŷᵢ − yᵢ)²     subject to  ŷ₁ ≤ ŷ₂ ≤ … ≤ ŷₙ
 *
 * by pooling adjacent violators: wherever a value falls below the one before, both become their weighted mean, and so on backwards. Each
 * value enters one pool and each pool is merged once, so the time is linear. Source: Ayer, Brunk, Ewing, Reid & Silverman (1955)
 * 10.1214/aoms/1177728423; for probabilities Zadrozny & Elkan (2002) 10.1145/775047.775151.
 * @module
 */

/**
 * Nondecreasing values of least weighted squared distance.
 * @param values y, in the order of what they depend on
 * @param weights w above 0, one a value
 * @returns ŷ, one a value
 * @throws RangeError for weights that are not above 0, or another number of them
 * @example isotonicRegression([1, 3, 2, 4], [1, 1, 1, 1]) → [1, 2.5, 2.5, 4]
 */
export function isotonicRegression(values: ArrayLike<number>, weights: ArrayLike<number>): Float64Array {
  if (weights.length !== values.length) {
    throw new RangeError(`need a weight a value, got ${weights.length} of ${values.length}`);
  }
  // Pools as a stack: mean, weight, and where each ends.
  const [mean, weight] = [new Float64Array(values.length), new Float64Array(values.length)];
  const end = new Int32Array(values.length);
  let pools = 0;
  for (let at = 0; at < values.length; at++) {
    if (!(weights[at] > 0)) throw new RangeError(`weights must be above 0, got ${weights[at]}`);
    mean[pools] = values[at];
    weight[pools] = weights[at];
    while (pools > 0 && mean[pools - 1] >= mean[pools]) {
      const both = weight[pools - 1] + weight[pools];
      mean[pools - 1] += (weight[pools] / both) * (mean[pools] - mean[pools - 1]);
      weight[pools - 1] = both;
      pools--;
    }
    end[pools] = at + 1;
    pools++;
  }
  const fitted = new Float64Array(values.length);
  for (let pool = 0, start = 0; pool < pools; pool++) {
    fitted.fill(mean[pool], start, end[pool]);
    start = end[pool];
  }
  return fitted;
}
