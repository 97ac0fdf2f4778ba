/**
 * Trains one objective: optimiser steps, validation after each epoch, checkpoints. It can be killed at any moment and goes on from the last
 * epoch to the same weights, bit for bit: what a step sees depends on its number, never on what ran before it.
 * @module
 */
import { NumericError, type ReportProgress } from "../core/index.ts";
import type { Device } from "../graph/index.ts";
import { initialWeights } from "../nn/index.ts";
import {
  type Checkpoint,
  epochName,
  readCheckpoint,
  type TrainingTensors,
  weightsOf,
  writeCheckpoint,
} from "./checkpoint.ts";
import { type Engine, openEngine } from "./engine.ts";
import { firstLossScale, isOverflow, type LossScale, nextLossScale } from "./loss-scale.ts";
import { appendMetrics, forgetMetricsAfter, readMetrics } from "./metrics.ts";
import type { LoopConfig, Objective } from "./objective.ts";
import { learningRateFactor } from "./schedules.ts";
import { appendEvent, writeEvents } from "./tensorboard.ts";

export interface TrainingPlace {
  /** Folder of this stage's checkpoints. */
  readonly checkpoints: string;
  /** The run's metrics.jsonl. */
  readonly metrics: string;
  /** This stage's folder of TensorBoard's events. */
  readonly events: string;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
  readonly workers: number;
  readonly report: ReportProgress;
  /** Asked before anything is written of an epoch. @throws RequestError when the run is no longer this process's to write */
  readonly confirm?: () => Promise<void>;
}

/**
 * Trains until `config.epochs` epochs are done or patience has run out, and returns the final checkpoint.
 * @throws NumericError when too many steps in a row were not finite, or a validation loss isn't
 */
export async function trainStage(objective: Objective, config: LoopConfig, place: TrainingPlace): Promise<Checkpoint> {
  const { stage } = objective;
  let checkpoint = readCheckpoint(place.checkpoints, "last") ?? beginning(objective, config, place.seed);
  await forgetMetricsAfter(place.metrics, stage, checkpoint.epoch);
  const passedEpochs = readMetrics(place.metrics).filter((entry) => entry.stage === stage);
  await writeEvents(place.events, passedEpochs);
  if (isDone(checkpoint, config)) return checkpoint;

  const total = config.epochs * stepsInEpoch(objective, config);
  const losses = passedEpochs.flatMap(({ trainLoss }) => trainLoss ?? []);
  const progress = (done: number, loss?: number): void => {
    const note = loss === undefined ? {} : { note: `loss ${loss.toFixed(4)}`, trend: [...losses, loss] };
    place.report({ label: `train ${stage}`, done, total, unit: "steps", ...note });
  };
  progress(checkpoint.step);
  const { device, threads, workers } = place;
  const engine = await openEngine(objective, config, checkpoint.tensors, {
    device,
    threads,
    workers,
    steps: total,
  });
  try {
    while (!isDone(checkpoint, config)) {
      const passed = await epochOf(engine, checkpoint, { objective, config, total, progress });
      const validationLoss = await engine.validate();
      requireFinite(`${stage} step ${passed.step}`, validationLoss);
      const epoch = checkpoint.epoch + 1;
      const best = validationLoss < checkpoint.bestLoss;
      const { step, skipped, skippedInRow, lossScale, trainLoss, gradientNorm, learningRate } = passed;
      const tensors = await engine.tensors();
      checkpoint = {
        tensors,
        epoch,
        step,
        skipped,
        skippedInRow,
        lossScale,
        bestLoss: best ? validationLoss : checkpoint.bestLoss,
        bestEpoch: best ? epoch : checkpoint.bestEpoch,
      };
      if (trainLoss !== null) losses.push(trainLoss);
      await place.confirm?.();
      // `last` comes after all else: a kill in between repeats the epoch and writes the same again, its line of metrics too.
      await writeCheckpoint(place.checkpoints, epochName(epoch), weightsOf(checkpoint));
      if (best) await writeCheckpoint(place.checkpoints, "best", weightsOf(checkpoint));
      const measured = { step, trainLoss, validationLoss, gradientNorm, learningRate, skipped };
      const metrics = { stage, epoch, ...measured, ...(lossScale && { lossScale: lossScale.factor }), best };
      appendMetrics(place.metrics, metrics);
      appendEvent(place.events, metrics);
      await writeCheckpoint(place.checkpoints, "last", checkpoint);
    }
    return checkpoint;
  } finally {
    await engine.close();
  }
}

