/** The smallest run that has every part: sandbox archive and configuration, for tests of the whole chain. @module */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { updraft } from "./run-updraft.ts";

export const TINY_CONFIG = `
seed: 3
normalization: global
forcings: [hour]
forecaster:
  network: { patch: 1, widths: [8, 16], blocksPerLevel: 1, groups: 4 }
  epochs: 4
  stepsPerEpoch: 5
  batch: 2
  accumulate: 2
  learningRate: 2.0e-3
  averageDecay: 0.9
denoiser:
  network: { patch: 1, widths: [8, 16], blocksPerLevel: 1, groups: 4 }
  epochs: 4
  stepsPerEpoch: 5
  batch: 2
  learningRate: 2.0e-3
`;

/** Writes archive.zarr and config.yaml into the folder. */
export function tinyArchive(folder: string): void {
  updraft(["sandbox", "--out", "archive.zarr", "--hours", "40", "--nx", "18", "--ny", "12", "--seed", "5"], folder);
  writeFileSync(join(folder, "config.yaml"), TINY_CONFIG);
}

export const TRAIN_TINY: readonly string[] = ["train", "--config", "config.yaml", "--archive", "archive.zarr"];
