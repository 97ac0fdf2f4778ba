/**
 * What a store of the large scale is on disk: one Zarr v3 group of another model's fields around an archive's domain, on that model's own
 * latitude–longitude grid.
 *
 *   field[entry, name, y, x]   float32   shard = one entry with all names, inner chunk = one name
 *   present[entry, name]       uint16    1 where the field is there; 0 where it is missing, and NaN
 *   time[entry]  init_time[entry]        int64   valid time, and the cycle it was forecast from, seconds since 1970-01-01
 *   name y x crs                         names with their units in attributes, the axes in degrees, the grid mapping
 *
 * An entry is one valid time of one cycle. Entries ascend by valid time, then by cycle: several cycles may say what one time will be like,
 * and which of them a forecast may know depends on when it starts.
 * @module
 */
import { z } from "zod";
import {
  DecodeError,
  gridAxes,
  gridMapping,
  type InitTime,
  type LatLonGrid,
  type ValidTime,
} from "../../core/index.ts";
import { type ArrayDescription, type Attributes, tileOf } from "../../zarr/index.ts";
import type { Provenance } from "../layout.ts";
import { gridSchema, type WholeArray } from "../space.ts";

export const LARGE_SCALE_FORMAT = "updraft-large-scale";
const VERSION = 1;

/** One quantity at one level: "z500", geopotential height at 500 hPa. */
export interface LargeScaleVariable {
  readonly name: string;
  readonly longName: string;
  readonly units: string;
}

/** What one cycle says of one valid time. */
export interface LargeScaleEntry {
  /** Place in the store. */
  readonly index: number;
  readonly validTime: ValidTime;
  /** The cycle. */
  readonly initTime: InitTime;
  /** Those that are there. */
  readonly names: readonly string[];
}

/** All that a store says about itself beside its numbers. */
export interface LargeScaleHeader {
  readonly variables: readonly LargeScaleVariable[];
  readonly grid: LatLonGrid;
  /** Where the fields come from, for people: "NOAA GFS". */
  readonly source: string;
  readonly provenance: Provenance;
}

/** A name is a word, as configurations write it; more than so many are damage. */
const NAME = /^[a-z][a-z0-9_]*$/;
const MAX_NAMES = 256;

const header = z.object({
  format: z.literal(LARGE_SCALE_FORMAT),
  version: z.literal(VERSION),
  variables: z
    .array(z.strictObject({ name: z.string().regex(NAME), longName: z.string(), units: z.string() }))
    .min(1)
    .max(MAX_NAMES)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "distinct names"),
  grid: gridSchema.refine((grid): grid is LatLonGrid => grid.kind === "latlon", "a latitude-longitude grid"),
  source: z.string(),
  provenance: z.strictObject({ madeBy: z.string(), inputs: z.array(z.string()), notes: z.array(z.string()) }),
});

/** @throws DecodeError when they are not those of a store of this version */
export function parseLargeScaleHeader(attributes: Attributes, path: string): LargeScaleHeader {
  const parsed = header.safeParse(attributes["updraft"]);
  if (parsed.success) {
    const { variables, grid, source, provenance } = parsed.data;
    return { variables, grid, source, provenance };
  }
  const [issue] = parsed.error.issues;
  throw new DecodeError({
    place: `${path} updraft.${issue.path.join(".")}`,
    expected: `a store of the large scale, version ${VERSION}`,
    got: issue.message,
    remedy: "make it with `updraft archive large-scale`",
  });
}

/** Attributes of the group. */
export function largeScaleAttributes({ variables, grid, source, provenance }: LargeScaleHeader): Attributes {
  return {
    Conventions: "CF-1.11",
    title: `large scale: ${variables.map(({ name }) => name).join(", ")}`,
    source,
    updraft: { format: LARGE_SCALE_FORMAT, version: VERSION, variables, grid, source, provenance },
  };
}

/** The array whose shards are written entry by entry. */
export function fieldArray(
  { variables, grid }: Pick<LargeScaleHeader, "variables" | "grid">,
  entries: number,
): ArrayDescription {
  const { ny, nx } = grid;
  return {
    name: "field",
    dataType: "float32",
    dimensions: ["entry", "name", "y", "x"],
    shape: [entries, variables.length, ny, nx],
    sharding: { shard: [1, variables.length, ny, nx], tile: [1, 1, ...tileOf(ny, nx)] },
    attributes: {
      long_name: "large scale, one quantity a name, units in name.units",
      grid_mapping: "crs",
      coordinates: "time init_time",
      ancillary_variables: "present",
    },
  };
}

/** Everything but the fields, with its values. */
export function largeScaleArrays(
  { variables, grid }: Pick<LargeScaleHeader, "variables" | "grid">,
  entries: readonly LargeScaleEntry[],
): WholeArray[] {
  const { x, y } = gridAxes(grid);
  const names = variables.map(({ name }) => name);
  const instant = (name: string, standardName: string, times: readonly number[]): WholeArray => ({
    array: {
      name,
      dataType: "int64",
      dimensions: ["entry"],
      shape: [entries.length],
      attributes: {
        standard_name: standardName,
        units: "seconds since 1970-01-01",
        calendar: "proleptic_gregorian",
      },
    },
    values: BigInt64Array.from(times, BigInt),
  });
  const axis = (name: string, { values, attributes }: typeof x): WholeArray => ({
    array: { name, dataType: "float64", dimensions: [name], shape: [values.length], attributes },
    values,
  });
  return [
    instant(
      "time",
      "time",
      entries.map(({ validTime }) => validTime),
    ),
    instant(
      "init_time",
      "forecast_reference_time",
      entries.map(({ initTime }) => initTime),
    ),
    {
      array: {
        name: "present",
        dataType: "uint16",
        dimensions: ["entry", "name"],
        shape: [entries.length, names.length],
        attributes: { flag_values: [0, 1], flag_meanings: "missing present" },
      },
      values: Uint16Array.from(entries.flatMap((entry) => names.map((name) => (entry.names.includes(name) ? 1 : 0)))),
    },
    {
      array: {
        name: "name",
        dataType: "string",
        dimensions: ["name"],
        shape: [names.length],
        attributes: {
          long_names: variables.map(({ longName }) => longName),
          units: variables.map(({ units }) => units),
        },
      },
      values: names,
    },
    axis("y", y),
    axis("x", x),
    {
      array: { name: "crs", dataType: "int32", dimensions: [], shape: [], attributes: gridMapping(grid) },
      values: new Int32Array(1),
    },
  ];
}
