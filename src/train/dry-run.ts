/**
 * What a training will take, measured before it begins: of every stage three optimiser steps and one batch of validation are really done, on
 * the real shapes and samples, and nothing is written. Later stages ask untrained networks of the same size in place of the trained ones.
 * @module
 */
import { createSession, type Device, emitModel, type Precision, type Session } from "../graph/index.ts";
import { initialWeights, parameterCount, type Weights } from "../nn/index.ts";
import { largeScaleReader, staticsFor } from "../run/index.ts";
import { describeRun, requireSamples } from "./begin-run.ts";
import { openEngine, type StepResult } from "./engine.ts";
import { stepsInEpoch } from "./loop.ts";
import { firstLossScale } from "./loss-scale.ts";
import { sequenceStepsOf, stagesOf } from "./methods/index.ts";
import { requirePrecision } from "./require-precision.ts";
import { requireWorkers, shareBatches } from "./share-batches.ts";
import type { Earlier } from "./stage.ts";
import { beginning } from "./stand.ts";
import { motionReader, stateReader, stateThread } from "./states.ts";
import type { TrainOptions } from "./train.ts";

/** Steps before the one that is measured: while memory grows, a step takes up to twice as long. */
const WARM_UP_STEPS = 2;

export interface StageEstimate {
  readonly stage: string;
  readonly precision: Precision;
  readonly parameters: number;
  /** The most this process has held so far, in MB of 2²⁰ bytes. */
  readonly peakMb: number;
  readonly stepSeconds: number;
  readonly stepsPerEpoch: number;
  /** Steps and validation; reading of states not yet in memory included as far as the measured steps met it. */
  readonly epochSeconds: number;
  readonly epochs: number;
  readonly totalSeconds: number;
}

export interface DryRun {
  readonly device: Device;
  readonly threads: number;
  readonly stages: readonly StageEstimate[];
  readonly totalSeconds: number;
}

/** @throws as `train`, before anything is written */
export async function dryRun({
  archive,
  config,
  largeScale: store,
  device = "cpu",
  threads,
  workers = 1,
}: Pick<TrainOptions, "archive" | "config" | "largeScale" | "device" | "threads" | "workers">): Promise<DryRun> {
  requireWorkers(workers, device);
  await requirePrecision(config, device);
  const shared = shareBatches(config, workers);
  const run = await describeRun(archive, config, store);
  const largeScale = store && largeScaleReader(run, store);
  requireSamples(archive, run, { largeScale, sequenceSteps: sequenceStepsOf(config) });
  const thread = stateThread(archive, run);
  const readState = stateReader(archive, run, thread?.read);
  const readMotion = motionReader(archive, run, thread?.readMotion);
  const statics = await staticsFor(archive, run.forcings);
  const data = { archive, run, statics, seed: config.seed, readState, readMotion, largeScale };
  const weights = new Map<string, Weights>();
  const models = new Map<string, Uint8Array>();
  const sessions: Session[] = [];
  const earlier: Earlier = {
    openModel: async (name) => {
      const session = await createSession(models.get(name)!, { device, threads });
      sessions.push(session);
      return session;
    },
    weightsOf: (name) => weights.get(name) ?? new Map(),
  };
  try {
    const stages: StageEstimate[] = [];
    for (const stage of stagesOf(shared)) {
      const objective = await stage.objective(data, earlier);
      const own = objective.begins ?? initialWeights(objective.store, { seed: config.seed, network: stage.name });
      weights.set(stage.name, own);
      models.set(
        stage.model ?? stage.name,
        emitModel({ name: "updraft", outputs: await stage.outputs(data, earlier), weights: own, portable: true }),
      );
      const { batch, epochs } = stage.config;
      const validated = Math.min(objective.validationSamples, stage.config.validationSamples ?? Infinity);
      const engine = await openEngine(
        objective,
        { ...stage.config, validationSamples: Math.min(batch, validated) },
        beginning(objective, stage.config, config.seed).tensors,
        { device, threads, workers, steps: WARM_UP_STEPS + 1 },
      );
      try {
        const lossScale = firstLossScale(stage.config)?.factor;
        const trainStep = (step: number): Promise<StepResult> =>
          engine.step(step, { rate: stage.config.learningRate, updates: step, lossScale });
        for (let step = 0; step < WARM_UP_STEPS; step++) await trainStep(step);
        const stepSeconds = await secondsOf(() => trainStep(WARM_UP_STEPS));
        const batchSeconds = await secondsOf(() => engine.validate());
        const stepsPerEpoch = stepsInEpoch(objective, stage.config);
        const epochSeconds = stepsPerEpoch * stepSeconds + Math.ceil(validated / batch) * batchSeconds;
        stages.push({
          stage: stage.name,
          precision: stage.config.precision,
          parameters: parameterCount(objective.store),
          peakMb: process.resourceUsage().maxRSS / 1024,
          stepSeconds,
          stepsPerEpoch,
          epochSeconds,
          epochs,
          totalSeconds: epochs * epochSeconds,
        });
      } finally {
        await engine.close();
      }
    }
    return { device, threads, stages, totalSeconds: stages.reduce((sum, { totalSeconds }) => sum + totalSeconds, 0) };
  } finally {
    for (const session of sessions) await session.close();
    await thread?.close();
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
