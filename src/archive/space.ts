/**
 * The coordinates every store of ours carries: channel names, the two axes of the grid, the place of every cell, and the CF grid
 * mapping, so that xarray, GDAL and we ourselves know where a number lies.
 *
 *   channel[channel]  y[y]  x[x]  latitude[y, x]  longitude[y, x]  crs[]
 *
 * Source: CF-1.11, sections 4.3, 5.6 and appendix F.
 * @module
 */
import { z } from "zod";
import {
  cellCoordinates,
  type Grid,
  gridAxes,
  gridMapping,
  type StateSpace,
  VARIABLE_NAMES,
  VARIABLES,
  type VariableName,
} from "../core/index.ts";
import { type ArrayDescription, type Attributes, type NumberArray, tileOf } from "../zarr/index.ts";

/** An array and all its values, for those that are small enough to be one chunk. */
export interface WholeArray {
  readonly array: ArrayDescription;
  readonly values: NumberArray | readonly string[];
}

/** The coordinate arrays of a state space. */
export function spaceArrays({ channels, grid }: StateSpace): WholeArray[] {
  const { ny, nx } = grid;
  const { latitude, longitude } = cellCoordinates(grid);
  const axes = gridAxes(grid);
  const place = { dataType: "float32", dimensions: ["y", "x"], shape: [ny, nx] } as const;
  return [
    {
      array: {
        name: "channel",
        dataType: "string",
        dimensions: ["channel"],
        shape: [channels.length],
        attributes: {
          long_name: "variable",
          channel_long_names: channels.map((channel) => VARIABLES[channel].longName),
          channel_units: channels.map((channel) => VARIABLES[channel].units),
          channel_standard_names: channels.map((channel) => VARIABLES[channel].cf.standardName),
        },
      },
      values: channels,
    },
    {
      array: { name: "y", dataType: "float64", dimensions: ["y"], shape: [ny], attributes: axes.y.attributes },
      values: axes.y.values,
    },
    {
      array: { name: "x", dataType: "float64", dimensions: ["x"], shape: [nx], attributes: axes.x.attributes },
      values: axes.x.values,
    },
    {
      array: { ...place, name: "latitude", attributes: { standard_name: "latitude", units: "degrees_north" } },
      values: latitude,
    },
    {
      array: { ...place, name: "longitude", attributes: { standard_name: "longitude", units: "degrees_east" } },
      values: longitude,
    },
    {
      array: { name: "crs", dataType: "int32", dimensions: [], shape: [], attributes: gridMapping(grid) },
      values: new Int32Array(1),
    },
  ];
}

/** A state array over leading axes of its own: one file for each of their indices, one tile a channel and place in it. */
export function stateArray(
  name: string,
  leading: readonly (readonly [dimension: string, length: number])[],
  { channels, grid }: StateSpace,
  attributes: Attributes,
): ArrayDescription {
  const { ny, nx } = grid;
  const ones = leading.map(() => 1);
  return {
    name,
    dataType: "float32",
    dimensions: [...leading.map(([dimension]) => dimension), "channel", "y", "x"],
    shape: [...leading.map(([, length]) => length), channels.length, ny, nx],
    sharding: { shard: [...ones, channels.length, ny, nx], tile: [...ones, 1, ...tileOf(ny, nx)] },
    attributes: { grid_mapping: "crs", coordinates: "latitude longitude", ...attributes },
  };
}

/** Sides above this are damage, not a grid: HRRR's longer one is 1799. */
const MAX_SIDE = 20_000;

const side = z.int().min(1).max(MAX_SIDE);
const positive = z.number().positive();
const plane = {
  nx: side,
  ny: side,
  x0Meters: z.number(),
  y0Meters: z.number(),
  dxMeters: positive,
  dyMeters: positive,
};
const lambertGrid = z.strictObject({
  kind: z.literal("lambert"),
  ...plane,
  projection: z.strictObject({
    radiusMeters: positive,
    standardParallel1Degrees: z.number(),
    standardParallel2Degrees: z.number(),
    originLatitudeDegrees: z.number(),
    centralLongitudeDegrees: z.number(),
  }),
});
const polarStereographicGrid = z.strictObject({
  kind: z.literal("polar-stereographic"),
  ...plane,
  projection: z.strictObject({
    radiusMeters: positive,
    pole: z.enum(["north", "south"]),
    trueLatitudeDegrees: z.number().min(-90).max(90),
    centralLongitudeDegrees: z.number(),
  }),
});
const latLonGrid = z.strictObject({
  kind: z.literal("latlon"),
  nx: side,
  ny: side,
  latitude0Degrees: z.number(),
  longitude0Degrees: z.number(),
  dLatitudeDegrees: positive,
  dLongitudeDegrees: positive,
});

/** A grid as stored in metadata. */
export const gridSchema: z.ZodType<Grid> = z.discriminatedUnion("kind", [
  lambertGrid,
  polarStereographicGrid,
  latLonGrid,
]);

/** Channel names as stored in metadata: known, distinct, at least one. */
export const channelsSchema: z.ZodType<VariableName[]> = z
  .array(z.enum(VARIABLE_NAMES))
  .min(1)
  .refine((channels) => new Set(channels).size === channels.length, "distinct channels");
