/**
 * Trains one objective: accumulate gradients, clip, AdamW, validate, keep checkpoints. It can be killed at any moment and goes on from
 * the last epoch to the same weights, bit for bit: what a step sees depends on its number, never on what ran before it.
 * @module
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { readAhead } from "../archive/index.ts";
import { NumericError, type ReportProgress } from "../core/index.ts";
import { writeAside } from "../files/index.ts";
import { add, createSession, emitModel, gradients, input, multiply, reduceMean, type Session } from "../graph/index.ts";
import { initialWeights } from "../nn/index.ts";
import {
  type Checkpoint,
  epochName,
  readCheckpoint,
  type TrainingTensors,
  weightsOf,
  writeCheckpoint,
} from "./checkpoint.ts";
import type { StageConfig } from "./config.ts";
import type { Feeds, Objective } from "./objective.ts";
import { OPTIMIZER_STATE, updateModel, updateScalars } from "./optimizer.ts";
import { learningRateFactor } from "./schedules.ts";

/** How a stage is trained; of what network is the objective's business. */
export type LoopConfig = Omit<StageConfig, "network">;

export interface TrainingPlace {
  /** Folder of this stage's checkpoints. */
  readonly checkpoints: string;
  /** The run's metrics.jsonl. */
  readonly metrics: string;
  readonly seed: number;
  readonly threads: number;
  readonly report: ReportProgress;
}

/** Trains until `config.epochs` epochs are done and returns the final checkpoint. @throws NumericError on a non-finite loss */
export async function trainStage(objective: Objective, config: LoopConfig, place: TrainingPlace): Promise<Checkpoint> {
  let checkpoint = readCheckpoint(place.checkpoints, "last") ?? beginning(objective, config, place.seed);
  await forgetMetricsAfter(place.metrics, objective.stage, checkpoint.epoch);
  if (checkpoint.epoch >= config.epochs) return checkpoint;

  const stepsPerEpoch = stepsInEpoch(objective, config);
  const total = config.epochs * stepsPerEpoch;
  const progress = (done: number, note?: string): void =>
    place.report({
      label: `train ${objective.stage}`,
      done,
      total,
      unit: "steps",
      ...(note === undefined ? {} : { note }),
    });
  progress(checkpoint.step);
  const engine = await openEngine(objective, config, { threads: place.threads, steps: total });
  try {
    while (checkpoint.epoch < config.epochs) {
      let { tensors, step } = checkpoint;
      let lossSum = 0;
      let gradientNorm = 0;
      for (const end = step + stepsPerEpoch; step < end; step++) {
        const rate =
          config.learningRate * learningRateFactor(config.schedule, step, { total, warmupSteps: config.warmupSteps });
        const { gradient, loss } = await engine.gradient(tensors, step);
        ({ tensors, gradientNorm } = await engine.update(
          tensors,
          gradient,
          updateScalars(step + 1, rate, config.averageDecay),
        ));
        requireFinite(`${objective.stage} step ${step + 1}`, { loss, "gradient norm": gradientNorm });
        lossSum += loss;
        progress(step + 1, `loss ${loss.toFixed(4)}`);
      }
      const trainLoss = lossSum / stepsPerEpoch;
      const validationLoss = await engine.validate(tensors);
      requireFinite(`${objective.stage} step ${step}`, { "validation loss": validationLoss });
      const epoch = checkpoint.epoch + 1;
      const better = validationLoss < checkpoint.bestLoss;
      checkpoint = {
        tensors,
        epoch,
        step,
        bestLoss: better ? validationLoss : checkpoint.bestLoss,
        bestEpoch: better ? epoch : checkpoint.bestEpoch,
      };
      // `last` comes after all else: a kill in between repeats the epoch and writes the same again, its line of metrics too.
      await writeCheckpoint(place.checkpoints, epochName(epoch), weightsOf(checkpoint));
      if (better) await writeCheckpoint(place.checkpoints, "best", weightsOf(checkpoint));
      const line = { stage: objective.stage, epoch, step, trainLoss, validationLoss, gradientNorm, best: better };
      appendFileSync(place.metrics, `${JSON.stringify(line)}\n`);
      await writeCheckpoint(place.checkpoints, "last", checkpoint);
    }
    return checkpoint;
  } finally {
    await engine.close();
  }
}

function requireFinite(place: string, numbers: Readonly<Record<string, number>>): void {
  if (Object.values(numbers).every(Number.isFinite)) return;
  throw new NumericError({
    place,
    expected: `a finite ${Object.keys(numbers).join(" and ")}`,
    got: Object.entries(numbers)
      .map(([name, value]) => `${name} ${value}`)
      .join(", "),
    remedy: "lower learningRate or look at the archive's quality flags; --resume goes on from the last epoch",
  });
}

/** Optimiser steps in an epoch: as configured, else one pass over the samples (at least one step). */
function stepsInEpoch({ trainingSamples }: Objective, { stepsPerEpoch, batch, accumulate }: LoopConfig): number {
  return stepsPerEpoch ?? Math.max(1, Math.floor(trainingSamples / (batch * accumulate)));
}

function beginning({ stage, store, begins }: Objective, { averageDecay }: LoopConfig, seed: number): Checkpoint {
  const weights = begins ?? initialWeights(store, { seed, network: stage });
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const { name, tensor } of store.entries()) {
    const data = weights.get(name) as Float32Array;
    const { shape } = tensor;
    tensors.set(`parameter/${name}`, { shape, data });
    tensors.set(`first/${name}`, { shape, data: new Float32Array(data.length) });
    tensors.set(`second/${name}`, { shape, data: new Float32Array(data.length) });
    if (averageDecay > 0) tensors.set(`average/${name}`, { shape, data: data.slice() });
  }
  return { tensors, epoch: 0, step: 0, bestLoss: Number.POSITIVE_INFINITY, bestEpoch: 0 };
}

