/**
 * How a run begins: what it is, by its archive and configuration, and the folder that says so. A run that goes on must be the same run.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { type Archive, hoursDigest, type LargeScale, sequencesAt, storedSplits } from "../archive/index.ts";
import { formatLead, type LeadHours, leadAfter, leadSeconds, RequestError, type ValidTime } from "../core/index.ts";
import { writeAside } from "../files/index.ts";
import {
  type LargeScaleReader,
  type RunDescription,
  readRun,
  requireFit,
  requireLargeScale,
  runPaths,
  type TrainingSegment,
  writeRunFiles,
} from "../run/index.ts";
import { askable } from "./askable.ts";
import type { TrainConfig } from "./config.ts";
import { describeLargeScale } from "./describe-large-scale.ts";
import { methodOf } from "./methods/index.ts";
import { fitMomentTendency } from "./moment-tendency.ts";
import { formatTrainConfig } from "./read-config.ts";
import { segmentsWith, writeSegments } from "./segments.ts";
import { stateReader } from "./states.ts";

/**
 * What a run of this archive and configuration is, and of the large scale where the configuration asks for it. In field mode this reads the
 * training hours once, for the moments' tendency, and the large scale of them for its own numbers.
 * @throws RequestError when the archive or the store lacks what is asked for, ConfigError for a store that nobody asks for, or that is asked for
 *   and not given
 */
export async function describeRun(
  archive: Archive,
  config: TrainConfig,
  largeScale?: LargeScale,
): Promise<RunDescription> {
  const channels = config.channels ?? archive.channels;
  requireFit(archive, { channels, grid: archive.grid });
  const statistics = channels.map((channel) => archive.statistics[archive.channels.indexOf(channel)]);
  const store = requireLargeScale(config.largeScale, archive.grid, largeScale);
  const told =
    store && (await describeLargeScale(archive, { grid: archive.grid, ...config }, config.largeScale, store));
  const hours = await hoursDigest(archive, learntFrom(archive, config.stepHours));
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
    ...(told && { largeScale: told }),
    anchorSteps: config.anchorSteps,
    periodic: config.periodic,
    method: methodOf(config),
    synthetic: archive.synthetic,
    source: archive.source,
    ...(hours !== undefined && { hours }),
    splits: archive.splits,
  };
  if (run.normalization === "global") return run;
  const readState = stateReader(archive, run);
  return { ...run, momentTendency: await fitMomentTendency(archive, run, readState) };
}

/**
 * Lays out the folder of a new run, or makes sure that a resumed one is the same but for what may change (`segments.ts`); returns its segments.
 * @throws RequestError when a run is in the way or was begun with another archive, ConfigError when with another configuration
 */
export async function beginRun(
  folder: string,
  run: RunDescription,
  config: TrainConfig,
  resume: boolean,
): Promise<readonly TrainingSegment[]> {
  const paths = runPaths(folder);
  if (existsSync(paths.description)) {
    if (!resume) {
      throw new RequestError({
        place: folder,
        expected: "no run there yet",
        got: "one",
        remedy: "add --resume or choose another --out",
      });
    }
    // Read first, so that a damaged description is called damaged.
    const held = readRun(folder);
    // A run of before hours had digests says nothing of them.
    const same = held.hours === undefined ? { ...run, hours: undefined } : run;
    const segments = segmentsWith(folder, config, held.segments ?? []);
    if (readFileSync(paths.description, "utf8") !== describingText({ ...same, segments: held.segments })) {
      throw new RequestError({
        place: folder,
        expected: "the archive, and the large scale, the run was begun with",
        got: "one with other hours, grid, channels, splits or statistics",
        remedy: "resume with that archive as it was, or choose another --out",
      });
    }
    await writeSegments(folder, describingText({ ...same, ...(segments.length > 0 && { segments }) }), config);
    return segments;
  }
  await writeAside(paths.config, formatTrainConfig(config));
  // The description comes last: a folder that has it is a run.
  await writeRunFiles(folder, new Map([[paths.description, describingText(run)]]));
  return [];
}

/** What `run.json` is to say. */
function describingText(run: RunDescription): string {
  const stored = { ...run, ...(run.splits && { splits: storedSplits(run.splits) }) };
  return `${JSON.stringify(stored, undefined, 2)}\n`;
}

/** Hours of the splits that training looks at, and those before them out of which motion is seen. */
function learntFrom({ times, splits }: Archive, stepHours: number): ValidTime[] {
  const before = leadSeconds(stepHours) * FRAMES_BEFORE;
  return times.filter((time) =>
    splits.some(({ split, first, last }) => split !== "test" && time >= first - before && time <= last),
  );
}

/** Frames before the newest that motion is taken from at most (`run/frames.ts`). */
const FRAMES_BEFORE = 2;

/** What else has to be there for samples. */
export interface SampleNeeds {
  readonly largeScale?: LargeScaleReader | undefined;
  /** Steps of a sequence of G's second stage. Default 1. */
  readonly sequenceSteps?: number | undefined;
}

/**
 * Before an hour is spent: whether there is anything to learn from.
 * @throws RequestError when either split has no whole hours as far apart as the networks must look, with all that they are told of the later ones
 */
export function requireSamples(
  archive: Archive,
  run: Pick<RunDescription, "stepHours" | "anchorSteps" | "firstGuess">,
  { largeScale, sequenceSteps = 1 }: SampleNeeds = {},
): void {
  const { stepHours, anchorSteps } = run;
  /** Sequences of `length` hours so far apart, told the large scale of these numbers of steps after the first. */
  const require = (leadHours: LeadHours, length: number, steps: readonly number[]): void => {
    const admits = askable({ archive, run, largeScale }, ...steps);
    const [training, validation] = (["train", "validation"] as const).map(
      (split) => sequencesAt(archive, split, leadHours, length, admits).length,
    );
    if (training > 0 && validation > 0) return;
    const many = length > 2 ? `${length} ` : "";
    const known = largeScale === undefined ? "" : ", the large scale of the later ones known,";
    throw new RequestError({
      place: archive.path,
      expected: `${many}whole hours ${formatLead(leadHours)} apart${known} in the training and the validation split`,
      got: `${training} training and ${validation} validation ${length > 2 ? "sequences" : "pairs"}`,
      remedy: "build an archive of more hours, or see `updraft archive inspect`",
    });
  };
  for (let steps = anchorSteps; steps >= 1; steps--) require(leadAfter(steps, stepHours), 2, [steps]);
  if (sequenceSteps > 1) {
    const steps = Array.from({ length: sequenceSteps }, (_, k) => k + 1);
    require(stepHours, sequenceSteps + 1, steps);
  }
}
