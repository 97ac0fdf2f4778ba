/**
 * A little U-Net with everything the real one has, plainly written out: space-to-depth, convolutions, group
 * normalization, SiLU, a time embedding, a concatenated skip, up-sampling.
 * @module
 */
import {
  add,
  concat,
  conv2d,
  cos,
  depthToSpace,
  groupNorm,
  input,
  linear,
  meanSquaredError,
  multiply,
  parameter,
  reshape,
  silu,
  sin,
  spaceToDepth,
  type Tensor,
  upsampleNearest,
} from "../../src/graph/index.ts";

export interface SmallUnet {
  readonly inputs: readonly Tensor[];
  readonly parameters: readonly Tensor[];
  readonly prediction: Tensor;
  readonly loss: Tensor;
}

export interface SmallUnetShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channelsIn: number;
  readonly channelsOut: number;
  readonly block: number;
  readonly base: number;
}

export function smallUnet({ batch, height, width, channelsIn, channelsOut, block, base }: SmallUnetShape): SmallUnet {
  const parameters: Tensor[] = [];
  const weight = (name: string, shape: readonly number[]): Tensor => {
    const made = parameter(name, shape);
    parameters.push(made);
    return made;
  };
  const conv = (name: string, x: Tensor, out: number, kernel = 3, stride: 1 | 2 = 1): Tensor =>
    conv2d(x, weight(`${name}.weight`, [out, x.shape[1], kernel, kernel]), {
      bias: weight(`${name}.bias`, [out]),
      padding: (kernel - 1) / 2,
      stride,
    });
  const normal = (name: string, x: Tensor): Tensor =>
    groupNorm(x, 4, weight(`${name}.gamma`, [x.shape[1]]), weight(`${name}.beta`, [x.shape[1]]));
  const dense = (name: string, x: Tensor, out: number): Tensor =>
    linear(x, weight(`${name}.weight`, [out, x.shape[1]]), weight(`${name}.bias`, [out]));

  const x = input("x", [batch, channelsIn, height, width]);
  const target = input("target", [batch, channelsOut, height, width]);
  const mask = input("mask", [1, 1, height, width]);
  const noise = input("noise", [batch, 1]);
  const phases = multiply(noise, input("frequencies", [1, base / 2]));
  const time = silu(dense("time", concat([sin(phases), cos(phases)], 1), base));

  const residual = (name: string, h: Tensor, out: number): Tensor => {
    const first = conv(`${name}.conv1`, silu(normal(`${name}.norm1`, h)), out);
    const shifted = add(first, reshape(dense(`${name}.time`, time, out), [batch, out, 1, 1]));
    const second = conv(`${name}.conv2`, silu(normal(`${name}.norm2`, shifted)), out);
    return add(second, h.shape[1] === out ? h : conv(`${name}.skip`, h, out, 1));
  };

  const stem = conv("stem", spaceToDepth(x, block), base);
  const fine = residual("down", stem, base);
  const coarse = residual("middle", conv("shrink", fine, 2 * base, 3, 2), 2 * base);
  const merged = residual("up", concat([upsampleNearest(coarse, 2), fine], 1), base);
  const head = conv("head", silu(normal("head.norm", merged)), channelsOut * block ** 2);
  const prediction = depthToSpace(head, block);
  return {
    inputs: [x, target, mask, noise, phases.inputs[1]],
    parameters,
    prediction,
    loss: meanSquaredError(prediction, target, mask),
  };
}
