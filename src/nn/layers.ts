/**
 * The layers networks are made of, each a function of a store, a name and its input. Tensors are [batch, channel, ny, nx].
 * @module
 */
import {
  add,
  averagePool,
  checkpoint,
  concat,
  conv2d,
  divide,
  groupNorm,
  linear,
  multiply,
  pad2d,
  reduceMean,
  reshape,
  silu,
  slice,
  sqrt,
  square,
  subtract,
  type Tensor,
} from "../graph/index.ts";
import { heNormal, type Initializer, ONES, type ParameterStore, unitNormal, ZEROS } from "./parameters.ts";

/** What lies beyond the grid: nothing (zeros), the edge cell repeated, or the grid's other side, for a world that closes on itself. */
export type Padding = "zero" | "edge" | "circular";

export interface ConvolutionOptions {
  /** Side of the square kernel; the padding keeps the size (before the stride). */
  readonly kernel?: number;
  readonly stride?: 1 | 2;
  readonly initializer?: Initializer;
  /** Default "zero". */
  readonly padding?: Padding;
}

/** x: [b, c, ny, nx] → [b, channels, ny/stride, nx/stride], with bias. */
export function convolution(
  store: ParameterStore,
  name: string,
  x: Tensor,
  channels: number,
  { kernel = 3, stride = 1, initializer, padding = "zero" }: ConvolutionOptions = {},
): Tensor {
  const inChannels = x.shape[1];
  const begin = initializer ?? heNormal(inChannels * kernel * kernel);
  const weight = store.get(`${name}.weight`, [channels, inChannels, kernel, kernel], begin);
  const bias = store.get(`${name}.bias`, [channels], ZEROS);
  const margin = (kernel - 1) / 2;
  if (padding === "zero" || margin === 0) return conv2d(x, weight, { bias, stride, padding: margin });
  const all = { top: margin, bottom: margin, left: margin, right: margin };
  return conv2d(padding === "edge" ? pad2d(x, all, "edge") : wrapped(x, margin), weight, { bias, stride });
}

/** `margin` cells of the other side of the grid around x. */
function wrapped(x: Tensor, margin: number): Tensor {
  const around = (y: Tensor, axis: number): Tensor => {
    const length = y.shape[axis];
    return concat([slice(y, axis, length - margin, length), y, slice(y, axis, 0, margin)], axis);
  };
  return around(around(x, 2), 3);
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

/**
 * How hidden states are brought to a common size.
 *
 *   group  GroupNorm (Wu & He 2018): groups of channels over the whole field. What the mean of a field says is lost within a group
 *   cell   LayerNorm (Ba et al. 2016) over the channels of each cell by itself: no cell knows of distant ones, so that cuts of a grid see
 *          what the whole grid sees
 */
export type NormKind = "group" | "cell";

export interface NormOptions {
  readonly kind: NormKind;
  /** Of GroupNorm, at most: the largest number that divides the channels is taken. */
  readonly groups: number;
}

const CELL_EPSILON = 1e-4;

/** The largest number up to `groups` that divides the channels. */
export function commonGroups(groups: number, channels: number): number {
  let count = Math.min(groups, channels);
  while (channels % count !== 0) count--;
  return count;
}

/** x: [b, c, ny, nx] → the same, normalized, scaled by gamma and shifted by beta. */
export function normalize(store: ParameterStore, name: string, x: Tensor, { kind, groups }: NormOptions): Tensor {
  const channels = x.shape[1];
  const gamma = store.get(`${name}.gamma`, [channels], ONES);
  const beta = store.get(`${name}.beta`, [channels], ZEROS);
  if (kind === "group") {
    return groupNorm(x, commonGroups(groups, channels), gamma, beta);
  }
  const centered = subtract(x, reduceMean(x, [1], { keepDims: true }));
  const deviation = sqrt(add(reduceMean(square(centered), [1], { keepDims: true }), CELL_EPSILON));
  const perChannel = (tensor: Tensor): Tensor => reshape(tensor, [1, channels, 1, 1]);
  return add(multiply(divide(centered, deviation), perChannel(gamma)), perChannel(beta));
}

/** How strongly noise acts before anything is learnt: felt, and small beside the unit size of what it acts on. */
const NOISE_BEGINS = 0.3;

/**
 * Noise through conditional normalization (AIFS-CRPS, Lang et al. 2024; FGN, Alet et al. 2025), cell by cell: x (1 + g(z)) + h(z), both linear
 * in z. noise: [b, planes, ny, nx] of unit variance.
 */
export function modulate(store: ParameterStore, name: string, x: Tensor, noise: Tensor): Tensor {
  const channels = x.shape[1];
  const deviation = NOISE_BEGINS / Math.sqrt(noise.shape[1]);
  const answer = convolution(store, name, noise, 2 * channels, {
    kernel: 1,
    initializer: { kind: "normal", deviation },
  });
  return add(multiply(x, add(1, slice(answer, 1, 0, channels))), slice(answer, 1, channels, 2 * channels));
}

/** White noise on a grid `factor` times coarser, of unit variance again: means of blocks, times the factor. */
export function coarserNoise(noise: Tensor, factor: number): Tensor {
  return factor === 1 ? noise : multiply(averagePool(noise, factor), factor);
}

export interface BlockOptions extends NormOptions {
  readonly padding: Padding;
  /** [b, e]: added to every cell, through a dense layer. */
  readonly embedding?: Tensor | undefined;
  /** [b, planes, ny, nx] of the size of x: see `modulate`. */
  readonly noise?: Tensor | undefined;
}

/**
 * Residual block of the diffusion U-Nets (Ho et al. 2020): norm, SiLU, 3x3, (+ embedding), norm, (noise,) SiLU, 3x3, plus the input.
 * x: [b, c, ny, nx] → [b, channels, ny, nx]. The second convolution begins at zero, so a block begins as identity.
 */
export function residualBlock(
  store: ParameterStore,
  name: string,
  x: Tensor,
  channels: number,
  { embedding, noise, padding, ...norm }: BlockOptions,
): Tensor {
  let hidden = convolution(store, `${name}.conv1`, silu(normalize(store, `${name}.norm1`, x, norm)), channels, {
    padding,
  });
  if (embedding !== undefined) {
    const shift = dense(store, `${name}.embedding`, silu(embedding), channels);
    hidden = add(hidden, reshape(shift, [shift.shape[0], channels, 1, 1]));
  }
  hidden = normalize(store, `${name}.norm2`, hidden, norm);
  if (noise !== undefined) hidden = modulate(store, `${name}.noise`, hidden, noise);
  hidden = convolution(store, `${name}.conv2`, silu(hidden), channels, { padding, initializer: ZEROS });
  if (x.shape[1] === channels) return checkpoint(add(x, hidden));
  const shortcut = convolution(store, `${name}.shortcut`, x, channels, {
    kernel: 1,
    initializer: unitNormal(x.shape[1]),
  });
  return checkpoint(add(shortcut, hidden));
}
