/**
 * The gradient of one optimiser step: the mean over its micro-batches, each added to what the ones before it left.
 *
 *   G₀ = 0,   G_k = G_{k−1} + g_k / n,     n = accumulate
 *   g_k = (d s·loss / d w) / s,            s the loss scale, in mixed precision only (`loss-scale.ts`)
 *
 * Two sets of arrays take turns as G_{k−1} and G_k, so that accumulating allocates and copies nothing; the weights are fed where they lie.
 * @module
 */
import { type ReadAhead, readAhead } from "../archive/index.ts";
import {
  add,
  channelBlockOf,
  constant,
  createSession,
  type Device,
  divide,
  emitModel,
  gradients,
  type Held,
  input,
  multiply,
  reduceMean,
} from "../graph/index.ts";
import type { Feeds, LoopConfig, Objective } from "./objective.ts";

/** Arrays, or what lies on the device, by name. */
export type HeldTensors = Readonly<Record<string, Held>>;

const LOSS_SCALE = "lossScale";

export interface Gradient {
  /** gradient/NAME, valid until the next is asked for. */
  readonly gradient: HeldTensors;
  /** Mean over the samples; NaN or infinite where a sample's is. */
  readonly loss: number;
}

export interface GradientSource {
  /** Of the optimiser step of this number, at the weights given by parameter name; in mixed precision with this scale of the loss. */
  of(step: number, weights: HeldTensors, lossScale?: number): Promise<Gradient>;
  close(): Promise<void>;
}

export interface GradientOptions {
  readonly device: Device;
  readonly threads: number;
  /** Optimiser steps there are, so that nobody reads ahead of the last. */
  readonly steps: number;
}

/**
 * One micro-batch's share of the gradient added to what is held: held/NAME + (d mean loss / d NAME) / accumulate → gradient/NAME; and loss.
 * In mixed precision it is also fed `lossScale`, a scalar.
 */
export async function gradientModel(
  objective: Objective,
  { accumulate, recompute, precision }: LoopConfig,
  device: Device,
): Promise<Uint8Array> {
  const parameters = objective.store.entries();
  const loss = reduceMean(objective.sampleLosses);
  const scale = precision === "mixed" ? input(LOSS_SCALE, []) : constant(1);
  const derivatives = gradients(
    multiply(loss, scale),
    parameters.map(({ tensor }) => tensor),
    recompute === undefined ? {} : { recompute },
  );
  const share = divide(1 / accumulate, scale);
  const outputs = Object.fromEntries(
    parameters.map(({ name, tensor }, at) => [
      `gradient/${name}`,
      add(input(`held/${name}`, tensor.shape), multiply(derivatives[at], share)),
    ]),
  );
  // There are no blocks of half precision.
  const channelBlock = precision === "mixed" ? 1 : await channelBlockOf(device);
  return emitModel({ name: "gradient", outputs: { ...outputs, loss }, device, channelBlock, precision });
}

/** How a model of mixed precision is told the scale of its loss; nothing in float32. */
export function scaleFeeds(lossScale: number | undefined): Feeds {
  return lossScale === undefined ? {} : { [LOSS_SCALE]: Float32Array.of(lossScale) };
}

/** Feeds of the training samples from one number on, the next batch made while whoever asked computes. */
export function trainingBatches(
  objective: Objective,
  { batch, accumulate }: LoopConfig,
  steps: number,
): ReadAhead<Feeds> {
  return readAhead((first) => objective.trainingBatch(first), { stride: batch, end: steps * accumulate * batch });
}

export async function openGradient(
  objective: Objective,
  config: LoopConfig,
  { device, threads, steps }: GradientOptions,
): Promise<GradientSource> {
  const { batch, accumulate } = config;
  const parameters = objective.store.entries();
  const session = await createSession(await gradientModel(objective, config, device), {
    device,
    threads,
    resident: parameters.map(({ name }) => `gradient/${name}`),
  });
  const empty = (): Record<string, Float32Array> =>
    Object.fromEntries(
      parameters.map(({ name, tensor }) => [`gradient/${name}`, new Float32Array(sizeOf(tensor.shape))]),
    );
  const zeros = empty();
  const turns = [empty(), empty()];
  const batches = trainingBatches(objective, config, steps);
  let last: HeldTensors = {};

  return {
    async of(step, weights, lossScale) {
      let sums: HeldTensors = zeros;
      let lossSum = 0;
      freeAll(last);
      for (let micro = 0; micro < accumulate; micro++) {
        const feeds = await batches.load((step * accumulate + micro) * batch);
        const held = Object.fromEntries(parameters.map(({ name }) => [`held/${name}`, sums[`gradient/${name}`]]));
        const all = { ...feeds, ...scaleFeeds(lossScale), ...weights, ...held };
        const { loss: batchLoss, ...next } = await session.hold(all, turns[micro % 2]);
        freeAll(sums);
        sums = next;
        lossSum += (batchLoss as Float32Array)[0];
      }
      last = sums;
      return { gradient: sums, loss: lossSum / accumulate };
    },
    async close() {
      await batches.settle();
      freeAll(last);
      await session.close();
    },
  };
}

/** Gives back what lies on a device; arrays are the collector's business. */
export function freeAll(tensors: HeldTensors): void {
  for (const tensor of Object.values(tensors)) if (!(tensor instanceof Float32Array)) tensor.free();
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
