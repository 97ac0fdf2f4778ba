/**
 * The U-Net (Ronneberger et al. 2015) in the form diffusion models use, on grids of any size:
 *
 *   pad to a multiple of patch · 2^(levels−1) by edge replication → space-to-depth(patch) → 3x3
 *   → levels of residual blocks, stride-2 convolutions between them → two middle blocks
 *   → the same way up, with skips → norm, SiLU, 3x3 → depth-to-space(patch) → crop
 *   + a 1x1 shortcut from input to output at full resolution, its input channels scaled by the time embedding
 *
 * Space-to-depth buys capacity: the mesoscale comes into view and the arithmetic falls (docs/design/0001). The shortcut lets the network
 * pass on what it was given without squeezing it through the patches: a denoiser's answer is, to first order, a combination of its inputs
 * whose coefficients depend on the noise level alone. Padding and cropping are in the graph, so no pad reaches the loss or a product.
 * @module
 */
import {
  add,
  concat,
  depthToSpace,
  multiply,
  reshape,
  silu,
  spaceToDepth,
  type Tensor,
  upsampleNearest,
} from "../graph/index.ts";
import { selfAttention } from "./attention.ts";
import { timeEmbedding } from "./embedding.ts";
import {
  coarserNoise,
  commonGroups,
  convolution,
  dense,
  type NormKind,
  normalize,
  type Padding,
  residualBlock,
} from "./layers.ts";
import { croppedTo, paddedTo } from "./padding.ts";
import { type Initializer, type ParameterStore, ZEROS } from "./parameters.ts";

export interface UNetConfig {
  /** Side of the space-to-depth block at the door. */
  readonly patch: 1 | 2 | 4 | 8;
  /** Channels at each level, finest first; every level after the first halves the grid. */
  readonly widths: readonly number[];
  readonly blocksPerLevel: number;
  /** "group": over whole fields; "cell": each cell by itself. */
  readonly norm: NormKind;
  /** Groups of GroupNorm at most; fewer where the channels demand it. */
  readonly groups: number;
  /** Whether the input may reach the output through the 1x1 shortcut. */
  readonly shortcut: boolean;
  /** Residual blocks between the ways down and up, 2 by default. Without any, the way up begins a level above the deepest. */
  readonly middleBlocks?: number | undefined;
  /** Side of the convolutions that follow a doubling of the grid: 3 by default; 1 comes before the doubling, at a quarter of its cost. */
  readonly upKernel?: 1 | 3 | undefined;
  /** Levels, counted from the deepest, that have self-attention behind each block: 0 by default. For a few thousand cells at most. */
  readonly attentionLevels?: number | undefined;
  /** What convolutions see beyond a grid that has edges: "zero" by default; "edge" repeats the outermost cell, at the cost of a copy each. */
  readonly padding?: "zero" | "edge" | undefined;
}

/** What a U-Net is asked for beside its shape. */
export interface UNetTask {
  readonly outChannels: number;
  /** The diffusion step of each sample, [b]; absent for a network that knows no noise. */
  readonly timestep?: Tensor;
  /** What lies beyond the grid: the configuration's, or "circular" for a world that closes on itself. */
  readonly padding?: Padding;
  /** White noise of unit variance, [b, planes, ny, nx]: enters at the door, in every block (`modulate`) and in the shortcut. */
  readonly noise?: Tensor;
  /** How the shortcut begins: an untrained forecaster that passes its state on is persistence. Default zero. */
  readonly shortcutBegins?: Initializer;
}

/** Sides a grid is padded to before a network of this shape can take it. */
export function sideMultiple({ patch, widths }: UNetConfig): number {
  return patch * 2 ** (widths.length - 1);
}

/** x: [b, in, ny, nx] → [b, outChannels, ny, nx]; parameters are taken from `store`. */
export function unet(store: ParameterStore, config: UNetConfig, x: Tensor, task: UNetTask): Tensor {
  const { outChannels, timestep, noise, padding: beyond = "zero", shortcutBegins = ZEROS } = task;
  const { patch, widths, blocksPerLevel, norm: kind, groups, middleBlocks = 2, upKernel = 3 } = config;
  const { attentionLevels = 0, padding: edges = "zero" } = config;
  const padding = beyond === "circular" ? beyond : edges;
  const [, , ny, nx] = x.shape;
  const seen = noise === undefined ? x : concat([x, noise], 1);
  const embedding = timestep === undefined ? undefined : timeEmbedding(store, "time", timestep, widths[0]);
  const whole = (y: Tensor): Tensor => paddedTo(y, sideMultiple(config));
  // One draw of noise serves all levels: each sees it at its own resolution.
  const noiseAt = noise === undefined ? [] : widths.map((_, level) => coarserNoise(whole(noise), patch * 2 ** level));
  const deepest = widths.length - 1;
  const block = (name: string, input: Tensor, level: number): Tensor => {
    const options = { kind, groups, padding, embedding, noise: noiseAt[level] };
    const made = residualBlock(store, name, input, widths[level], options);
    if (deepest - level >= attentionLevels) return made;
    return selfAttention(store, `${name}.attention`, made, { groups: commonGroups(groups, widths[level]), eps: 1e-5 });
  };
  let hidden = convolution(store, "entry", spaceToDepth(whole(seen), patch), widths[0], { padding });

  const skips: Tensor[] = [];
  for (const [level, width] of widths.entries()) {
    if (level > 0) hidden = convolution(store, `down${level}.halve`, hidden, width, { stride: 2, padding });
    for (let b = 0; b < blocksPerLevel; b++) hidden = block(`down${level}.block${b}`, hidden, level);
    skips.push(hidden);
  }
  for (let b = 0; b < middleBlocks; b++) hidden = block(`middle.block${b}`, hidden, deepest);
  for (let level = middleBlocks > 0 ? deepest : deepest - 1; level >= 0; level--) {
    if (level < deepest) {
      const name = `up${level + 1}.double`;
      hidden =
        upKernel === 1
          ? upsampleNearest(convolution(store, name, hidden, widths[level], { kernel: 1 }), 2)
          : convolution(store, name, upsampleNearest(hidden, 2), widths[level], { padding });
    }
    hidden = concat([hidden, skips[level]], 1);
    for (let b = 0; b < blocksPerLevel; b++) hidden = block(`up${level}.block${b}`, hidden, level);
  }

  hidden = silu(normalize(store, "exit.norm", hidden, { kind, groups }));
  hidden = convolution(store, "exit.conv", hidden, outChannels * patch * patch, { initializer: ZEROS, padding });
  hidden = croppedTo(depthToSpace(hidden, patch), ny, nx);
  return config.shortcut
    ? add(hidden, shortcut(store, seen, { outChannels, embedding, begins: shortcutBegins }))
    : hidden;
}

/** W (x ∘ (1 + g(time))): a 1x1 convolution of inputs whose gains follow the noise level. [b, in, ny, nx] → [b, out, ny, nx]. */
function shortcut(
  store: ParameterStore,
  x: Tensor,
  { outChannels, embedding, begins }: { outChannels: number; embedding: Tensor | undefined; begins: Initializer },
): Tensor {
  let scaled = x;
  if (embedding !== undefined) {
    const gain = add(1, dense(store, "shortcut.gain", embedding, x.shape[1], ZEROS));
    scaled = multiply(x, reshape(gain, [gain.shape[0], x.shape[1], 1, 1]));
  }
  return convolution(store, "shortcut.conv", scaled, outChannels, { kernel: 1, initializer: begins });
}
