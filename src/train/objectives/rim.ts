/**
 * Means over the cells a loss counts: all but a rim at the border, where a limited area cannot know what is carried in.
 * @module
 */
import { reduceMean, slice, type Tensor } from "../../graph/index.ts";

/** Mean of x [b, c, ny, nx] over channels and the cells at least `rim` from the border: [b]. */
export function interiorMean(x: Tensor, rim: number): Tensor {
  const [, , ny, nx] = x.shape;
  return reduceMean(slice(slice(x, 2, rim, ny - rim), 3, rim, nx - rim), [1, 2, 3]);
}
