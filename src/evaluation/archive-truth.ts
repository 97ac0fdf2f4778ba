/** An archive as the judge wants it: whole hours serve, those of the training split only when allowed. @module */
import { type Archive, splitOf } from "../archive/index.ts";
import type { Truth } from "./truth.ts";

export interface ArchiveTruthOptions {
  /** Judge hours the model was trained on too. A measure of nothing; the report says so. */
  readonly allowTrainingHours?: boolean;
}

export function archiveTruth(archive: Archive, { allowTrainingHours = false }: ArchiveTruthOptions = {}): Truth {
  const { path, source, synthetic, channels, grid, splits } = archive;
  const known = new Set(archive.times);
  return {
    path,
    source,
    synthetic,
    channels,
    grid,
    refusal: (time) => {
      if (!known.has(time)) return "outside the archive";
      if (!archive.isWhole(time)) return "missing or damaged in the archive";
      if (!allowTrainingHours && splitOf(splits, time) === "train") {
        return "in the training split, which only --allow-training-hours scores";
      }
      return undefined;
    },
    readField: (time, channel) => archive.readField(time, channel),
  };
}
