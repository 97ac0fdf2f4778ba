/**
 * The U-Net of the diffusers library, UNet2DModel, to the parameter: what DEF's authors trained (docs/def-fidelity.md), and the network of
 * Ho et al. 2020.
 *
 *   3x3 → levels of residual blocks (+ attention), stride-2 3x3 between them → block, attention, block
 *   → the same way up with one block more a level, each joined by the skip of its mirror image, nearest ×2 and 3x3 between levels
 *   → norm, SiLU, 3x3
 *
 * The time step is embedded in widths[0] sines and cosines, then two layers of 4 · widths[0]. Sides must be multiples of 2^(levels − 1).
 * @module
 */
import { add, concat, groupNorm, reshape, silu, type Tensor, upsampleNearest } from "../graph/index.ts";
import { selfAttention } from "./attention.ts";
import { timeEmbedding } from "./embedding.ts";
import { convolution, dense } from "./layers.ts";
import { ONES, type ParameterStore, unitNormal, ZEROS } from "./parameters.ts";

export interface UNet2dConfig {
  /** Channels at each level, finest first. */
  readonly widths: readonly number[];
  /** Residual blocks a level on the way down; one more on the way up. */
  readonly layersPerBlock: number;
  /** Levels that have attention behind every residual block; the middle always has. */
  readonly attention: readonly boolean[];
  /** Channels a head; all in one head by default. */
  readonly headChannels?: number | undefined;
  readonly groups: number;
  readonly eps: number;
}

/** x: [b, in, ny, nx], timestep: [b] → [b, outChannels, ny, nx] */
export function unet2d(
  store: ParameterStore,
  { widths, layersPerBlock, attention, headChannels, groups, eps }: UNet2dConfig,
  x: Tensor,
  { outChannels, timestep }: { readonly outChannels: number; readonly timestep: Tensor },
): Tensor {
  const embedding = timeEmbedding(store, "time", timestep, widths[0]);
  const normed = (name: string, field: Tensor): Tensor => {
    const channels = field.shape[1];
    const [gamma, beta] = [store.get(`${name}.gamma`, [channels], ONES), store.get(`${name}.beta`, [channels], ZEROS)];
    return silu(groupNorm(field, groups, gamma, beta, eps));
  };
  const residual = (name: string, field: Tensor, channels: number): Tensor => {
    const first = convolution(store, `${name}.conv1`, normed(`${name}.norm1`, field), channels);
    const shift = dense(store, `${name}.embedding`, silu(embedding), channels);
    const timed = add(first, reshape(shift, [shift.shape[0], channels, 1, 1]));
    const second = convolution(store, `${name}.conv2`, normed(`${name}.norm2`, timed), channels, {
      initializer: ZEROS,
    });
    if (field.shape[1] === channels) return add(field, second);
    const initializer = unitNormal(field.shape[1]);
    return add(convolution(store, `${name}.shortcut`, field, channels, { kernel: 1, initializer }), second);
  };
  const attend = (name: string, field: Tensor): Tensor =>
    selfAttention(store, name, field, { groups, eps, headChannels });
  const layer = (name: string, field: Tensor, level: number): Tensor => {
    const made = residual(`${name}.block`, field, widths[level]);
    return attention[level] ? attend(`${name}.attention`, made) : made;
  };

  let hidden = convolution(store, "entry", x, widths[0]);
  const skips = [hidden];
  for (let level = 0; level < widths.length; level++) {
    for (let k = 0; k < layersPerBlock; k++) skips.push((hidden = layer(`down${level}.${k}`, hidden, level)));
    if (level === widths.length - 1) continue;
    skips.push((hidden = convolution(store, `down${level}.halve`, hidden, widths[level], { stride: 2 })));
  }
  const deepest = widths.at(-1) as number;
  hidden = residual("middle.block0", hidden, deepest);
  hidden = residual("middle.block1", attend("middle.attention", hidden), deepest);
  for (let level = widths.length - 1; level >= 0; level--) {
    for (let k = 0; k <= layersPerBlock; k++) {
      hidden = layer(`up${level}.${k}`, concat([hidden, skips.pop() as Tensor], 1), level);
    }
    if (level > 0) hidden = convolution(store, `up${level}.double`, upsampleNearest(hidden, 2), widths[level]);
  }
  return convolution(store, "exit.conv", normed("exit.norm", hidden), outChannels, { initializer: ZEROS });
}
