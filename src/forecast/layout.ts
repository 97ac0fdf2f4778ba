/**
 * How a forecast lies on disk: one Zarr v3 group for one init time.
 *
 *   state[member, lead, channel, y, x]  float32   shard = one (member, lead) with all channels
 *   initial_state[channel, y, x]        float32   what all members start from
 *   member[member] lead[lead] time[lead] init_time[]        realization, forecast_period (h), valid and reference time
 *   channel y x latitude longitude crs  as in an archive
 *
 * Every part is its own file, so the bytes do not depend on who wrote what when. Until it is whole, all lies in `F.zarr.partial`
 * (`begun.ts`).
 * @module
 */
import { z } from "zod";
import {
  channelsSchema,
  gridSchema,
  type Splits,
  spaceArrays,
  splitsSchema,
  stateArray,
  storedSplits,
  timeSchema,
  type WholeArray,
} from "../archive/index.ts";
import { formatTime, type InitTime, type LeadHours, type State, type StateSpace, validTime } from "../core/index.ts";
import { type ProbabilityCalibration, probabilityCalibrationSchema } from "../recalibration/index.ts";
import type { ArrayDescription, Attributes } from "../zarr/index.ts";

export interface ForecastDescription {
  readonly space: StateSpace;
  readonly initTime: InitTime;
  /** Ascending, above 0. */
  readonly leadHours: readonly LeadHours[];
  readonly memberCount: number;
  readonly synthetic: boolean;
  /** What makes the forecast, for titles: "DEF, s = 0.5, K = 1, 10 steps". */
  readonly method: string;
  /** Anything that identifies the making: seed, run, checkpoint. Compared on resume. */
  readonly provenance: Readonly<Record<string, string | number | boolean>>;
  /** Of the archive that its method has learnt from; empty where it learns nothing, absent where nobody knows. */
  readonly splits?: Splits;
  /** What its probabilities should be, for its members and leads; absent where its run was not calibrated for it. */
  readonly calibration?: ProbabilityCalibration;
  /** [channel, ny, nx] in physical units, the state all members start from. */
  readonly initial: State;
}

export const FORECAST_FORMAT = "updraft-forecast";
export const FORECAST_VERSION = 1;

/** What a forecast's attributes say of it. */
export interface ForecastHeader extends StateSpace {
  readonly initTime: InitTime;
  readonly leadHours: readonly LeadHours[];
  readonly memberCount: number;
  readonly synthetic: boolean;
  readonly method: string;
  readonly provenance: Readonly<Record<string, string | number | boolean>>;
  readonly splits?: Splits | undefined;
  readonly calibration?: ProbabilityCalibration | undefined;
}

export const headerSchema: z.ZodType<ForecastHeader> = z
  .object({
    channels: channelsSchema,
    grid: gridSchema,
    initTime: timeSchema.transform((time) => time as number as InitTime),
    leadHours: z.array(z.number().positive()).min(1),
    memberCount: z.int().min(1).max(100_000),
    synthetic: z.boolean(),
    method: z.string(),
    provenance: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    splits: splitsSchema.optional(),
    calibration: probabilityCalibrationSchema.optional(),
  })
  .refine(
    ({ memberCount, calibration = { memberCount } }) => calibration.memberCount === memberCount,
    "a calibration for as many members",
  );

/** Everything about a forecast's files that its description decides. */
export interface ForecastPlan {
  readonly attributes: Attributes;
  readonly state: ArrayDescription;
  readonly initial: ArrayDescription;
  readonly whole: readonly WholeArray[];
}

export function planOf(description: ForecastDescription): ForecastPlan {
  const { space, initTime, leadHours, memberCount, synthetic, method, provenance, splits, calibration } = description;
  return {
    attributes: {
      Conventions: "CF-1.11",
      title: `${synthetic ? "SYNTHETIC " : ""}ensemble forecast from ${formatTime(initTime)}, ${memberCount} members`,
      source: method,
      updraft: {
        format: FORECAST_FORMAT,
        version: FORECAST_VERSION,
        channels: space.channels,
        grid: space.grid,
        initTime: formatTime(initTime),
        leadHours,
        memberCount,
        synthetic,
        method,
        provenance,
        ...(splits && { splits: storedSplits(splits) }),
        ...(calibration && { calibration }),
      },
    },
    state: stateOf(space, memberCount, leadHours.length),
    initial: initialOf(space),
    whole: [...forecastCoordinates(description), ...spaceArrays(space)],
  };
}

export function stateOf(space: StateSpace, members: number, leads: number): ArrayDescription {
  const leading = [
    ["member", members],
    ["lead", leads],
  ] as const;
  return stateArray("state", leading, space, {
    long_name: "forecast state, one variable a channel, units in channel.channel_units",
    coordinates: "latitude longitude time init_time",
  });
}

export function initialOf(space: StateSpace): ArrayDescription {
  return stateArray("initial_state", [], space, {
    long_name: "state all members start from",
    coordinates: "latitude longitude init_time",
  });
}

function forecastCoordinates({ initTime, leadHours, memberCount }: ForecastDescription): WholeArray[] {
  const epoch = { units: "seconds since 1970-01-01", calendar: "proleptic_gregorian" };
  return [
    {
      array: {
        name: "member",
        dataType: "int32",
        dimensions: ["member"],
        shape: [memberCount],
        attributes: { standard_name: "realization", units: "1", axis: "E" },
      },
      values: Int32Array.from({ length: memberCount }, (_, member) => member),
    },
    {
      array: {
        name: "lead",
        dataType: "float64",
        dimensions: ["lead"],
        shape: [leadHours.length],
        // "hours" and not "h": xarray knows only the former as a time difference.
        attributes: { standard_name: "forecast_period", units: "hours" },
      },
      values: Float64Array.from(leadHours),
    },
    {
      array: {
        name: "time",
        dataType: "int64",
        dimensions: ["lead"],
        shape: [leadHours.length],
        attributes: { standard_name: "time", long_name: "valid time", ...epoch },
      },
      values: BigInt64Array.from(leadHours, (lead) => BigInt(validTime(initTime, lead))),
    },
    {
      array: {
        name: "init_time",
        dataType: "int64",
        dimensions: [],
        shape: [],
        attributes: { standard_name: "forecast_reference_time", ...epoch },
      },
      values: BigInt64Array.of(BigInt(initTime)),
    },
  ];
}
