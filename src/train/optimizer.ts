/**
 * AdamW with a clip of the gradient's global norm, as one graph (Loshchilov & Hutter 2019; Pascanu et al. 2013):
 *
 *   g ← g · min(1, clip / ‖g‖)
 *   m ← β₁ m + (1 − β₁) g,     v ← β₂ v + (1 − β₂) g²
 *   p ← p − lr ( (m / c₁) / (√(v / c₂) + ε) + wd · p ),   c_i = 1 − β_iᵗ
 *   e ← d e + (1 − d) p                                     (moving average of the weights, when asked for)
 *
 * Parameters, moments and averages are inputs and outputs of the graph; the trainer only carries them round.
 * @module
 */
import {
  add,
  divide,
  emitModel,
  input,
  minimum,
  multiply,
  reduceSum,
  sqrt,
  square,
  subtract,
  type Tensor,
} from "../graph/index.ts";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export interface OptimizerOptions {
  readonly gradientClip: number;
  readonly weightDecay: number;
  /** Whether averages of the weights are kept. */
  readonly average: boolean;
}

/** The kinds of state kept per parameter; each is a tensor of the parameter's shape. */
export const OPTIMIZER_STATE: readonly string[] = ["parameter", "first", "second"];

/** Scalars the update graph is fed at optimiser step t, counted from 1. */
export function updateScalars(t: number, learningRate: number, averageDecay: number): Record<string, Float32Array> {
  return {
    learningRate: Float32Array.of(learningRate),
    correction1: Float32Array.of(1 - BETA1 ** t),
    correction2: Float32Array.of(1 - BETA2 ** t),
    // Warm-up of the average: the first weights are noise and must not linger.
    averageDecay: Float32Array.of(Math.min(averageDecay, (1 + t) / (10 + t))),
  };
}

/**
 * The update graph. Inputs are named KIND/NAME with KIND one of parameter, first, second, average, and gradient/NAME; outputs are
 * next/KIND/NAME and `gradientNorm`.
 */
export function updateModel(
  parameters: readonly { readonly name: string; readonly tensor: Tensor }[],
  { gradientClip, weightDecay, average }: OptimizerOptions,
): Uint8Array {
  const scalar = (name: string): Tensor => input(name, []);
  const learningRate = scalar("learningRate");
  const correction1 = scalar("correction1");
  const correction2 = scalar("correction2");
  const averageDecay = scalar("averageDecay");
  const gradientsIn = parameters.map(({ name, tensor }) => input(`gradient/${name}`, tensor.shape));

  const norm = sqrt(gradientsIn.map((gradient) => reduceSum(square(gradient))).reduce((sum, part) => add(sum, part)));
  // The tiny term keeps a gradient of exactly zero from dividing by it.
  const clip = minimum(1, divide(gradientClip, add(norm, 1e-12)));

  const outputs: Record<string, Tensor> = { gradientNorm: norm };
  for (const [at, { name, tensor }] of parameters.entries()) {
    const held = (kind: string): Tensor => input(`${kind}/${name}`, tensor.shape);
    const gradient = multiply(gradientsIn[at], clip);
    const parameterIn = held("parameter");
    const first = add(multiply(held("first"), BETA1), multiply(gradient, 1 - BETA1));
    const second = add(multiply(held("second"), BETA2), multiply(square(gradient), 1 - BETA2));
    const direction = divide(divide(first, correction1), add(sqrt(divide(second, correction2)), EPSILON));
    const decayed = add(direction, multiply(parameterIn, weightDecay));
    const parameterOut = subtract(parameterIn, multiply(decayed, learningRate));
    outputs[`next/parameter/${name}`] = parameterOut;
    outputs[`next/first/${name}`] = first;
    outputs[`next/second/${name}`] = second;
    if (average) {
      const kept = multiply(held("average"), averageDecay);
      outputs[`next/average/${name}`] = add(kept, multiply(parameterOut, subtract(1, averageDecay)));
    }
  }
  return emitModel({ name: "update", outputs });
}
