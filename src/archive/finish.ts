/**
 * The end of every archive, however its hours were made: what needs several hours at once (frozen fields, statistics), the columns and
 * coordinates, and the metadata, which come last.
 * @module
 */
import { leadSeconds, type StateSpace, type ValidTime } from "../core/index.ts";
import { openFolder, writeGroup, writeWhole } from "../zarr/index.ts";
import {
  ARCHIVE_VERSION,
  type ArchiveHeader,
  archiveArrays,
  archiveAttributes,
  archiveState,
  momentsShape,
  type Provenance,
  timeAxis,
} from "./layout.ts";
import { MISSING } from "./quality.ts";
import { flagFrozen, type HourRecord, momentColumns, type ReadStored, trainingStatistics } from "./record.ts";
import type { Splits } from "./splits.ts";
import { STATIC_NAMES, type Statics } from "./statics.ts";

/** All that an archive will be, but for its hours. */
export interface ArchivePlan {
  readonly space: StateSpace;
  readonly first: ValidTime;
  readonly last: ValidTime;
  readonly stepHours: number;
  readonly source: string;
  readonly synthetic: boolean;
  readonly splits: Splits;
  readonly provenance: Provenance;
  readonly rounding: boolean;
  readonly statics: Statics;
}

/** Completes the folder whose shards are written. Records: one for each hour that is there, ascending. */
export async function finishArchive(folder: string, plan: ArchivePlan, records: readonly HourRecord[]): Promise<void> {
  const { space, statics, splits } = plan;
  const { channels, grid } = space;
  const times = timeAxis(plan.first, plan.last, plan.stepHours);
  const stepSeconds = leadSeconds(plan.stepHours);
  const index = (time: ValidTime): number => (time - plan.first) / stepSeconds;
  const stateArray = archiveState({ ...space, rounding: plan.rounding }, times.length);

  let stored: Promise<ReadStored> | undefined;
  const readStored: ReadStored = async (time, channel) => {
    stored ??= storedFields(folder, stateArray, index);
    return (await stored)(time, channel);
  };
  const flagged = await flagFrozen(records, stepSeconds, readStored);

  const quality = new Uint16Array(times.length * channels.length).fill(MISSING);
  const voided = new Int32Array(times.length * channels.length);
  const leadHours = new Float32Array(times.length).fill(Number.NaN);
  for (const { time, flags, voided: gone, leadHours: lead } of flagged) {
    quality.set(flags, index(time) * channels.length);
    voided.set(gone, index(time) * channels.length);
    leadHours[index(time)] = lead;
  }
  const observed = flagged.some(({ observedAt }) => observedAt !== undefined)
    ? observedColumn(flagged, index, times.length)
    : undefined;
  const moments = momentColumns(flagged, index, momentsShape(times.length, channels.length));
  // Key by key: the same archive is the same bytes, whoever put the plan together.
  const header: ArchiveHeader = {
    version: ARCHIVE_VERSION,
    channels,
    grid,
    first: plan.first,
    last: plan.last,
    stepHours: plan.stepHours,
    source: plan.source,
    synthetic: plan.synthetic,
    splits,
    statistics: trainingStatistics(flagged, channels, splits),
    provenance: plan.provenance,
    rounding: plan.rounding,
    statics: STATIC_NAMES.filter((name) => statics[name] !== undefined),
    ...(observed && { observedTimes: true }),
  };
  const arrays = archiveArrays(header, {
    times,
    quality,
    voided,
    leadHours,
    moments,
    statics,
    ...(observed && { observed }),
  });
  for (const { array, values } of arrays) await writeWhole(folder, array, values);
  await writeGroup(folder, archiveAttributes(header), [stateArray, ...arrays.map(({ array }) => array)]);
}

/** True times, where they are known; those of other hours are the hours themselves. */
function observedColumn(
  records: readonly HourRecord[],
  index: (time: ValidTime) => number,
  times: number,
): Float64Array {
  const column = new Float64Array(times).fill(Number.NaN);
  for (const { time, observedAt = time } of records) column[index(time)] = observedAt;
  return column;
}

/** The state of a store whose metadata are still to come; they are written for the moment, and again at the end. */
async function storedFields(
  folder: string,
  stateArray: ReturnType<typeof archiveState>,
  index: (time: ValidTime) => number,
): Promise<ReadStored> {
  await writeGroup(folder, {}, [stateArray]);
  const state = await (await openFolder(folder)).array("state");
  return (time, channel) => state.read("float32", [index(time), channel, null, null]);
}
