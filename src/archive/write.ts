/**
 * Writes an archive hour by hour: checks each hour's quality, adds it to the statistics if it trains, and stores it. The archive is
 * built aside as `X.zarr.partial` and renamed when whole, so a killed build leaves nothing under the final name.
 * @module
 */
import {
  cellCount,
  fieldOf,
  formatTime,
  type LeadHours,
  type ReportProgress,
  SECONDS_PER_HOUR,
  type State,
  type StateSpace,
  VARIABLES,
  type ValidTime,
} from "../core/index.ts";
import {
  discardPartial,
  partialPath,
  publish,
  requireFree,
  writeGroup,
  writeShard,
  writeWhole,
} from "../zarr/index.ts";
import {
  type ArchiveHeader,
  archiveArrays,
  archiveAttributes,
  archiveState,
  type Provenance,
  timeAxis,
} from "./layout.ts";
import { checkState, MISSING, REJECTING } from "./quality.ts";
import { isArchive } from "./read.ts";
import { blockSplits, type SplitPlan, type Splits, splitOf } from "./splits.ts";
import { channelStatistics, mergeMoments, momentsOf, NO_MOMENTS } from "./statistics.ts";

/** One hour on its way into an archive. */
export interface ArchiveHour {
  readonly time: ValidTime;
  /** Lead of the forecast it was taken from; 0 for an analysis. */
  readonly leadHours: LeadHours;
  /** [channel, ny, nx], physical units; a missing channel is all NaN. */
  readonly state: State;
}

export interface ArchiveDescription {
  readonly space: StateSpace;
  readonly first: ValidTime;
  readonly last: ValidTime;
  /** Default 1. */
  readonly stepHours?: number;
  /** Where the data come from, for people. */
  readonly source: string;
  readonly synthetic: boolean;
  /** Blocks, or a plan to cut them by; default `DEFAULT_SPLIT_PLAN`. */
  readonly splits?: Splits | SplitPlan;
  /** What it is made of; a function is asked when all hours are written, so that notes taken on the way are in it. */
  readonly provenance: Provenance | (() => Provenance);
  /** Replace an archive that is already at the path. Default false. */
  readonly overwrite?: boolean;
}

/**
 * Writes an archive from its hours, given in ascending order; an hour that never comes is recorded as missing. Memory holds two
 * hours, whatever their number.
 * @throws RequestError when something is at the path already, RangeError for an hour off the axis or out of order.
 * @example await createArchive("x.zarr", { space, first, last, source: "sandbox", synthetic: true, provenance }, hours());
 */
export async function createArchive(
  path: string,
  description: ArchiveDescription,
  hours: AsyncIterable<ArchiveHour>,
  report?: ReportProgress,
): Promise<void> {
  const { overwrite = false } = description;
  await requireWritable(path, overwrite);
  await discardPartial(path);
  try {
    await writeAside(partialPath(path), description, hours, report);
    await publish(path, { overwrite });
  } catch (error) {
    await discardPartial(path);
    throw error;
  }
}

/**
 * Asked before the long work, and again by it.
 * @throws RequestError when something is at the path, except an archive that may be replaced: nothing else is ever removed.
 */
export async function requireWritable(path: string, overwrite: boolean): Promise<void> {
  if (overwrite && (await isArchive(path))) return;
  const remedy = overwrite
    ? "--overwrite replaces archives only: choose another path"
    : "choose another path, or replace an archive with --overwrite";
  await requireFree(path, remedy);
}

async function writeAside(
  folder: string,
  description: ArchiveDescription,
  hours: AsyncIterable<ArchiveHour>,
  report: ReportProgress | undefined,
): Promise<void> {
  const { space, first, last, stepHours = 1, source, synthetic } = description;
  const { channels, grid } = space;
  const times = timeAxis(first, last, stepHours);
  const splits = splitsFor(description.splits, times);
  const stateArray = archiveState(space, times.length);
  const quality = new Uint16Array(times.length * channels.length).fill(MISSING);
  const leadHours = new Float32Array(times.length).fill(Number.NaN);
  const moments = channels.map(() => NO_MOMENTS);
  let before: ArchiveHour | undefined;
  let done = 0;

  for await (const hour of hours) {
    const { time, state } = hour;
    const at = (time - first) / (stepHours * SECONDS_PER_HOUR);
    requireHour(hour, times, at, channels.length * cellCount(grid), before);
    const follows = before !== undefined && time - before.time === stepHours * SECONDS_PER_HOUR;
    const flags = checkState(state, space, follows ? before?.state : undefined);
    quality.set(flags, at * channels.length);
    leadHours[at] = hour.leadHours;
    if (splitOf(splits, time) === "train" && flags.every((flag) => (flag & REJECTING) === 0)) {
      for (const [index, channel] of channels.entries()) {
        const field = fieldOf(state, index, cellCount(grid));
        moments[index] = mergeMoments(moments[index], momentsOf(field, VARIABLES[channel].transform));
      }
    }
    await writeShard(folder, stateArray, [at, 0, 0, 0], state);
    before = hour;
    report?.({ label: "write archive", done: ++done, total: times.length, unit: "hours" });
  }
  if (done > 0 && done < times.length) {
    const note = `${times.length - done} hours missing`;
    report?.({ label: "write archive", done: times.length, total: times.length, unit: "hours", note });
  }

  const provenance = typeof description.provenance === "function" ? description.provenance() : description.provenance;
  const statistics = channels.map((channel, index) => channelStatistics(channel, moments[index]));
  const header: ArchiveHeader = {
    channels,
    grid,
    first,
    last,
    stepHours,
    source,
    synthetic,
    splits,
    statistics,
    provenance,
  };
  const arrays = archiveArrays(header, { times, quality, leadHours });
  for (const { array, values } of arrays) await writeWhole(folder, array, values);
  await writeGroup(folder, archiveAttributes(header), [stateArray, ...arrays.map(({ array }) => array)]);
}

function splitsFor(given: Splits | SplitPlan | undefined, times: readonly ValidTime[]): Splits {
  if (given === undefined) return blockSplits(times);
  return "fractions" in given ? blockSplits(times, given) : given;
}

function requireHour(
  { time, state }: ArchiveHour,
  times: readonly ValidTime[],
  at: number,
  size: number,
  before: ArchiveHour | undefined,
): void {
  if (times[at] !== time) throw new RangeError(`${formatTime(time)} is not on the time axis`);
  if (before !== undefined && time <= before.time) {
    throw new RangeError(`hours must ascend, got ${formatTime(time)} after ${formatTime(before.time)}`);
  }
  if (state.length !== size) throw new RangeError(`a state has ${size} values, got ${state.length}`);
}
