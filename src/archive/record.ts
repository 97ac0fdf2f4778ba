/**
 * One hour as it enters an archive: its state rounded if so wanted, cells that dropped out made missing (`dropouts.ts`), and beside the
 * state all that the archive will say of it. What is said depends on this hour alone, so hours may be made in any order, on any thread, and
 * again after a kill.
 * @module
 */
import {
  type Field,
  fieldOf,
  type LeadHours,
  type State,
  type StateSpace,
  type UtcSeconds,
  VARIABLES,
  type ValidTime,
  type Variable,
} from "../core/index.ts";
import { findDropouts } from "./dropouts.ts";
import { type FieldSurvey, surveyField } from "./field-survey.ts";
import {
  CONSTANT,
  checkState,
  FROZEN,
  findSpikes,
  isFrozen,
  MISSING,
  NON_FINITE,
  REJECTING,
  SPIKE,
} from "./quality.ts";
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
  /** When it was really observed, where that is known to be another time. */
  readonly observedAt?: UtcSeconds;
  /** One mask a channel, without FROZEN, which needs the hour before. */
  readonly flags: readonly number[];
  /** Cells of each channel that dropped out and were made missing. */
  readonly voided: readonly number[];
  /** One a channel, of the cells that have a value and are no spike; those of a field that is not finite are `NO_MOMENTS`. */
  readonly moments: readonly Moments[];
}

export interface RecordOptions {
  /** Round the state to HRRR's own precision. Default false. */
  readonly rounding?: boolean;
  /** Cells of each channel that were voided when the hour was stored, for one that is read again. Default none. */
  readonly voidedBefore?: ArrayLike<number>;
}

/** Rounds the state in place where wanted, voids what dropped out, checks it and measures it. state: [channel, ny, nx]. */
export function recordHour(
  { time, leadHours, state }: { time: ValidTime; leadHours: LeadHours; state: State },
  space: StateSpace,
  { rounding = false, voidedBefore = [] }: RecordOptions = {},
): HourRecord {
  const { nx, ny } = space.grid;
  const cells = nx * ny;
  const voided = space.channels.map((channel, at) => {
    const field = fieldOf(state, at, cells);
    if (rounding) roundField(field, KEPT_BITS[channel]);
    const dropouts = findDropouts(field, VARIABLES[channel], nx);
    for (const cell of dropouts) field[cell] = Number.NaN;
    return dropouts.length + (voidedBefore[at] ?? 0);
  });
  const surveys = space.channels.map((_, at) => surveyField(fieldOf(state, at, cells)));
  const flags = [...checkState(state, space, { surveys, voided })];
  const moments = space.channels.map((channel, at) =>
    momentsUnder(flags[at], { field: fieldOf(state, at, cells), survey: surveys[at], nx }, VARIABLES[channel]),
  );
  return { time, leadHours, flags, voided, moments };
}

/** What a field adds to statistics under its flags: nothing without all its numbers, and never a cell that weather does not make. */
function momentsUnder(
  flags: number,
  { field, survey, nx }: { readonly field: Field; readonly survey: FieldSurvey; readonly nx: number },
  variable: Variable,
): Moments {
  if ((flags & (MISSING | NON_FINITE)) !== 0) return NO_MOMENTS;
  const spikes = (flags & SPIKE) === 0 ? [] : findSpikes(field, variable, nx);
  if (spikes.length === 0 && survey.finite === survey.cells) return momentsOf(field, variable.transform, survey);
  const odd = new Set(spikes.map(({ cell }) => cell));
  return momentsOf(
    field.filter((value, cell) => !Number.isNaN(value) && !odd.has(cell)),
    variable.transform,
  );
}

/** One line a channel for the cells that were voided, for people. */
export function voidedNotes(records: readonly HourRecord[], channels: StateSpace["channels"]): string[] {
  return channels.flatMap((channel, at) => {
    const counts = records.map(({ voided }) => voided[at]).filter((count) => count > 0);
    const cells = counts.reduce((sum, count) => sum + count, 0);
    if (cells === 0) return [];
    const [are, hours] = [
      cells === 1 ? "cell is" : "cells are",
      counts.length === 1 ? "1 hour" : `${counts.length} hours`,
    ];
    return [`${channel}: ${cells} ${are} far below all around them, in ${hours}, and missing`];
  });
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
