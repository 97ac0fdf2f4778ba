/**
 * Trains one objective: optimiser steps, validation after each epoch, checkpoints. It can be killed at any moment and goes on from the last
 * epoch to the same weights, bit for bit: what a step sees depends on its number, never on what ran before it.
 * @module
 */
import { NumericError, type ReportProgress } from "../core/index.ts";
import type { Device } from "../graph/index.ts";
import type { TrainingSegment } from "../run/index.ts";
import { type Checkpoint, epochName, weightsOf, writeCheckpoint } from "./checkpoint.ts";
import { type Engine, openEngine } from "./engine.ts";
import { isOverflow, type LossScale, nextLossScale } from "./loss-scale.ts";
import { appendMetrics, forgetMetricsAfter, readMetrics } from "./metrics.ts";
import type { LoopConfig, Objective } from "./objective.ts";
import { learningRateFactor } from "./schedules.ts";
import { describeSegment, isDone, standOf } from "./stand.ts";
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
  /** Of this stage: the last is the one it is to be trained in. Default: none. */
  readonly segments?: readonly TrainingSegment[];
}

/**
 * Trains until `config.epochs` epochs are done or patience has run out, and returns the final checkpoint.
 * @throws NumericError when too many steps in a row were not finite, or a validation loss isn't
 */
export async function trainStage(objective: Objective, config: LoopConfig, place: TrainingPlace): Promise<Checkpoint> {
  const { stage } = objective;
  const { segments = [] } = place;
  let checkpoint = await standOf(objective, config, place);
  await forgetMetricsAfter(place.metrics, stage, checkpoint.epoch);
  const passedEpochs = readMetrics(place.metrics).filter((entry) => entry.stage === stage);
  await writeEvents(place.events, passedEpochs);
  if (isDone(checkpoint, config)) return checkpoint;

  const total = config.epochs * stepsInEpoch(objective, config);
  const losses = passedEpochs.flatMap(({ trainLoss }) => trainLoss ?? []);
  const begun = segments.length === 0 ? {} : { note: describeSegment(segments[segments.length - 1]) };
  const progress = (done: number, loss?: number): void => {
    const note = loss === undefined ? begun : { note: `loss ${loss.toFixed(4)}`, trend: [...losses, loss] };
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
      const best = passed.isSound && validationLoss < checkpoint.bestLoss;
      const { step, skipped, skippedInRow, lossScale, trainLoss, gradientNorm, learningRate } = passed;
      const tensors = await engine.tensors();
      checkpoint = {
        ...checkpoint,
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
      const { segment } = checkpoint;
      const metrics = {
        stage,
        epoch,
        ...measured,
        ...(lossScale && { lossScale: lossScale.factor }),
        best,
        ...(segment !== undefined && { segment }),
      };
      appendMetrics(place.metrics, metrics);
      appendEvent(place.events, metrics);
      await writeCheckpoint(place.checkpoints, "last", checkpoint);
    }
    return checkpoint;
  } finally {
    await engine.close();
  }
}

interface EpochPassed {
  /** At least half of its steps were applied. One of skipped steps has learnt next to nothing, whatever its loss. */
  readonly isSound: boolean;
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
  {
    step: from,
    skipped: skippedBefore,
    skippedInRow: inRowBefore,
    lossScale: scaleBefore,
    updatesBefore = 0,
  }: Checkpoint,
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
    const how = { rate: learningRate, updates: step - skipped - updatesBefore, lossScale: lossScale?.factor };
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
        remedy: `${config.precision === "mixed" ? "train with precision: float32, or " : ""}${DIVERGED}`,
      });
    }
  }
  const trainLoss = applied === 0 ? null : lossSum / applied;
  const isSound = 2 * applied >= end - from;
  return { isSound, step: end, skipped, skippedInRow, lossScale, trainLoss, gradientNorm, learningRate };
}

/** What can be done when losses are not finite: `segments.ts` goes on from the best epoch with what was changed. */
export const DIVERGED: string =
  "lower learningRate in the configuration and add --resume, which goes on from the best epoch, or see the flags in `updraft archive inspect --quality`";

function requireFinite(place: string, validationLoss: number): void {
  if (Number.isFinite(validationLoss)) return;
  throw new NumericError({
    place,
    expected: "a finite validation loss",
    got: String(validationLoss),
    remedy: DIVERGED,
  });
}

/** Optimiser steps in an epoch: as configured, else one pass over the samples (at least one step). */
export function stepsInEpoch(
  { trainingSamples }: Pick<Objective, "trainingSamples">,
  { stepsPerEpoch, batch, accumulate }: LoopConfig,
): number {
  return stepsPerEpoch ?? Math.max(1, Math.floor(trainingSamples / (batch * accumulate)));
}
