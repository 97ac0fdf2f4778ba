/**
 * The networks of the earlier Python attempt, which never leave the full grid. They are here to be compared with: the first saw 75 km around
 * a cell, held 81,111 parameters, and was thought to be all that fits on a 24 GB card.
 *
 *   ultra-minimal        six blocks of two 3x3 convolutions, 16-32-32-32-16-16, an additive time embedding, no skips: 81,111 parameters
 *   conditional-minimal  three levels of residual blocks b, 2b, 3b, two in the middle, three back with skips, FiLM: 288,503 at b = 16
 *
 * Their sources are not ours to read; the structures are what is known of them, and reproduce the parameters to the last one.
 * @module
 */
import { add, checkpoint, concat, multiply, reshape, silu, slice, type Tensor } from "../graph/index.ts";
import { sinusoidalEmbedding } from "./embedding.ts";
import { convolution, dense, normalize, type Padding } from "./layers.ts";
import { type ParameterStore, ZEROS } from "./parameters.ts";

export interface FullResolutionTask {
  readonly outChannels: number;
  /** [b] */
  readonly timestep: Tensor;
  readonly padding: Padding;
}

const ULTRA_WIDTHS = [16, 32, 32, 32, 16, 16] as const;
const ULTRA_TIME = { half: 8, features: 64 } as const;
const NORM = { kind: "group", groups: 8 } as const;

/** x: [b, in, ny, nx] → [b, outChannels, ny, nx]; 81,111 parameters for 7 in and 7 out, 82,119 for 14 in. */
export function ultraMinimal(store: ParameterStore, x: Tensor, task: FullResolutionTask): Tensor {
  const { outChannels, timestep, padding } = task;
  const { half, features } = ULTRA_TIME;
  const convolved = (name: string, field: Tensor, channels: number): Tensor => {
    const made = convolution(store, name, field, channels, { padding });
    return silu(normalize(store, `${name}.norm`, made, NORM));
  };
  const waves = sinusoidalEmbedding(timestep, half);
  const time = dense(store, "time.dense2", silu(dense(store, "time.dense1", waves, features)), features);
  let hidden = x;
  for (const [block, width] of ULTRA_WIDTHS.entries()) {
    const first = convolved(`block${block}.conv1`, hidden, width);
    const shift = dense(store, `block${block}.time`, time, width);
    const timed = add(first, reshape(shift, [shift.shape[0], width, 1, 1]));
    hidden = checkpoint(convolved(`block${block}.conv2`, timed, width));
  }
  return convolution(store, "exit", hidden, outChannels, { kernel: 1, initializer: ZEROS });
}

/** x: [b, in, ny, nx] → [b, outChannels, ny, nx]; 288,503 parameters for width 16, 14 in and 7 out. */
export function conditionalMinimal(store: ParameterStore, width: number, x: Tensor, task: FullResolutionTask): Tensor {
  const { outChannels, timestep, padding } = task;
  const features = 8 * width;
  const waves = sinusoidalEmbedding(timestep, width);
  const time = dense(store, "time.dense2", silu(dense(store, "time.dense1", waves, features)), features);
  const block = (name: string, field: Tensor, channels: number): Tensor => {
    const first = convolution(store, `${name}.conv1`, field, channels, { padding });
    // FiLM (Perez et al. 2018): scale and shift by the time.
    const film = dense(store, `${name}.film`, silu(time), 2 * channels, ZEROS);
    const part = (k: 0 | 1): Tensor => reshape(slice(film, 1, k * channels, (k + 1) * channels), [-1, channels, 1, 1]);
    const timed = add(multiply(normalize(store, `${name}.norm1`, first, NORM), add(1, part(0))), part(1));
    const second = convolution(store, `${name}.conv2`, silu(timed), channels, { padding });
    const made = silu(normalize(store, `${name}.norm2`, second, NORM));
    const passed =
      field.shape[1] === channels ? field : convolution(store, `${name}.shortcut`, field, channels, { kernel: 1 });
    return checkpoint(add(passed, made));
  };
  const widths = [width, 2 * width, 3 * width];
  let hidden = convolution(store, "entry", x, width, { padding });
  const skips: Tensor[] = [];
  for (const [level, channels] of widths.entries()) skips.push((hidden = block(`down${level}`, hidden, channels)));
  for (const k of [0, 1]) hidden = block(`middle${k}`, hidden, 3 * width);
  for (const [level, channels] of [2 * width, width, width].entries()) {
    hidden = block(`up${level}`, concat([hidden, skips.pop() as Tensor], 1), channels);
  }
  return convolution(store, "exit", hidden, outChannels, { kernel: 1, initializer: ZEROS });
}