/** Whether all epochs are done, or `patience` of them brought nothing better. */
function isDone({ epoch, bestEpoch }: Checkpoint, { epochs, patience }: LoopConfig): boolean {
  return epoch >= epochs || (patience !== undefined && epoch - bestEpoch >= patience);
}

interface EpochPassed {
  readonly step: number;
  readonly skipped: number;
  readonly skippedInRow: number;
  readonly lossScale: LossScale | undefined;
  readonly trainLoss: number | null;
  readonly gradientNorm: number | null;
  readonly learningRate: number;
}

/** @throws NumericError after `stopAfterSkipped` skipped steps in a row that the scale of the loss does not explain */
async function epochOf(
  engine: Pick<Engine, "step">,
  { step: from, skipped: skippedBefore, skippedInRow: inRowBefore, lossScale: scaleBefore }: Checkpoint,
  {
    objective,
    config,
    total,
    progress,
  }: { objective: Objective; config: LoopConfig; total: number; progress: (done: number, loss: number) => void },
): Promise<EpochPassed> {
  let skipped = skippedBefore;
  let skippedInRow = inRowBefore;
  let lossScale = scaleBefore;
  let lossSum = 0;
  let applied = 0;
  let gradientNorm: number | null = null;
  let learningRate = 0;
  const end = from + stepsInEpoch(objective, config);
  for (let step = from; step < end; step++) {
    learningRate =
      config.learningRate * learningRateFactor(config.schedule, step, { total, warmupSteps: config.warmupSteps });
    const how = { rate: learningRate, updates: step - skipped, lossScale: lossScale?.factor };
    const result = await engine.step(step, how);
    progress(step + 1, result.loss);
    const overflow = lossScale !== undefined && isOverflow(lossScale, result);
    lossScale = lossScale && nextLossScale(lossScale, result);
    if (result.applied) {
      lossSum += result.loss;
      applied++;
      skippedInRow = 0;
      ({ gradientNorm } = result);
      continue;
    }
    skipped++;
    // A training that is finding its scale is not a broken one.
    if (overflow) continue;
    skippedInRow++;
    if (skippedInRow >= config.stopAfterSkipped) {
      throw new NumericError({
        place: `${objective.stage} step ${step + 1}`,
        expected: "a finite loss and gradient norm",
        got: `loss ${result.loss}, gradient norm ${result.gradientNorm}, for the ${skippedInRow}. step in a row`,
        remedy: `${config.precision === "mixed" ? "train in float32, " : ""}lower learningRate or look at the archive's quality flags; --resume goes on from the last epoch`,
      });
    }
  }
  const trainLoss = applied === 0 ? null : lossSum / applied;
  return { step: end, skipped, skippedInRow, lossScale, trainLoss, gradientNorm, learningRate };
}

function requireFinite(place: string, validationLoss: number): void {
  if (Number.isFinite(validationLoss)) return;
  throw new NumericError({
    place,
    expected: "a finite validation loss",
    got: String(validationLoss),
    remedy: "lower learningRate or look at the archive's quality flags; --resume goes on from the last epoch",
  });
}

/** Optimiser steps in an epoch: as configured, else one pass over the samples (at least one step). */
export function stepsInEpoch(
  { trainingSamples }: Pick<Objective, "trainingSamples">,
  { stepsPerEpoch, batch, accumulate }: LoopConfig,
): number {
  return stepsPerEpoch ?? Math.max(1, Math.floor(trainingSamples / (batch * accumulate)));
}

/** What training begins with: weights given or drawn, moments of zero. */
export function beginning({ stage, store, begins }: Objective, config: LoopConfig, seed: number): Checkpoint {
  const weights = begins ?? initialWeights(store, { seed, network: stage });
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const { name, tensor } of store.entries()) {
    const data = (weights.get(name) as Float32Array).slice();
    const { shape } = tensor;
    tensors.set(`parameter/${name}`, { shape, data });
    tensors.set(`first/${name}`, { shape, data: new Float32Array(data.length) });
    tensors.set(`second/${name}`, { shape, data: new Float32Array(data.length) });
    if (config.averageDecay > 0) tensors.set(`average/${name}`, { shape, data: data.slice() });
  }
  return {
    tensors: tensors satisfies TrainingTensors,
    epoch: 0,
    step: 0,
    skipped: 0,
    skippedInRow: 0,
    lossScale: firstLossScale(config),
    bestLoss: Number.POSITIVE_INFINITY,
    bestEpoch: 0,
  };
}
