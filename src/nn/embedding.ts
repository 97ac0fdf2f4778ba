/**
 * Sinusoidal embedding of a scalar, as diffusion networks embed their time step (Vaswani et al. 2017; Ho et al. 2020):
 *
 *   [cos(t f_0) … cos(t f_{h−1}), sin(t f_0) … sin(t f_{h−1})],   f_i = 10000^(−i/h)
 *
 * followed by a two-layer perceptron.
 * @module
 */
import { concat, constant, cos, multiply, reshape, silu, sin, type Tensor } from "../graph/index.ts";
import { dense } from "./layers.ts";
import type { ParameterStore } from "./parameters.ts";

/** t: [b] → [b, 2 · half]. */
export function sinusoidalEmbedding(t: Tensor, half: number): Tensor {
  const frequencies = Float32Array.from({ length: half }, (_, i) => 10_000 ** (-i / half));
  const phase = multiply(reshape(t, [t.shape[0], 1]), constant(frequencies, [1, half]));
  return concat([cos(phase), sin(phase)], 1);
}

/** t: [b] → [b, 4 · width]. */
export function timeEmbedding(store: ParameterStore, name: string, t: Tensor, width: number): Tensor {
  const wide = sinusoidalEmbedding(t, Math.floor(width / 2));
  return dense(store, `${name}.dense2`, silu(dense(store, `${name}.dense1`, wide, 4 * width)), 4 * width);
}
