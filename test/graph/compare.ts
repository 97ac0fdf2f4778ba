/**
 * Runs a graph both ways, through ONNX Runtime and through the float64 reference, and holds one against the other.
 * @module
 */
import { expect } from "vitest";
import { normals } from "../../src/core/index.ts";
import {
  createSession,
  type EmissionRequest,
  emitModel,
  gradients,
  input,
  multiply,
  reduceSum,
  type Tensor,
} from "../../src/graph/index.ts";
import { centralDifference } from "./reference/differences.ts";
import { evaluate, type Feeds, sizeOf } from "./reference/evaluate.ts";

/** Float32 arithmetic against float64, relative to the largest value of the tensor. */
export const F32 = 1e-5;
/** Central differences with a step of 1e-5 in float64: truncation 1e-10 times third derivatives, rounding 1e-11. */
export const DIFFERENCES = 1e-6;

/** How a model is written: for the CPU, for any reader, for a device that lacks kernels. All of them run on the CPU. */
export const DIALECTS: readonly Dialect[] = [{}, { portable: true }, { device: "webgpu" }];
export type Dialect = Pick<EmissionRequest, "portable" | "device" | "channelBlock" | "precision">;

/** On the CPU, in whatever dialect. */
export async function run(
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Readonly<Record<string, Float32Array>>,
  { threads = 1, ...dialect }: Dialect & { readonly threads?: number } = {},
): Promise<Record<string, Float32Array>> {
  const session = await createSession(emitModel({ outputs, ...dialect }), { threads });
  const needed = session.inputNames.map((name) => [name, feeds[name]]);
  const results = await session.run(Object.fromEntries(needed));
  await session.close();
  return results;
}

/** Standard normal numbers for each leaf, the same at every call. */
export function randomFeeds(leaves: readonly Tensor[], seed = 1): Record<string, Float32Array> {
  return Object.fromEntries(
    leaves.map(({ name, shape }) => [name!, normals({ seed, purpose: `feed ${name}` }, sizeOf(shape))]),
  );
}

/** Largest difference, relative to the largest value. */
export function relativeError(got: ArrayLike<number>, truth: ArrayLike<number>): number {
  let [worst, scale] = [0, 0];
  for (let k = 0; k < truth.length; k++) {
    worst = Math.max(worst, Math.abs(got[k] - truth[k]));
    scale = Math.max(scale, Math.abs(truth[k]));
    if (Number.isNaN(got[k]) !== Number.isNaN(truth[k])) return Infinity;
  }
  return scale === 0 ? worst : worst / scale;
}

export function expectClose(got: ArrayLike<number>, truth: ArrayLike<number>, tolerance: number, what: string): void {
  expect(got.length, what).toBe(truth.length);
  expect(relativeError(got, truth), what).toBeLessThan(tolerance);
}

/**
 * Everything there is to prove about one differentiable expression: the values, in every dialect, and the gradients
 * toward each leaf, against float64; and the gradients in float64 against central differences.
 */
export async function checkExpression(
  y: Tensor,
  leaves: readonly Tensor[],
  feeds: Record<string, Float32Array> = randomFeeds(leaves),
): Promise<void> {
  const weights = input("weights of the scalar", y.shape);
  const scalar = reduceSum(multiply(y, weights));
  const derivatives = gradients(scalar, leaves);
  const all = { ...feeds, ...randomFeeds([weights], 2) };
  const outputs = Object.fromEntries([["y", y], ...derivatives.map((d, k) => [`d ${leaves[k].name}`, d] as const)]);
  const truth = evaluate(Object.values(outputs), all);
  for (const dialect of DIALECTS) {
    const got = await run(outputs, all, dialect);
    Object.keys(outputs).forEach((name, k) => {
      expectClose(got[name], truth[k], F32, `${name} of ${y.kind}`);
    });
  }
  leaves.forEach((leaf, k) => {
    expectDifferences(scalar, all, leaf, truth[k + 1]);
  });
}

/** A spread of elements of one gradient against central differences; `samples` bounds how many. */
export function expectDifferences(
  scalar: Tensor,
  feeds: Feeds,
  leaf: Tensor,
  gradient: ArrayLike<number>,
  samples = 24,
): void {
  const stride = Math.max(1, Math.floor(gradient.length / samples));
  const indices = Array.from({ length: Math.ceil(gradient.length / stride) }, (_, k) => k * stride);
  const differences = indices.map((index) => centralDifference(scalar, feeds, leaf.name!, index));
  const sampled = indices.map((index) => gradient[index]);
  const scale = Math.max(...differences.map(Math.abs), ...Array.from(gradient, Math.abs), 1e-12);
  const worst = Math.max(...differences.map((difference, k) => Math.abs(difference - sampled[k])));
  expect(worst / scale, `central differences toward ${leaf.name}`).toBeLessThan(DIFFERENCES);
}
