/**
 * What an archive is on disk: one Zarr v3 group.
 *
 *   state[time, channel, y, x]  float32   shard = one time with all channels, inner chunk = one tile of one channel
 *   quality[time, channel]      uint16    flags of `quality.ts`
 *   voided_cells[time, channel] int32     cells that dropped out and were made missing (`dropouts.ts`); since version 3
 *   moments[time, channel, moment]        float64  what the statistics are merged from, so that hours can be added without a second look
 *   lead_hours[time]            float32   lead of the forecast each hour was taken from, NaN where the hour is missing
 *   observed_time[time]         float64   of observations put to the nearest step: when they were made, NaN where missing
 *   time[time]                  int64     valid time, seconds since 1970-01-01, regular
 *   orography[y, x] land_mask[y, x]       float32  where they were given
 *   channel y x latitude longitude crs    `space.ts`
 *
 * and in the group's attributes, under "updraft", everything else. docs/specs/archive-format.md says the same for people.
 * @module
 */
import { z } from "zod";
import {
  DecodeError,
  formatLead,
  formatTime,
  type Grid,
  leadSeconds,
  RequestError,
  VARIABLE_NAMES,
  type ValidTime,
  type VariableName,
} from "../core/index.ts";
import type { ArrayDescription, Attributes } from "../zarr/index.ts";
import { QUALITY_FLAGS } from "./quality.ts";
import { KEPT_BITS, maximumRoundingError } from "./rounding.ts";
import { channelsSchema, gridSchema, spaceArrays, stateArray, type WholeArray } from "./space.ts";
import type { Splits } from "./splits.ts";
import { STATIC_NAMES, type StaticName, type Statics, staticArray } from "./statics.ts";
import { type ChannelStatistics, MOMENT_NAMES } from "./statistics.ts";
import { splitsSchema, storedSplits, timeSchema } from "./stored-times.ts";

export const ARCHIVE_FORMAT = "updraft-archive";

/** What is written is version 3. In 2 nobody looked for cells that drop out, so a dew point may hold some; it is read as it is. */
export type ArchiveVersion = 2 | 3;
export const ARCHIVE_VERSION = 3;
export const VOIDED_SINCE = 3;
const READABLE: readonly ArchiveVersion[] = [2, 3];

/** What an archive was made of, so that a number can be traced to its bytes. */
export interface Provenance {
  /** The program that wrote it, with what it was told. */
  readonly madeBy: string;
  /** Files or other inputs, by name. */
  readonly inputs: readonly string[];
  /** One line for each damaged, duplicated or ignored thing met on the way. */
  readonly notes: readonly string[];
}

/** All that an archive says about itself beside its numbers. */
export interface ArchiveHeader {
  readonly version: ArchiveVersion;
  readonly channels: readonly VariableName[];
  readonly grid: Grid;
  readonly first: ValidTime;
  readonly last: ValidTime;
  readonly stepHours: number;
  readonly source: string;
  readonly synthetic: boolean;
  readonly splits: Splits;
  readonly statistics: readonly ChannelStatistics[];
  readonly provenance: Provenance;
  /** True when values are rounded to HRRR's own precision (`rounding.ts`). */
  readonly rounding: boolean;
  /** The static fields that are there. */
  readonly statics: readonly StaticName[];
  /** True when observations were put to the nearest step, and their own times are kept; else absent. */
  readonly observedTimes?: boolean | undefined;
}

/** Every step from first to last, both included. @throws RangeError when they are not a whole number of steps apart. */
export function timeAxis(first: ValidTime, last: ValidTime, stepHours: number): ValidTime[] {
  const steps = stepsBetween(first, last, stepHours);
  if (steps === undefined) {
    throw new RangeError(
      `${formatTime(first)} and ${formatTime(last)} are not whole steps of ${formatLead(stepHours)} apart`,
    );
  }
  return Array.from({ length: steps + 1 }, (_, at) => (first + at * leadSeconds(stepHours)) as ValidTime);
}

/** Two centuries of hours: more is damage. */
const MAX_TIMES = 2_000_000;

/** The state array, whose shards are written hour by hour. */
export function archiveState(
  header: Pick<ArchiveHeader, "channels" | "grid" | "rounding">,
  times: number,
): ArrayDescription {
  const { channels, rounding } = header;
  return stateArray("state", [["time", times]], header, {
    long_name: "state of the atmosphere, one variable a channel, units in channel.channel_units",
    coordinates: "latitude longitude lead_hours",
    ancillary_variables: "quality",
    ...(rounding && {
      quantization: QUANTIZATION,
      quantization_nsb: channels.map((channel) => KEPT_BITS[channel]),
      quantization_maximum_absolute_error: channels.map(maximumRoundingError),
    }),
  });
}

