/**
 * Writes an archive from hours in memory, one after the other: records what is to be said of each, and stores it. The archive is
 * built aside as `X.zarr.partial` and renamed when whole, so a killed build leaves nothing under the final name.
 * @module
 */
import {
  cellCount,
  formatTime,
  type LeadHours,
  leadSeconds,
  type ReportProgress,
  type State,
  type StateSpace,
  type UtcSeconds,
  VARIABLES,
  type ValidTime,
} from "../core/index.ts";
import { alone } from "../files/index.ts";
import { discardPartial, partialPath, publish, requireFree, writeShard } from "../zarr/index.ts";
import { finishArchive } from "./finish.ts";
import { archiveState, type Provenance, timeAxis } from "./layout.ts";
import { isArchive } from "./read.ts";
import { type HourRecord, recordHour } from "./record.ts";
import { blockSplits, type SplitPlan, type Splits } from "./splits.ts";
import type { Statics } from "./statics.ts";

/** One hour on its way into an archive. */
export interface ArchiveHour {
  readonly time: ValidTime;
  /** Lead of the forecast it was taken from; 0 for an analysis. */
  readonly leadHours: LeadHours;
  /** When it was really observed, for observations that are put to the nearest step. */
  readonly observedAt?: UtcSeconds;
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
  /** Round values to HRRR's own precision (`rounding.ts`). Default false. */
  readonly rounding?: boolean;
  /** Fields that do not change with the hour. Default none. */
  readonly statics?: Statics;
  /** Replace an archive that is already at the path. Default false. */
  readonly overwrite?: boolean;
}

/**
 * Writes an archive from its hours, given in ascending order; an hour that never comes is recorded as missing. Memory holds one
 * hour, whatever their number.
 * @throws RequestError when something is at the path already or another process is at work there, RangeError for an hour off the axis or out of
 *   order.
 * @example await createArchive("x.zarr", { space, first, last, source: "sandbox", synthetic: true, provenance }, hours());
 */
export async function createArchive(
  path: string,
  description: ArchiveDescription,
  hours: AsyncIterable<ArchiveHour>,
  report?: ReportProgress,
): Promise<void> {
  const { overwrite = false } = description;
  await alone(path, async (lease) => {
    await requireWritable(path, overwrite);
    await discardPartial(path);
    try {
      await writeHours(partialPath(path), description, hours, report);
      await lease.confirm();
      await publish(path, { overwrite });
    } catch (error) {
      await discardPartial(path);
      throw error;
    }
  });
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

async function writeHours(
  folder: string,
  description: ArchiveDescription,
  hours: AsyncIterable<ArchiveHour>,
  report: ReportProgress | undefined,
): Promise<void> {
  const { space, first, last, stepHours = 1, source, synthetic, rounding = false, statics = {} } = description;
  const times = timeAxis(first, last, stepHours);
  const stateArray = archiveState({ ...space, rounding }, times.length);
  const records: HourRecord[] = [];
  for await (const hour of hours) {
    const at = (hour.time - first) / leadSeconds(stepHours);
    requireHour(hour, times, at, space.channels.length * cellCount(space.grid), records.at(-1));
    // The caller's own values are not to be changed.
    const state = rounding || mayDropOut(space) ? hour.state.slice() : hour.state;
    const record = recordHour({ ...hour, state }, space, { rounding });
    records.push(hour.observedAt === undefined ? record : { ...record, observedAt: hour.observedAt });
    await writeShard(folder, stateArray, [at, 0, 0, 0], state);
    report?.({ label: "write archive", done: records.length, total: times.length, unit: "hours" });
  }
  const done = records.length;
  if (done > 0 && done < times.length) {
    const note = `${times.length - done} hours missing`;
    report?.({ label: "write archive", done: times.length, total: times.length, unit: "hours", note });
  }
  const provenance = typeof description.provenance === "function" ? description.provenance() : description.provenance;
  const splits = splitsFor(description.splits, times);
  const plan = { space, first, last, stepHours, source, synthetic, splits, provenance, rounding, statics };
  await finishArchive(folder, plan, records);
}

function mayDropOut({ channels }: StateSpace): boolean {
  return channels.some((channel) => VARIABLES[channel].dropout !== undefined);
}

/** Blocks as given, or cut by a plan. */
export function splitsFor(given: Splits | SplitPlan | undefined, times: readonly ValidTime[]): Splits {
  if (given === undefined) return blockSplits(times);
  return "fractions" in given ? blockSplits(times, given) : given;
}

function requireHour(
  { time, state }: ArchiveHour,
  times: readonly ValidTime[],
  at: number,
  size: number,
  before: HourRecord | undefined,
): void {
  if (times[at] !== time) throw new RangeError(`${formatTime(time)} is not on the time axis`);
  if (before !== undefined && time <= before.time) {
    throw new RangeError(`hours must ascend, got ${formatTime(time)} after ${formatTime(before.time)}`);
  }
  if (state.length !== size) throw new RangeError(`a state has ${size} values, got ${state.length}`);
}
