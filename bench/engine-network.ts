/**
 * The networks the engine is measured on, with weights that leave no gradient zero, and what they are fed.
 * @module
 */
import { normals } from "../src/core/index.ts";
import { input, meanSquaredError, type Tensor } from "../src/graph/index.ts";
import {
  initialWeights,
  parameterCount,
  parameterStore,
  type UNetConfig,
  unet,
  type Weights,
} from "../src/nn/index.ts";

/** Channels in and out of a forecaster of seven variables that sees two states. */
const CHANNELS = { in: 14, out: 7 } as const;

const CONFIGS: Readonly<Record<string, UNetConfig>> = {
  small: { patch: 4, widths: [64, 128, 256], blocksPerLevel: 1, norm: "group", groups: 32, shortcut: true },
};

export interface BenchNetwork {
  readonly parameters: number;
  readonly prediction: Tensor;
  readonly loss: Tensor;
  /** Leaves by name: what is trained, and what is fed. */
  readonly weights: Weights;
  readonly trained: readonly { readonly name: string; readonly tensor: Tensor }[];
  readonly feeds: Readonly<Record<"x" | "target", Float32Array>>;
}

export const presetNames: readonly string[] = Object.keys(CONFIGS);

export function benchNetwork(preset: string, ny: number, nx: number): BenchNetwork {
  const config = CONFIGS[preset];
  if (config === undefined) throw new RangeError(`preset: one of ${presetNames.join(", ")}, got ${preset}`);
  const store = parameterStore();
  const prediction = unet(store, config, input("x", [1, CHANNELS.in, ny, nx]), { outChannels: CHANNELS.out });
  const loss = meanSquaredError(prediction, input("target", [1, CHANNELS.out, ny, nx]));
  const initial = initialWeights(store, { seed: 1, network: preset });
  const stirred = [...initial].map(([name, values]) => {
    const noise = normals({ seed: 1, purpose: `bench ${name}` }, values.length);
    return [name, values.map((w, i) => w + 0.02 * noise[i])] as const;
  });
  const field = (name: string, channels: number): Float32Array =>
    normals({ seed: 1, purpose: `bench ${name}` }, channels * ny * nx);
  return {
    parameters: parameterCount(store),
    prediction,
    loss,
    weights: new Map(stirred),
    trained: store.entries(),
    feeds: { x: field("x", CHANNELS.in), target: field("target", CHANNELS.out) },
  };
}
