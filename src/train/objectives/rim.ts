/**
 * Means over the cells a loss counts: all but a rim at the border, where a limited area cannot know what is carried in, and but those where
 * the truth is not known.
 * @module
 */
import { divide, multiply, reduceMean, slice, type Tensor } from "../../graph/index.ts";

/** Mean of x [b, c, ny, nx] over channels and the cells at least `rim` from the border, weighted by `known` of the same shape: [b]. */
export function interiorMean(x: Tensor, rim: number, known?: Tensor): Tensor {
  if (known !== undefined) return divide(interiorMean(multiply(x, known), rim), interiorMean(known, rim));
  const [, , ny, nx] = x.shape;
  return reduceMean(slice(slice(x, 2, rim, ny - rim), 3, rim, nx - rim), [1, 2, 3]);
}
