/**
 * The earlier attempt's denoiser, 81,111 parameters, which took 8 GB to train: six blocks of two 3 × 3 convolutions at full resolution,
 * GroupNorm of 8, SiLU, an additive time embedding, no down-sampling.
 * @module
 */
import {
  add,
  checkpoint,
  concat,
  constant,
  conv2d,
  cos,
  groupNorm,
  linear,
  multiply,
  reshape,
  silu,
  sin,
  type Tensor,
} from "../src/graph/index.ts";
import { type Initializer, type ParameterStore, ZEROS } from "../src/nn/index.ts";

const WIDTHS = [16, 32, 32, 32, 16, 16] as const;
const TIME = { frequencies: 8, features: 64 } as const;

const ONES: Initializer = { kind: "constant", value: 1 };
const scaledTo = (fanIn: number): Initializer => ({ kind: "normal", deviation: Math.sqrt(2 / fanIn) });

/** x [1, 7, ny, nx], step [1, 1] → [1, 7, ny, nx]. */
export function ultraMinimal(store: ParameterStore, x: Tensor, step: Tensor): Tensor {
  const dense = (name: string, input: Tensor, out: number): Tensor =>
    linear(
      input,
      store.get(`${name}.weight`, [out, input.shape[1]], scaledTo(input.shape[1])),
      store.get(`${name}.bias`, [out], ZEROS),
    );
  const convolve = (name: string, input: Tensor, out: number, kernel: 1 | 3): Tensor => {
    const shape = [out, input.shape[1], kernel, kernel];
    const weight = store.get(`${name}.weight`, shape, scaledTo(input.shape[1] * kernel ** 2));
    return conv2d(input, weight, { bias: store.get(`${name}.bias`, [out], ZEROS), padding: (kernel - 1) / 2 });
  };
  const half = (name: string, input: Tensor, out: number): Tensor =>
    silu(
      groupNorm(
        convolve(name, input, out, 3),
        8,
        store.get(`${name}.gamma`, [out], ONES),
        store.get(`${name}.beta`, [out], ZEROS),
      ),
    );

  const rates = Float32Array.from({ length: TIME.frequencies }, (_, i) => 10_000 ** (-i / TIME.frequencies));
  const phase = multiply(step, constant(rates, [1, TIME.frequencies]));
  const waves = concat([sin(phase), cos(phase)], 1);
  const time = dense("time2", silu(dense("time1", waves, TIME.features)), TIME.features);
  let hidden = x;
  for (const [block, width] of WIDTHS.entries()) {
    const first = half(`${block}.conv1`, hidden, width);
    const timed = add(first, reshape(dense(`${block}.time`, time, width), [1, width, 1, 1]));
    hidden = checkpoint(half(`${block}.conv2`, timed, width));
  }
  return convolve("exit", hidden, x.shape[1], 1);
}
