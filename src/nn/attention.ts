/**
 * Multi-head self-attention over the cells of a coarse field (Vaswani et al. 2017, eq. 1), as diffusion U-Nets have it:
 *
 *   y = x + W_o · concat_h softmax(Q_h K_hᵀ / √d) V_h,     Q, K, V = linear(GroupNorm(x)),  d = channels / heads
 *
 * Every cell sees every other, so the cost grows with the square of their number: for levels of a few thousand cells at most.
 * @module
 */
import { add, groupNorm, matmul, multiply, reshape, softmax, type Tensor, transpose } from "../graph/index.ts";
import { dense } from "./layers.ts";
import { ONES, type ParameterStore, ZEROS } from "./parameters.ts";

export interface AttentionOptions {
  /** Of the GroupNorm before it. */
  readonly groups: number;
  readonly eps: number;
  /** Channels a head; all in one head by default. */
  readonly headChannels?: number | undefined;
}

/** x: [b, c, ny, nx] → the same. @throws RangeError when heads do not divide the channels */
export function selfAttention(
  store: ParameterStore,
  name: string,
  x: Tensor,
  { groups, eps, headChannels = x.shape[1] }: AttentionOptions,
): Tensor {
  const [b, c, ny, nx] = x.shape;
  const cells = ny * nx;
  const heads = c / headChannels;
  if (!Number.isInteger(heads)) throw new RangeError(`${name}: heads of ${headChannels} channels in ${c}`);
  const gamma = store.get(`${name}.norm.gamma`, [c], ONES);
  const beta = store.get(`${name}.norm.beta`, [c], ZEROS);
  // One row a cell: [b · cells, c].
  const rows = reshape(transpose(reshape(groupNorm(x, groups, gamma, beta, eps), [b, c, cells]), [0, 2, 1]), [-1, c]);
  const byHead = (part: string): Tensor =>
    transpose(reshape(dense(store, `${name}.${part}`, rows, c), [b, cells, heads, headChannels]), [0, 2, 1, 3]);
  const [query, key, value] = ["query", "key", "value"].map(byHead);
  const scores = multiply(matmul(query, key, { transposeB: true }), 1 / Math.sqrt(headChannels));
  const mixed = reshape(transpose(matmul(softmax(scores), value), [0, 2, 1, 3]), [-1, c]);
  // The way out begins at zero, so that attention begins as identity.
  const out = dense(store, `${name}.out`, mixed, c, ZEROS);
  return add(x, reshape(transpose(reshape(out, [b, cells, c]), [0, 2, 1]), x.shape));
}
