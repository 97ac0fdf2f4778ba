/**
 * The networks the engine is measured on, with weights that leave no gradient zero, and what they are fed.
 * @module
 */
import { normals } from "../src/core/index.ts";
import { input, meanSquaredError, type Tensor } from "../src/graph/index.ts";
import {
  initialWeights,
  type ParameterStore,
  parameterCount,
  parameterStore,
  type UNetConfig,
  unet,
  type Weights,
} from "../src/nn/index.ts";
import { ultraMinimal } from "./ultra-minimal.ts";

/** Channels out, one a variable; a U-Net sees two states of them. */
const VARIABLES = 7;

type Build = (store: ParameterStore, ny: number, nx: number) => Tensor;

const viaUNet =
  (widths: readonly number[]): Build =>
  (store, ny, nx) => {
    const config: UNetConfig = { patch: 4, widths, blocksPerLevel: 1, norm: "group", groups: 32, shortcut: true };
    return unet(store, config, input("x", [1, 2 * VARIABLES, ny, nx]), { outChannels: VARIABLES });
  };

const PRESETS: Readonly<Record<string, Build>> = {
  "ultra-minimal": (store, ny, nx) => ultraMinimal(store, input("x", [1, VARIABLES, ny, nx]), input("step", [1, 1])),
  small: viaUNet([64, 128, 256]),
  base: viaUNet([120, 240, 480]),
};

export interface BenchNetwork {
  readonly parameters: number;
  readonly prediction: Tensor;
  readonly loss: Tensor;
  /** What is trained, and the values of everything that is fed, by name. */
  readonly trained: readonly { readonly name: string; readonly tensor: Tensor }[];
  readonly weights: Weights;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

export const presetNames: readonly string[] = Object.keys(PRESETS);

export function benchNetwork(preset: string, ny: number, nx: number): BenchNetwork {
  const store = parameterStore();
  const prediction = PRESETS[preset](store, ny, nx);
  const loss = meanSquaredError(prediction, input("target", prediction.shape));
  const random = (name: string, count: number): Float32Array => normals({ seed: 1, purpose: `bench ${name}` }, count);
  const weights = [...initialWeights(store, { seed: 1, network: preset })].map(([name, values]) => {
    const noise = random(name, values.length);
    return [name, values.map((w, i) => w + 0.02 * noise[i])] as const;
  });
  const fed = leavesOf(loss).filter(({ kind }) => kind === "input");
  const count = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
  return {
    parameters: parameterCount(store),
    prediction,
    loss,
    trained: store.entries(),
    weights: new Map(weights),
    feeds: Object.fromEntries(fed.map(({ name, shape }) => [name!, random(name!, count(shape))])),
  };
}

function leavesOf(result: Tensor): Tensor[] {
  const seen = new Set([result]);
  for (const x of seen) for (const source of x.inputs) seen.add(source);
  return [...seen].filter(({ inputs }) => inputs.length === 0);
}
