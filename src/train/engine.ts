/**
 * What the loop asks for, on the device: optimiser steps and validation, over weights and moments that stay there between steps.
 *
 * A step whose loss or gradient isn't finite is skipped: the update's results are dropped and the tensors from before it stay, so nothing
 * of a NaN gets into weights, moments or averages.
 * @module
 */
import { readAhead } from "../archive/index.ts";
import {
  channelBlockOf,
  createSession,
  type Device,
  emitModel,
  type Held,
  input,
  multiply,
  type Session,
  type Tensor,
} from "../graph/index.ts";
import type { TrainingTensors } from "./checkpoint.ts";
import { freeAll, type HeldTensors, openGradient } from "./gradient.ts";
import type { LoopConfig, Objective } from "./objective.ts";
import { OPTIMIZER_STATE, updateModel, updateScalars } from "./optimizer.ts";
import { openSharedGradient } from "./shared-gradient.ts";

export interface StepResult {
  readonly loss: number;
  /** Before the clip. */
  readonly gradientNorm: number;
  /** False when one of the two isn't finite. */
  readonly applied: boolean;
}

export interface StepOptions {
  readonly rate: number;
  /** Steps applied before it, which is what AdamW counts. */
  readonly updates: number;
  /** In mixed precision. */
  readonly lossScale?: number | undefined;
}

export interface Engine {
  /** The optimiser step of this number, counted from 0. */
  step(step: number, how: StepOptions): Promise<StepResult>;
  /** Mean loss over the validation samples, with the averaged weights where there are any. */
  validate(): Promise<number>;
  /** Weights, moments and averages as arrays, good until the next step. */
  tensors(): Promise<TrainingTensors>;
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly device: Device;
  readonly threads: number;
  /** Among how many the micro-batches of a step are shared; the threads are, too. */
  readonly workers: number;
  /** Optimiser steps of the whole training. */
  readonly steps: number;
}

export async function openEngine(
  objective: Objective,
  config: LoopConfig,
  begin: TrainingTensors,
  { device, threads, workers, steps }: EngineOptions,
): Promise<Engine> {
  const { batch } = config;
  const parameters = objective.store.entries();
  const average = config.averageDecay > 0;
  const kinds = average ? [...OPTIMIZER_STATE, "average"] : OPTIMIZER_STATE;
  const names = parameters.flatMap(({ name }) => kinds.map((kind) => `${kind}/${name}`));
  const shapes = new Map([...begin].map(([name, { shape }]) => [name, shape]));

  const source =
    workers > 1
      ? await openSharedGradient(objective, config, { device, threads, steps, workers })
      : await openGradient(objective, config, { device, threads, steps });
  const updating = await createSession(updateModel(parameters, { ...config, average }), {
    device,
    threads,
    resident: names.map((name) => `next/${name}`),
  });
  const validating = await createSession(
    emitModel({
      name: "validation",
      outputs: { sampleLosses: objective.sampleLosses },
      device,
      channelBlock: await channelBlockOf(device),
    }),
    { device, threads },
  );
  let reading: Session | undefined;

  let held: HeldTensors = Object.fromEntries([...begin].map(([name, { data }]) => [name, data]));
  // The arrays the next update is written into: those of the update before the last.
  let spare: HeldTensors = {};
  const weights = (kind: string): HeldTensors =>
    Object.fromEntries(parameters.map(({ name }) => [name, held[`${kind}/${name}`]]));

  return {
    async step(step, { rate, updates, lossScale }) {
      const { gradient, loss } = await source.of(step, weights("parameter"), lossScale);
      if (!Number.isFinite(loss)) return { loss, gradientNorm: Number.NaN, applied: false };
      const { averageDecay, ...others } = updateScalars(updates + 1, rate, config.averageDecay);
      const { gradientNorm: norm, ...next } = await updating.hold(
        { ...held, ...gradient, ...others, ...(average ? { averageDecay } : {}) },
        spare,
      );
      const gradientNorm = (norm as Float32Array)[0];
      const applied = Number.isFinite(gradientNorm);
      if (applied) {
        const before = Object.fromEntries(names.map((name) => [`next/${name}`, held[name]]));
        held = Object.fromEntries(names.map((name) => [name, next[`next/${name}`]]));
        freeAll(before);
        spare = before;
      } else {
        freeAll(next);
        spare = next;
      }
      return { loss, gradientNorm, applied };
    },
    async validate() {
      const fed = weights(average ? "average" : "parameter");
      let sum = 0;
      const end = Math.min(objective.validationSamples, config.validationSamples ?? Number.POSITIVE_INFINITY);
      const samples = readAhead((first) => objective.validationBatch(first), { stride: batch, end });
      try {
        for (let first = 0; first < end; first += batch) {
          const feeds = await samples.load(first);
          const { sampleLosses: losses } = await validating.run({ ...feeds, ...fed });
          const count = Math.min(batch, end - first);
          for (let i = 0; i < count; i++) sum += losses[i];
        }
      } finally {
        await samples.settle();
      }
      return sum / end;
    },
    async tensors() {
      const array = (data: Held, name: string): readonly [string, { shape: readonly number[]; data: Float32Array }] => [
        name,
        { shape: shapes.get(name)!, data: data as Float32Array },
      ];
      if (names.every((name) => held[name] instanceof Float32Array)) {
        return new Map(names.map((name) => array(held[name], name)));
      }
      reading ??= await readingSession(names, shapes, device);
      const read = await reading.run(held);
      return new Map(names.map((name) => array(read[`read/${name}`], name)));
    },
    async close() {
      await source.close();
      freeAll(held);
      for (const session of [updating, validating, reading]) await session?.close();
    },
  };
}

/** A model whose outputs are its inputs: ONNX Runtime aborts when a tensor on a GPU is asked for its data, but an output comes home. */
function readingSession(
  names: readonly string[],
  shapes: ReadonlyMap<string, readonly number[]>,
  device: Device,
): Promise<Session> {
  const outputs: Record<string, Tensor> = {};
  for (const name of names) outputs[`read/${name}`] = multiply(input(name, shapes.get(name)!), 1);
  return createSession(emitModel({ name: "reading", outputs }), { device });
}
