/**
 * Makes a run from an archive: first G, then, with G frozen, DEF's denoiser; after each stage its plain ONNX model.
 * @module
 */
import { readFileSync } from "node:fs";
import type { Archive } from "../archive/index.ts";
import { cellCount, type ReportProgress, type State, type ValidTime } from "../core/index.ts";
import { writeAside } from "../files/index.ts";
import { createSession, emitModel, type Tensor } from "../graph/index.ts";
import {
  forcingMaker,
  forcingPlanes,
  type RunDescription,
  readStatics,
  runCodec,
  runPaths,
  staticsFor,
  writeStatics,
} from "../run/index.ts";
import { beginRun, describeRun, requireSamples } from "./begin-run.ts";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import type { StageConfig, TrainConfig } from "./config.ts";
import { trainStage } from "./loop.ts";
import { denoiserGraph, denoiserObjective } from "./objectives/denoiser.ts";
import { forecasterGraph, forecasterObjective } from "./objectives/forecaster.ts";
import { type StateReader, stateReader, stateThread } from "./states.ts";

export interface TrainOptions {
  readonly archive: Archive;
  readonly config: TrainConfig;
  /** Folder of the run. */
  readonly run: string;
  /** Go on with a run that is there; without it, a folder that is there is refused. */
  readonly resume: boolean;
  readonly threads: number;
  readonly report: ReportProgress;
}

/** What a finished training tells. */
export interface TrainResult {
  readonly run: string;
  readonly stages: readonly {
    readonly stage: string;
    readonly bestLoss: number;
    readonly bestEpoch: number;
    readonly steps: number;
  }[];
}

/**
 * Trains a run to its end, from its beginning or from where it was.
 * @throws RequestError when the archive does not fit or a run is in the way, ConfigError when a resumed run had another configuration,
 *   NumericError when a loss is not finite
 */
export async function train({
  archive,
  config,
  run: folder,
  resume,
  threads,
  report,
}: TrainOptions): Promise<TrainResult> {
  const run = await describeRun(archive, config);
  requireSamples(archive, run.stepHours);
  const statics = await staticsFor(archive, run.forcings);
  await beginRun(folder, run, config, resume);
  await writeStatics(folder, run, statics);

  const thread = stateThread(archive, run);
  try {
    const readState = stateReader(archive, run.channels, runCodec(run), thread?.read);
    return await trainBoth({ archive, config, run: folder, resume, threads, report }, run, readState);
  } finally {
    await thread?.close();
  }
}

/** G, then the denoiser. */
async function trainBoth(
  { archive, config, run: folder, threads, report }: TrainOptions,
  run: RunDescription,
  readState: StateReader,
): Promise<TrainResult> {
  const paths = runPaths(folder);
  const makeForcing = forcingMaker(run.forcings, run.grid, readStatics(folder, run));
  const common = { archive, run, seed: config.seed, readState };
  const placeOf = (stage: string): Parameters<typeof trainStage>[2] => ({
    checkpoints: paths.checkpoints(stage),
    metrics: paths.metrics,
    seed: config.seed,
    threads,
    report,
  });

  const { forecaster, denoiser } = config;
  const forecasting = forecasterObjective({
    ...common,
    network: forecaster.network,
    batch: forecaster.batch,
    makeForcing,
  });
  const forecasterEnd = await trainStage(forecasting, forecaster, placeOf("forecaster"));
  const g = forecasterGraph(run, forecaster.network, 1);
  await exportModel(
    paths.model("forecaster"),
    { next: g.next },
    chosen(paths.checkpoints("forecaster"), forecaster, forecasterEnd),
  );

  const session = await createSession(readFileSync(paths.model("forecaster")), { threads });
  try {
    const outputs = new Map<ValidTime, State>();
    const capacity = Math.max(1, Math.floor(2 ** 30 / (4 * run.channels.length * cellCount(run.grid))));
    const modelOutput = async (time: ValidTime): Promise<State> => {
      const held = outputs.get(time);
      if (held !== undefined) return held;
      const forcing = forcingPlanes(run.forcings) > 0 ? { forcing: makeForcing(time) } : {};
      const { next } = await session.run({ state: (await readState(time)).values, ...forcing });
      if (outputs.size < capacity) outputs.set(time, next);
      return next;
    };
    const denoising = denoiserObjective({ ...common, config: denoiser, modelOutput });
    const denoiserEnd = await trainStage(denoising, denoiser, placeOf("denoiser"));
    // Two samples a call: the same noisy state with its condition and with zeros.
    const pair = denoiserGraph(run, denoiser.network, 2);
    await exportModel(
      paths.model("denoiser"),
      { epsilon: pair.epsilon },
      chosen(paths.checkpoints("denoiser"), denoiser, denoiserEnd),
    );
    return {
      run: folder,
      stages: [
        { stage: "forecaster", ...summary(forecasterEnd) },
        { stage: "denoiser", ...summary(denoiserEnd) },
      ],
    };
  } finally {
    await session.close();
  }
}

function summary({ bestLoss, bestEpoch, step }: Checkpoint): { bestLoss: number; bestEpoch: number; steps: number } {
  return { bestLoss, bestEpoch, steps: step };
}

function chosen(folder: string, { use }: StageConfig, last: Checkpoint): Checkpoint {
  return use === "last" ? last : (readCheckpoint(folder, "best") ?? last);
}

/** Writes the model with the averaged weights of a checkpoint, or its plain ones where no average was kept. */
async function exportModel(path: string, outputs: Record<string, Tensor>, { tensors }: Checkpoint): Promise<void> {
  const kind = [...tensors.keys()].some((name) => name.startsWith("average/")) ? "average/" : "parameter/";
  const weights = new Map<string, Float32Array>();
  for (const [name, { data }] of tensors) if (name.startsWith(kind)) weights.set(name.slice(kind.length), data);
  await writeAside(path, emitModel({ name: "updraft", outputs, weights }));
}
