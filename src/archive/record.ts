/**
 * One hour as it enters an archive: its state rounded if so wanted, and beside the state all that the archive will say of it. What is
 * said depends on this hour alone, so hours may be made in any order, on any thread, and again after a kill.
 * @module
 */
import {
  type Field,
  fieldOf,
  type LeadHours,
  type State,
  type StateSpace,
  VARIABLES,
  type ValidTime,
} from "../core/index.ts";
import { surveyField } from "./field-survey.ts";
import { CONSTANT, checkState, FROZEN, isFrozen, MISSING, NON_FINITE, REJECTING } from "./quality.ts";
import { KEPT_BITS, roundField } from "./rounding.ts";
import { type Splits, splitOf } from "./splits.ts";
import {
  type ChannelStatistics,
  channelStatistics,
  MOMENT_NAMES,
  type Moments,
  mergedMoments,
  momentsOf,
  NO_MOMENTS,
} from "./statistics.ts";

/** What an archive says of one hour. */
export interface HourRecord {
  readonly time: ValidTime;
  readonly leadHours: LeadHours;
  /** One mask a channel, without FROZEN, which needs the hour before. */
  readonly flags: readonly number[];
  /** One a channel; those of a field with missing or infinite cells are `NO_MOMENTS`. */
  readonly moments: readonly Moments[];
}

/** Rounds the state in place where wanted, checks it and measures it. state: [channel, ny, nx]. */
export function recordHour(
  { time, leadHours, state }: { time: ValidTime; leadHours: LeadHours; state: State },
  space: StateSpace,
  rounding: boolean,
): HourRecord {
  const cells = space.grid.nx * space.grid.ny;
  if (rounding) {
    for (const [at, channel] of space.channels.entries()) roundField(fieldOf(state, at, cells), KEPT_BITS[channel]);
  }
  const surveys = space.channels.map((_, at) => surveyField(fieldOf(state, at, cells)));
  const flags = [...checkState(state, space, { surveys })];
  const moments = space.channels.map((channel, at) =>
    (flags[at] & (MISSING | NON_FINITE)) !== 0
      ? NO_MOMENTS
      : momentsOf(fieldOf(state, at, cells), VARIABLES[channel].transform, surveys[at]),
  );
  return { time, leadHours, flags, moments };
}

/** Reads one stored field back, to compare it with its successor. */
export type ReadStored = (time: ValidTime, channel: number) => Promise<Field>;

/**
 * Adds FROZEN to the flags of records in ascending order. Equal fields have equal moments, so hardly any field is read again; those
 * that are decide by every cell.
 */
export async function flagFrozen(
  records: readonly HourRecord[],
  stepSeconds: number,
  readStored: ReadStored,
): Promise<HourRecord[]> {
  const flagged: HourRecord[] = [];
  for (const [at, record] of records.entries()) {
    const before = records.at(at - 1);
    if (at === 0 || before === undefined || record.time - before.time !== stepSeconds) {
      flagged.push(record);
      continue;
    }
    const flags = [...record.flags];
    for (const [channel, moments] of record.moments.entries()) {
      if (!mayBeFrozen(moments, before.moments[channel], flags[channel])) continue;
      const [now, then] = [await readStored(record.time, channel), await readStored(before.time, channel)];
      if (isFrozen(now, then)) flags[channel] |= FROZEN;
    }
    flagged.push({ ...record, flags });
  }
  return flagged;
}

function mayBeFrozen(now: Moments, then: Moments, flags: number): boolean {
  return (
    now.count > 0 &&
    (flags & (MISSING | NON_FINITE | CONSTANT)) === 0 &&
    MOMENT_NAMES.every((name) => now[name] === then[name]) &&
    now.physicalMin < now.physicalMax
  );
}

/** Statistics over the whole hours of the training split, merged in ascending order of time. */
export function trainingStatistics(
  records: readonly HourRecord[],
  channels: StateSpace["channels"],
  splits: Splits,
): ChannelStatistics[] {
  const training = records.filter(
    ({ time, flags }) => splitOf(splits, time) === "train" && flags.every((mask) => (mask & REJECTING) === 0),
  );
  return channels.map((channel, at) =>
    channelStatistics(channel, mergedMoments(training.map(({ moments }) => moments[at]))),
  );
}

/** [time, channel, moment] of records at their places in the axis; hours and fields without numbers are NaN but for a count of 0. */
export function momentColumns(
  records: readonly HourRecord[],
  index: (time: ValidTime) => number,
  shape: readonly number[],
): Float64Array {
  const [times, channels, names] = shape;
  const out = new Float64Array(times * channels * names).fill(Number.NaN);
  for (let field = 0; field < times * channels; field++) out[field * names] = 0;
  for (const { time, moments } of records) {
    for (const [channel, entry] of moments.entries()) {
      if (entry.count === 0) continue;
      const start = (index(time) * channels + channel) * names;
      for (const [k, name] of MOMENT_NAMES.entries()) out[start + k] = entry[name];
    }
  }
  return out;
}

/** The inverse for one field of `momentColumns`. */
export function momentsAt(columns: Float64Array, field: number): Moments {
  const start = field * MOMENT_NAMES.length;
  if (columns[start] === 0) return NO_MOMENTS;
  return Object.fromEntries(MOMENT_NAMES.map((name, k) => [name, columns[start + k]])) as unknown as Moments;
}
