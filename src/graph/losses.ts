/**
 * What a network is asked to make small: scalars.
 * @module
 */
import { divide, multiply, square, subtract } from "./ops/arithmetic.ts";
import { broadcastTo } from "./ops/layout.ts";
import { reduceMean, reduceSum } from "./ops/reduction.ts";
import type { Tensor } from "./tensor.ts";

/**
 * mean (a − b)², or with a mask of weights that broadcasts to a:  Σ mask (a − b)² / Σ mask.
 * A mask that is zero everywhere gives NaN.
 */
export function meanSquaredError(a: Tensor, b: Tensor, mask?: Tensor): Tensor {
  const squared = square(subtract(a, b));
  if (mask === undefined) return reduceMean(squared);
  const weights = broadcastTo(mask, squared.shape);
  const repeats = squared.shape.reduce((product, length) => product * length, 1);
  const perWeight = repeats / mask.shape.reduce((product, length) => product * length, 1);
  return divide(reduceSum(multiply(squared, weights)), multiply(perWeight, reduceSum(mask)));
}