/** The variable in which CF-1.12 says how values were rounded. */
const QUANTIZATION = "quantization";

export interface ArchiveColumns {
  readonly times: readonly ValidTime[];
  /** [time, channel] */
  readonly quality: Uint16Array;
  /** [time, channel] */
  readonly voided: Int32Array;
  /** [time] */
  readonly leadHours: Float32Array;
  /** [time]; of archives whose header says so */
  readonly observed?: Float64Array;
  /** [time, channel, moment] */
  readonly moments: Float64Array;
  readonly statics: Statics;
}

/** Everything but the state, with its values. */
export function archiveArrays(
  header: Pick<ArchiveHeader, "channels" | "grid" | "rounding">,
  columns: ArchiveColumns,
): WholeArray[] {
  const count = columns.times.length;
  return [
    {
      array: {
        name: "time",
        dataType: "int64",
        dimensions: ["time"],
        shape: [count],
        attributes: {
          standard_name: "time",
          long_name: "valid time",
          units: "seconds since 1970-01-01",
          calendar: "proleptic_gregorian",
          axis: "T",
        },
      },
      values: BigInt64Array.from(columns.times, BigInt),
    },
    {
      array: {
        name: "lead_hours",
        dataType: "float32",
        dimensions: ["time"],
        shape: [count],
        // "hours" and not "h": xarray knows only the former as a time difference.
        attributes: {
          standard_name: "forecast_period",
          long_name: "lead of the forecast it was taken from",
          units: "hours",
        },
      },
      values: columns.leadHours,
    },
    {
      array: {
        name: "quality",
        dataType: "uint16",
        dimensions: ["time", "channel"],
        shape: [count, header.channels.length],
        attributes: {
          standard_name: "quality_flag",
          flag_masks: QUALITY_FLAGS.map((flag) => flag.mask),
          flag_meanings: QUALITY_FLAGS.map((flag) => flag.name).join(" "),
        },
      },
      values: columns.quality,
    },
    {
      array: {
        name: "voided_cells",
        dataType: "int32",
        dimensions: ["time", "channel"],
        shape: [count, header.channels.length],
        attributes: { long_name: "cells that were far below all around them, and are missing", units: "1" },
      },
      values: columns.voided,
    },
    {
      array: {
        name: "moments",
        dataType: "float64",
        dimensions: ["time", "channel", "moment"],
        shape: momentsShape(count, header.channels.length),
        attributes: {
          long_name:
            "moments of each field after its transform, from which statistics are merged; count 0 where cells are missing",
          moment_names: MOMENT_NAMES,
        },
      },
      values: columns.moments,
    },
    ...(columns.observed === undefined ? [] : [observedArray(columns.observed)]),
    ...STATIC_NAMES.flatMap((name) => {
      const values = columns.statics[name];
      return values === undefined ? [] : [{ array: staticArray(name, header.grid), values }];
    }),
    ...(header.rounding ? [quantizationArray] : []),
    ...spaceArrays(header),
  ];
}

function observedArray(values: Float64Array): WholeArray {
  return {
    array: {
      name: "observed_time",
      dataType: "float64",
      dimensions: ["time"],
      shape: [values.length],
      // "s since" in words, which xarray would turn into dates: NaN has none.
      attributes: {
        long_name: "when it was observed, seconds since 1970-01-01 UTC; time is the nearest step",
        units: "s",
      },
    },
    values,
  };
}

/** [time, channel, moment] */
export function momentsShape(times: number, channels: number): [number, number, number] {
  return [times, channels, MOMENT_NAMES.length];
}

const quantizationArray: WholeArray = {
  array: {
    name: QUANTIZATION,
    dataType: "int32",
    dimensions: [],
    shape: [],
    attributes: {
      algorithm: "bitround",
      implementation: "updraft",
      long_name: "rounding of state, channel by channel: kept mantissa bits in state.quantization_nsb",
    },
  },
  values: new Int32Array(1),
};

