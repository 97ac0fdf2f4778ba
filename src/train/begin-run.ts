/**
 * How a run begins: what it is, by its archive and configuration, and the folder that says so. A run that goes on must be the same run.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { type Archive, pairsAt, storedSplits } from "../archive/index.ts";
import { ConfigError, formatLead, RequestError } from "../core/index.ts";
import { writeAside } from "../files/index.ts";
import { firstGuessHistoryHours, type RunDescription, readRun, requireFit, runPaths } from "../run/index.ts";
import { formatTrainConfig, type TrainConfig } from "./config.ts";
import { methodOf } from "./methods/index.ts";
import { fitMomentTendency } from "./moment-tendency.ts";
import { stateReader } from "./states.ts";

/**
 * What a run of this archive and configuration is. In field mode this reads the training hours once, for the moments' tendency.
 * @throws RequestError when the archive lacks a channel
 */
export async function describeRun(archive: Archive, config: TrainConfig): Promise<RunDescription> {
  const channels = config.channels ?? archive.channels;
  requireFit(archive, { channels, grid: archive.grid });
  const statistics = channels.map((channel) => archive.statistics[archive.channels.indexOf(channel)]);
  const run: RunDescription = {
    format: "updraft-run",
    version: 2,
    channels,
    grid: archive.grid,
    stepHours: config.stepHours,
    normalization: config.normalization,
    statistics,
    forcings: config.forcings,
    domainMeans: config.domainMeans,
    firstGuess: config.firstGuess,
    motionSpread: config.motionSpread,
    anchorSteps: config.anchorSteps,
    periodic: config.periodic,
    method: methodOf(config),
    synthetic: archive.synthetic,
    source: archive.source,
    splits: archive.splits,
  };
  if (run.normalization === "global") return run;
  const readState = stateReader(archive, { ...run, firstGuess: "none" });
  return { ...run, momentTendency: await fitMomentTendency(archive, run, readState) };
}

/**
 * Lays out the folder of a new run, or makes sure that a resumed one is the same.
 * @throws RequestError when a run is in the way or was begun with another archive, ConfigError when with another configuration
 */
export async function beginRun(
  folder: string,
  run: RunDescription,
  config: TrainConfig,
  resume: boolean,
): Promise<void> {
  const paths = runPaths(folder);
  const configText = formatTrainConfig(config);
  const stored = { ...run, ...(run.splits && { splits: storedSplits(run.splits) }) };
  const descriptionText = `${JSON.stringify(stored, undefined, 2)}\n`;
  if (existsSync(paths.description)) {
    if (!resume) {
      throw new RequestError({
        place: folder,
        expected: "no run there yet",
        got: "one",
        remedy: "add --resume or choose another --out",
      });
    }
    if (readFileSync(paths.config, "utf8") !== configText) {
      throw new ConfigError({
        place: paths.config,
        expected: "the configuration the run was begun with",
        got: "another",
        remedy: "resume with the run's own config.yaml, or choose another --out",
      });
    }
    // Read first, so that a damaged description is called damaged.
    readRun(folder);
    if (readFileSync(paths.description, "utf8") !== descriptionText) {
      throw new RequestError({
        place: folder,
        expected: "the archive the run was begun with",
        got: "one with another grid, channels, splits or statistics",
      });
    }
    return;
  }
  await writeAside(paths.config, configText);
  // The description comes last: a folder that has it is a run.
  await writeAside(paths.description, descriptionText);
}

/** @throws RequestError when either split has no pair of whole hours as far apart as the networks must look */
export function requireSamples(
  archive: Archive,
  run: Pick<RunDescription, "stepHours" | "anchorSteps" | "firstGuess">,
): void {
  const { stepHours, anchorSteps } = run;
  const hours = anchorSteps * stepHours;
  const [training, validation] = (["train", "validation"] as const).map(
    (split) => pairsAt(archive, split, hours, firstGuessHistoryHours(run)).length,
  );
  if (training > 0 && validation > 0) return;
  throw new RequestError({
    place: archive.path,
    expected: `whole hours ${formatLead(hours)} apart in the training and the validation split`,
    got: `${training} training and ${validation} validation pairs`,
    remedy: "build an archive of more hours, or see `updraft archive inspect`",
  });
}
