/**
 * The layers networks are made of, each a function of a store, a name and its input. Tensors are [batch, channel, ny, nx].
 * @module
 */
import { add, conv2d, groupNorm, linear, reshape, silu, type Tensor } from "../graph/index.ts";
import { heNormal, type Initializer, ONES, type ParameterStore, unitNormal, ZEROS } from "./parameters.ts";

export interface ConvolutionOptions {
  /** Side of the square kernel; the padding keeps the size (before the stride). */
  readonly kernel?: number;
  readonly stride?: 1 | 2;
  readonly initializer?: Initializer;
}

/** x: [b, c, ny, nx] → [b, channels, ny/stride, nx/stride], with bias, zero padding. */
export function convolution(
  store: ParameterStore,
  name: string,
  x: Tensor,
  channels: number,
  { kernel = 3, stride = 1, initializer }: ConvolutionOptions = {},
): Tensor {
  const inChannels = x.shape[1];
  const begin = initializer ?? heNormal(inChannels * kernel * kernel);
  const weight = store.get(`${name}.weight`, [channels, inChannels, kernel, kernel], begin);
  const bias = store.get(`${name}.bias`, [channels], ZEROS);
  return conv2d(x, weight, { bias, stride, padding: (kernel - 1) / 2 });
}

/** x: [b, features] → [b, outFeatures]. */
export function dense(
  store: ParameterStore,
  name: string,
  x: Tensor,
  outFeatures: number,
  begin?: Initializer,
): Tensor {
  const inFeatures = x.shape[1];
  const weight = store.get(`${name}.weight`, [outFeatures, inFeatures], begin ?? unitNormal(inFeatures));
  const bias = store.get(`${name}.bias`, [outFeatures], ZEROS);
  return linear(x, weight, bias);
}

/** GroupNorm (Wu & He 2018) over the largest number of groups up to `groups` that divides the channels, then SiLU. */
export function normalizeAndActivate(store: ParameterStore, name: string, x: Tensor, groups: number): Tensor {
  const channels = x.shape[1];
  let count = Math.min(groups, channels);
  while (channels % count !== 0) count--;
  const gamma = store.get(`${name}.gamma`, [channels], ONES);
  const beta = store.get(`${name}.beta`, [channels], ZEROS);
  return silu(groupNorm(x, count, gamma, beta));
}

/**
 * Residual block of the diffusion U-Nets (Ho et al. 2020): norm, SiLU, 3x3, (+ embedding), norm, SiLU, 3x3, plus the input.
 * x: [b, c, ny, nx], embedding: [b, e] → [b, channels, ny, nx]. The second convolution begins at zero, so a block begins as identity.
 */
export function residualBlock(
  store: ParameterStore,
  name: string,
  x: Tensor,
  channels: number,
  { groups, embedding }: { readonly groups: number; readonly embedding?: Tensor | undefined },
): Tensor {
  let hidden = convolution(store, `${name}.conv1`, normalizeAndActivate(store, `${name}.norm1`, x, groups), channels);
  if (embedding !== undefined) {
    const shift = dense(store, `${name}.embedding`, silu(embedding), channels);
    hidden = add(hidden, reshape(shift, [shift.shape[0], channels, 1, 1]));
  }
  hidden = normalizeAndActivate(store, `${name}.norm2`, hidden, groups);
  hidden = convolution(store, `${name}.conv2`, hidden, channels, { initializer: ZEROS });
  if (x.shape[1] === channels) return add(x, hidden);
  const shortcut = convolution(store, `${name}.shortcut`, x, channels, {
    kernel: 1,
    initializer: unitNormal(x.shape[1]),
  });
  return add(shortcut, hidden);
}
