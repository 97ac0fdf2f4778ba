/**
 * The checkpoint `last` holds all that training needs to go on: parameters, moments, averages, and how far it had come. `best` and
 * `epoch-NNNN` hold the weights alone. Randomness needs no saving, for it is keyed by the step. One safetensors file, written aside and renamed, so that a kill leaves the one before it.
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DecodeError } from "../core/index.ts";
import { writeAside } from "../files/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../safetensors/index.ts";
import type { LossScale } from "./loss-scale.ts";

/** Tensors by KIND/NAME: parameter/…, first/…, second/…, average/…. */
export type TrainingTensors = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

export interface Checkpoint {
  readonly tensors: TrainingTensors;
  /** Epochs completed. */
  readonly epoch: number;
  /** Optimiser steps completed. */
  readonly step: number;
  /** Of those steps, the ones skipped because their loss or gradient was not finite; and how many of them came last, in a row. */
  readonly skipped: number;
  readonly skippedInRow: number;
  /** Of the step to come, in mixed precision. */
  readonly lossScale?: LossScale | undefined;
  /** The lowest validation loss so far, and the epoch that reached it. */
  readonly bestLoss: number;
  readonly bestEpoch: number;
  /** Segments of its stage that it is of (`segments.ts`), and updates made before the last began, with moments of zero. Absent: none. */
  readonly segment?: number | undefined;
  readonly updatesBefore?: number | undefined;
}

export function checkpointPath(folder: string, name: string): string {
  return join(folder, `${name}.safetensors`);
}

/** A flipped bit in a weight or a moment makes another training and no error of its own. */
function digestOf(tensors: TrainingTensors): string {
  const hash = createHash("sha256");
  for (const [name, { data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

/** epoch-0007. */
export function epochName(epoch: number): string {
  return `epoch-${String(epoch).padStart(4, "0")}`;
}

export async function writeCheckpoint(folder: string, name: string, checkpoint: Checkpoint): Promise<void> {
  const { tensors, epoch, step, skipped, skippedInRow, lossScale, bestLoss, bestEpoch } = checkpoint;
  const { segment = 0, updatesBefore = 0 } = checkpoint;
  const metadata = {
    format: "updraft-checkpoint",
    epoch: String(epoch),
    step: String(step),
    skipped: String(skipped),
    skippedInRow: String(skippedInRow),
    ...(lossScale && { lossScale: String(lossScale.factor), lossScaleGoodSteps: String(lossScale.goodSteps) }),
    bestLoss: String(bestLoss),
    bestEpoch: String(bestEpoch),
    sha256: digestOf(tensors),
    ...(segment > 0 && { segment: String(segment), updatesBefore: String(updatesBefore) }),
  };
  await writeAside(checkpointPath(folder, name), encodeSafetensors(tensors, metadata));
}

/** The same checkpoint without the optimiser's moments: what is kept of an epoch, a third of the size. Training cannot go on from it. */
export function weightsOf(checkpoint: Checkpoint): Checkpoint {
  const kept = [...checkpoint.tensors].filter(([name]) => /^(parameter|average)\//.test(name));
  return { ...checkpoint, tensors: new Map(kept) };
}

/** The checkpoint of that name, or `undefined` when there is none yet. @throws DecodeError when the file is not one */
export function readCheckpoint(folder: string, name: string): Checkpoint | undefined {
  const path = checkpointPath(folder, name);
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = decodeSafetensors(readFileSync(path), path);
  const { format, ...texts } = metadata;
  if (format !== "updraft-checkpoint") {
    throw new DecodeError({ place: path, expected: "a checkpoint of Updraft", got: `format ${format}` });
  }
  // Those of before had none.
  if (texts["sha256"] !== undefined && texts["sha256"] !== digestOf(tensors)) {
    const remedy = "copy the run again, or remove the file to train its stage from the beginning";
    throw new DecodeError({ place: path, expected: "the tensors that its sha256 names", got: "others", remedy });
  }
  const number = (key: string): number => {
    const value = Number(texts[key] ?? Number.NaN);
    if (!Number.isNaN(value)) return value;
    throw new DecodeError({ place: `${path} ${key}`, expected: "a number", got: texts[key] ?? "nothing" });
  };
  return {
    tensors,
    epoch: number("epoch"),
    step: number("step"),
    skipped: number("skipped"),
    skippedInRow: number("skippedInRow"),
    ...("lossScale" in texts && {
      lossScale: { factor: number("lossScale"), goodSteps: number("lossScaleGoodSteps") },
    }),
    bestLoss: number("bestLoss"),
    bestEpoch: number("bestEpoch"),
    ...("segment" in texts && { segment: number("segment"), updatesBefore: number("updatesBefore") }),
  };
}