/** The group's attributes. */
export function archiveAttributes(header: ArchiveHeader): Attributes {
  return {
    Conventions: header.rounding ? "CF-1.12" : "CF-1.11",
    title: `${header.synthetic ? "SYNTHETIC " : ""}hourly states, ${header.source}`,
    source: header.source,
    updraft: {
      format: ARCHIVE_FORMAT,
      ...header,
      first: formatTime(header.first),
      last: formatTime(header.last),
      splits: storedSplits(header.splits),
      statistics: header.statistics.map((entry) =>
        Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, Number.isNaN(value) ? "NaN" : value])),
      ),
    },
  };
}

/**
 * The header held in a group's attributes.
 * @throws RequestError when the group is no archive or of another version, DecodeError when a part of it is wrong.
 */
export function parseArchiveHeader(attributes: Attributes, place: string): ArchiveHeader {
  const held = identified(attributes, { place, format: ARCHIVE_FORMAT, versions: READABLE, remedy: MAKE_ONE });
  const parsed = headerSchema.safeParse(held);
  if (!parsed.success) throw brokenAttributes(parsed.error, place);
  const { channels, statistics, first, last, stepHours } = parsed.data;
  if (stepsBetween(first, last, stepHours) === undefined) {
    throw new DecodeError({
      place: `${place} attribute updraft.last`,
      expected: `whole steps of ${formatLead(stepHours)} after ${formatTime(first)}`,
      got: formatTime(last),
    });
  }
  if (statistics.map((entry) => entry.channel).join() !== channels.join()) {
    throw new DecodeError({
      place: `${place} attributes`,
      expected: `statistics of ${channels.join(",")}`,
      got: statistics.map((entry) => entry.channel).join(","),
    });
  }
  return parsed.data;
}

/** Steps between two times, undefined unless they are a whole number of them. */
export function stepsBetween(first: ValidTime, last: ValidTime, stepHours: number): number | undefined {
  const steps = (last - first) / leadSeconds(stepHours);
  return stepHours > 0 && Number.isInteger(steps) && steps >= 0 && steps < MAX_TIMES ? steps : undefined;
}

const MAKE_ONE = "make one with `updraft archive build`";

/** The "updraft" attribute, after a look at whose it is. Also what tells a forecast store from an archive. */
export function identified(
  attributes: Attributes,
  { place, format, versions, remedy }: { place: string; format: string; versions: readonly number[]; remedy: string },
): Record<string, unknown> {
  const { updraft } = attributes;
  const held = typeof updraft === "object" && updraft !== null ? (updraft as Record<string, unknown>) : {};
  const found = held["format"];
  if (found !== format)
    throw new RequestError({
      place,
      expected: `an ${format}`,
      got: found === undefined ? "another Zarr group" : JSON.stringify(found),
      remedy,
    });
  if (versions.includes(held["version"] as number)) return held;
  throw new RequestError({
    place,
    expected: `${format} version ${versions.join(" or ")}`,
    got: `version ${JSON.stringify(held["version"])}`,
    remedy: "use the Updraft that wrote it, or build it again",
  });
}

/** Metadata that do not validate, as one line naming the key. */
export function brokenAttributes(error: z.ZodError, place: string): DecodeError {
  const [issue] = error.issues;
  return new DecodeError({
    place: `${place} attribute updraft.${issue.path.join(".")}`,
    expected: "metadata of this format",
    got: issue.message,
    remedy: "build the store again",
  });
}

/** JSON has no NaN; Zarr writes it as text, and so do we. */
const statistic = z.union([z.number(), z.literal("NaN").transform(() => Number.NaN)]);

const headerSchema: z.ZodType<ArchiveHeader> = z.object({
  version: z.union([z.literal(2), z.literal(3)]),
  channels: channelsSchema,
  grid: gridSchema,
  first: timeSchema,
  last: timeSchema,
  stepHours: z.number().positive(),
  source: z.string(),
  synthetic: z.boolean(),
  splits: splitsSchema,
  statistics: z.array(
    z.strictObject({
      channel: z.enum(VARIABLE_NAMES),
      transform: z.enum(["linear", "log1p", "signed-log"]),
      mean: statistic,
      std: statistic,
      min: statistic,
      max: statistic,
      count: z.int().min(0),
      physicalMin: statistic,
      physicalMax: statistic,
      physicalMean: statistic,
    }),
  ),
  rounding: z.boolean(),
  statics: z.array(z.enum(STATIC_NAMES)),
  observedTimes: z.boolean().optional(),
  provenance: z.strictObject({ madeBy: z.string(), inputs: z.array(z.string()), notes: z.array(z.string()) }),
});