/** The three sessions of a stage behind the steps the loop speaks of. */
interface Engine {
  /** Mean gradient and loss over the batches of one optimiser step. */
  gradient(tensors: TrainingTensors, step: number): Promise<{ gradient: Feeds; loss: number }>;
  update(
    tensors: TrainingTensors,
    gradient: Feeds,
    scalars: Feeds,
  ): Promise<{ tensors: TrainingTensors; gradientNorm: number }>;
  /** Mean loss over the validation samples, with the averaged weights where there are any. */
  validate(tensors: TrainingTensors): Promise<number>;
  close(): Promise<void>;
}

async function openEngine(
  objective: Objective,
  config: LoopConfig,
  { threads, steps }: { threads: number; steps: number },
): Promise<Engine> {
  const { sampleLosses, store } = objective;
  const { batch, accumulate } = config;
  const parameters = store.entries();
  const average = config.averageDecay > 0;

  const loss = reduceMean(sampleLosses);
  const derivatives = gradients(
    loss,
    parameters.map(({ tensor }) => tensor),
  );
  const outputs = Object.fromEntries(
    parameters.map(({ name, tensor }, at) => [
      `gradient/${name}`,
      add(input(`held/${name}`, tensor.shape), multiply(derivatives[at], 1 / accumulate)),
    ]),
  );
  const open = (model: Uint8Array): Promise<Session> => createSession(model, { threads });
  const gradientSession = await open(emitModel({ name: "gradient", outputs: { ...outputs, loss } }));
  const updateSession = await open(updateModel(parameters, { ...config, average }));
  const validationSession = await open(emitModel({ name: "validation", outputs: { sampleLosses } }));

  const feedsOf = (tensors: TrainingTensors, kind: string): Record<string, Float32Array> =>
    Object.fromEntries(
      parameters.map(({ name }) => [name, (tensors.get(`${kind}/${name}`) as { data: Float32Array }).data]),
    );

  // The engine computes on threads of its own: meanwhile this one makes the next batch.
  const batches = readAhead((first) => objective.trainingBatch(first), {
    stride: batch,
    end: steps * accumulate * batch,
  });

  return {
    async gradient(tensors, step) {
      const weights = feedsOf(tensors, "parameter");
      let held: Record<string, Float32Array> = Object.fromEntries(
        parameters.map(({ name, tensor }) => [
          `held/${name}`,
          new Float32Array(tensor.shape.reduce((n, side) => n * side, 1)),
        ]),
      );
      let lossSum = 0;
      for (let micro = 0; micro < accumulate; micro++) {
        const feeds = await batches.load((step * accumulate + micro) * batch);
        const { loss: batchLoss, ...sums } = await gradientSession.run({ ...feeds, ...weights, ...held });
        lossSum += batchLoss[0];
        held = Object.fromEntries(parameters.map(({ name }) => [`held/${name}`, sums[`gradient/${name}`]]));
      }
      const gradient = Object.fromEntries(parameters.map(({ name }) => [`gradient/${name}`, held[`held/${name}`]]));
      return { gradient, loss: lossSum / accumulate };
    },
    async update(tensors, gradient, scalars) {
      const kinds = average ? [...OPTIMIZER_STATE, "average"] : OPTIMIZER_STATE;
      const { averageDecay, ...others } = scalars;
      const held = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
      const { gradientNorm, ...next } = await updateSession.run({
        ...held,
        ...gradient,
        ...others,
        ...(average ? { averageDecay } : {}),
      });
      const updated = new Map<string, { shape: readonly number[]; data: Float32Array }>();
      for (const { name, tensor } of parameters) {
        for (const kind of kinds)
          updated.set(`${kind}/${name}`, { shape: tensor.shape, data: next[`next/${kind}/${name}`] });
      }
      return { tensors: updated, gradientNorm: gradientNorm[0] };
    },
    async validate(tensors) {
      const weights = feedsOf(tensors, average ? "average" : "parameter");
      let sum = 0;
      const end = Math.min(objective.validationSamples, config.validationSamples ?? Number.POSITIVE_INFINITY);
      const samples = readAhead((first) => objective.validationBatch(first), { stride: batch, end });
      try {
        for (let first = 0; first < end; first += batch) {
          const feeds = await samples.load(first);
          const { sampleLosses: losses } = await validationSession.run({ ...feeds, ...weights });
          const count = Math.min(batch, end - first);
          for (let i = 0; i < count; i++) sum += losses[i];
        }
      } finally {
        await samples.settle();
      }
      return sum / end;
    },
    async close() {
      await batches.settle();
      for (const session of [gradientSession, updateSession, validationSession]) await session.close();
    },
  };
}

/** Drops the lines of epochs that will be trained again, and a line a kill cut short. */
async function forgetMetricsAfter(metrics: string, stage: string, epoch: number): Promise<void> {
  if (!existsSync(metrics)) return;
  const kept = readFileSync(metrics, "utf8")
    .split("\n")
    .filter((line) => {
      try {
        const entry = JSON.parse(line) as { stage: string; epoch: number };
        return entry.stage !== stage || entry.epoch <= epoch;
      } catch {
        return false;
      }
    });
  await writeAside(metrics, kept.map((line) => `${line}\n`).join(""));
}
