/**
 * Grids of any size for networks that halve them: padded by edge replication, cropped again, both in the graph (decision 9), so that no pad
 * reaches a loss or a product.
 * @module
 */
import { crop2d, pad2d, type Tensor } from "../graph/index.ts";

/** x: [b, c, ny, nx] → the same with sides that `multiple` divides. */
export function paddedTo(x: Tensor, multiple: number): Tensor {
  const [, , ny, nx] = x.shape;
  const bottom = Math.ceil(ny / multiple) * multiple - ny;
  const right = Math.ceil(nx / multiple) * multiple - nx;
  return bottom + right === 0 ? x : pad2d(x, { top: 0, bottom, left: 0, right }, "edge");
}

/** The south-west [ny, nx] cells of what was padded. */
export function croppedTo(x: Tensor, ny: number, nx: number): Tensor {
  const [, , h, w] = x.shape;
  return crop2d(x, { top: 0, bottom: h - ny, left: 0, right: w - nx });
}
