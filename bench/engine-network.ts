/**
 * The networks the engine is measured on, with weights that leave no gradient zero, and what they are fed.
 * @module
 */
import { normals } from "../src/core/index.ts";
import { input, meanSquaredError, type Tensor } from "../src/graph/index.ts";
import {
  applyNetwork,
  initialWeights,
  PRESETS,
  type PresetName,
  parameterCount,
  parameterStore,
  type Weights,
} from "../src/nn/index.ts";

/** Channels out, one a variable; all but the unconditional one see two states of them. */
const VARIABLES = 7;

export const presetNames: readonly string[] = ["ultra-minimal", "conditional-minimal", "small", "base", "large"];

export interface BenchNetwork {
  readonly parameters: number;
  readonly prediction: Tensor;
  readonly loss: Tensor;
  /** What is trained, and the values of everything that is fed, by name. */
  readonly trained: readonly { readonly name: string; readonly tensor: Tensor }[];
  readonly weights: Weights;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

/** @throws RangeError for a name that is none of `presetNames` */
export function benchNetwork(preset: string, ny: number, nx: number): BenchNetwork {
  if (!presetNames.includes(preset)) throw new RangeError(`a preset out of ${presetNames.join(", ")}, got ${preset}`);
  const store = parameterStore();
  const unconditional = preset === "ultra-minimal";
  const x = input("x", [1, unconditional ? VARIABLES : 2 * VARIABLES, ny, nx]);
  // Those at full resolution are denoisers; the others are timed as forecasters, which know no step.
  const timestep = preset.endsWith("minimal") ? { timestep: input("step", [1]) } : {};
  const prediction = applyNetwork(store, PRESETS[preset as PresetName], x, { outChannels: VARIABLES, ...timestep });
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
