/**
 * Where a stage stands when it is to be trained: at its beginning, where it was, or, when how it is stepped was changed (`segments.ts`), at its best
 * epoch with the optimizer's moments at zero.
 * @module
 */
import { rm } from "node:fs/promises";
import { DecodeError } from "../core/index.ts";
import { initialWeights } from "../nn/index.ts";
import type { SettingValue, TrainingSegment } from "../run/index.ts";
import { type Checkpoint, checkpointPath, epochName, readCheckpoint, type TrainingTensors } from "./checkpoint.ts";
import { firstLossScale } from "./loss-scale.ts";
import type { LoopConfig, Objective } from "./objective.ts";

/** What there is of a stage on disk, and what it is to be. */
export interface StagePlace {
  /** Folder of its checkpoints. */
  readonly checkpoints: string;
  readonly seed: number;
  readonly segments?: readonly TrainingSegment[];
}

/** @throws DecodeError when a checkpoint is damaged, or that of the epoch a segment begins with is gone */
export async function standOf(
  objective: Objective,
  config: LoopConfig,
  { checkpoints, seed, segments = [] }: StagePlace,
): Promise<Checkpoint> {
  const last = readCheckpoint(checkpoints, "last");
  const start = beginning(objective, config, seed);
  if (last === undefined) return start;
  const { segment = 0, epoch } = last;
  if (segment === segments.length) return last;
  const { afterEpoch } = segments[segments.length - 1];
  for (let gone = afterEpoch + 1; gone <= epoch; gone++) {
    await rm(checkpointPath(checkpoints, epochName(gone)), { force: true });
  }
  return { ...(afterEpoch === 0 ? start : anew(start, checkpoints, afterEpoch)), segment: segments.length };
}

/** Weights and averages of an epoch, moments of zero. */
function anew(start: Checkpoint, checkpoints: string, epoch: number): Checkpoint {
  const name = epochName(epoch);
  const weights = readCheckpoint(checkpoints, name);
  if (weights === undefined) {
    const place = checkpointPath(checkpoints, name);
    const remedy = "train anew with another --out";
    throw new DecodeError({ place, expected: "the weights this segment begins with", got: "nothing there", remedy });
  }
  const { step, skipped } = weights;
  return {
    ...weights,
    tensors: new Map([...start.tensors, ...weights.tensors]),
    skippedInRow: 0,
    lossScale: start.lossScale,
    updatesBefore: step - skipped,
  };
}

/** Whether all epochs are done, or `patience` of them brought nothing better. */
export function isDone({ epoch, bestEpoch }: Checkpoint, { epochs, patience }: LoopConfig): boolean {
  return epoch >= epochs || (patience !== undefined && epoch - bestEpoch >= patience);
}

/** Whether it has nothing left to do, and something to show: one that only skipped steps may be stepped otherwise. */
export function hasEnded(checkpoint: Checkpoint, config: LoopConfig): boolean {
  return isDone(checkpoint, config) && checkpoint.bestEpoch > 0;
}

/** "forecaster anew from epoch 3: learningRate 0.0005 for 0.002". */
export function describeSegment({ stage, afterEpoch, changed }: TrainingSegment): string {
  const said = (value: SettingValue): string => (value === null ? "none" : String(value));
  const keys = Object.entries(changed).map(([key, [from, to]]) => `${key} ${said(to)} for ${said(from)}`);
  return `${stage} anew from ${afterEpoch === 0 ? "its beginning" : `epoch ${afterEpoch}`}: ${keys.join(", ")}`;
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
