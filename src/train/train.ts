/**
 * Makes a run from an archive: the stages of its method one after the other, and after each its plain ONNX model.
 * @module
 */
import { readFileSync } from "node:fs";
import type { Archive, LargeScale, Statics } from "../archive/index.ts";
import { NumericError, type ReportProgress } from "../core/index.ts";
import { alone, type Lease } from "../files/index.ts";
import { createSession, type Device, emitModel, type Session } from "../graph/index.ts";
import type { Weights } from "../nn/index.ts";
import {
  type LargeScaleReader,
  largeScaleReader,
  type RunDescription,
  readStatics,
  runPaths,
  staticsFor,
  writeRunFiles,
  writeStatics,
} from "../run/index.ts";
import { encodeSafetensors } from "../safetensors/index.ts";
import { beginRun, describeRun, requireSamples } from "./begin-run.ts";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import type { StageConfig, TrainConfig } from "./config.ts";
import { DIVERGED, trainStage } from "./loop.ts";
import { sequenceStepsOf, stagesOf } from "./methods/index.ts";
import { requirePrecision } from "./require-precision.ts";
import { requireWorkers, shareBatches } from "./share-batches.ts";
import type { Earlier } from "./stage.ts";
import { motionReader, stateReader, stateThread } from "./states.ts";

export interface TrainOptions {
  readonly archive: Archive;
  readonly config: TrainConfig;
  /** Where the configuration asks for the large scale. */
  readonly largeScale?: LargeScale | undefined;
  /** Folder of the run. */
  readonly run: string;
  /** Go on with a run that is there; without it, a folder that is there is refused. */
  readonly resume: boolean;
  /** Default "cpu". */
  readonly device?: Device;
  readonly threads: number;
  /** Among how many engines each batch is shared (`share-batches.ts`); default 1. */
  readonly workers?: number;
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
 * @throws RequestError when the archive or the store of the large scale does not fit, a run is in the way or another process is at work in it,
 *   ConfigError when a resumed run had another configuration or a batch can't be shared, NumericError when a loss is not finite
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { archive, config, largeScale: store, run: folder, device = "cpu", workers = 1, report } = options;
  requireWorkers(workers, device);
  await requirePrecision(config, device);
  const run = await describeRun(archive, config, store);
  const largeScale = store && largeScaleReader(run, store);
  requireSamples(archive, run, { largeScale, sequenceSteps: sequenceStepsOf(config) });
  const statics = await staticsFor(archive, run.forcings);
  reportLargeScale(run, report);
  return alone(folder, (lease) => trainStages(options, { run, largeScale, statics, lease }), { inside: true });
}

interface Trained {
  readonly run: RunDescription;
  readonly largeScale: LargeScaleReader | undefined;
  readonly statics: Statics;
  readonly lease: Lease;
}

async function trainStages(
  { archive, config, run: folder, resume, device = "cpu", threads, workers = 1, report }: TrainOptions,
  { run, largeScale, statics, lease }: Trained,
): Promise<TrainResult> {
  const shared = shareBatches(config, workers);
  const segments = await beginRun(folder, run, config, resume);
  await writeStatics(folder, run, statics);

  const thread = stateThread(archive, run);
  const models = new Map<string, Session>();
  const chosenWeights = new Map<string, Weights>();
  const paths = runPaths(folder);
  const earlier: Earlier = {
    openModel: async (model) => {
      const held = models.get(model) ?? (await createSession(readFileSync(paths.model(model)), { device, threads }));
      models.set(model, held);
      return held;
    },
    weightsOf: (name) => chosenWeights.get(name) ?? new Map(),
  };
  try {
    const readState = stateReader(archive, run, thread?.read);
    const readMotion = motionReader(archive, run, thread?.readMotion);
    const seen = { readState, readMotion, largeScale };
    const data = { archive, run, statics: readStatics(folder, run), seed: config.seed, ...seen };
    const stages: TrainResult["stages"][number][] = [];
    for (const stage of stagesOf(shared)) {
      const checkpoints = paths.checkpoints(stage.name);
      const events = paths.events(stage.name);
      const place = {
        checkpoints,
        metrics: paths.metrics,
        events,
        seed: config.seed,
        device,
        threads,
        workers,
        report,
        confirm: lease.confirm,
        segments: segments.filter((segment) => segment.stage === stage.name),
      };
      const objective = await stage.objective(data, earlier);
      const end = await trainStage(objective, stage.config, place);
      requireLearnt(stage.name, end);
      const outputs = await stage.outputs(data, earlier);
      const weights = weightsToKeep(chosen(checkpoints, stage.config, end));
      chosenWeights.set(stage.name, weights);
      const name = stage.model ?? stage.name;
      const shapes = new Map(objective.store.entries().map(({ name: of, tensor }) => [of, tensor.shape]));
      await lease.confirm();
      const files: [string, Uint8Array][] = [
        [paths.weights(name), encodeWeights(weights, shapes)],
        [paths.model(name), emitModel({ name: "updraft", outputs, weights, portable: true })],
      ];
      await writeRunFiles(folder, new Map(files));
      stages.push({ stage: stage.name, ...summary(end) });
    }
    return { run: folder, stages };
  } finally {
    for (const session of models.values()) await session.close();
    await thread?.close();
  }
}

/** Pairs without a large scale are left out; nobody should learn it from a poor result. */
function reportLargeScale({ largeScale }: RunDescription, report: ReportProgress): void {
  if (largeScale === undefined) return;
  const { hours, missingHours } = largeScale;
  const note = missingHours > 0 ? { note: "pairs of the others are not learnt from" } : {};
  report({ label: "large scale", done: hours, total: hours + missingHours, unit: "training hours", ...note });
}

/** @throws NumericError when no epoch could be the best, for most steps of each were skipped: there is no model in it */
function requireLearnt(stage: string, { bestEpoch, epoch, skipped, step }: Checkpoint): void {
  if (bestEpoch > 0) return;
  throw new NumericError({
    place: stage,
    expected: "an epoch in which most steps were finite",
    got: `${skipped} of ${step} steps skipped in ${epoch} epochs`,
    remedy: DIVERGED,
  });
}

function summary({ bestLoss, bestEpoch, step }: Checkpoint): { bestLoss: number; bestEpoch: number; steps: number } {
  return { bestLoss, bestEpoch, steps: step };
}

/** A network's weights under the names they have in its ONNX model, for whoever has the same network elsewhere. */
function encodeWeights(weights: Weights, shapes: ReadonlyMap<string, readonly number[]>): Uint8Array {
  return encodeSafetensors(new Map([...weights].map(([name, data]) => [name, { shape: shapes.get(name)!, data }])));
}

function chosen(folder: string, { use }: Pick<StageConfig, "use">, last: Checkpoint): Checkpoint {
  return use === "last" ? last : (readCheckpoint(folder, "best") ?? last);
}

/** The averaged weights of a checkpoint, or its plain ones where no average was kept. */
function weightsToKeep({ tensors }: Checkpoint): Weights {
  const kind = [...tensors.keys()].some((name) => name.startsWith("average/")) ? "average/" : "parameter/";
  const own = [...tensors].filter(([name]) => name.startsWith(kind));
  return new Map(own.map(([name, { data }]) => [name.slice(kind.length), data]));
}
