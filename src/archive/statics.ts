/**
 * What does not change with the hour, and ships with the archive where it was found: the height of the ground and where it is land.
 * Latitude and longitude are always there (`space.ts`); the sun is computed (`solar.ts`).
 * @module
 */
import type { Field, GribSelector, Grid } from "../core/index.ts";
import type { ArrayDescription } from "../zarr/index.ts";

export type StaticName = "orography" | "land_mask";
export const STATIC_NAMES: readonly ["orography", "land_mask"] = ["orography", "land_mask"];

export interface StaticVariable {
  readonly grib: GribSelector;
  readonly longName: string;
  readonly standardName: string;
  readonly units: string;
}

/** HGT:surface and LAND:surface of a wrfsfc file. */
export const STATICS: Readonly<Record<StaticName, StaticVariable>> = {
  orography: {
    grib: { discipline: 0, category: 3, number: 5, levelType: 1 },
    longName: "height of the model's ground above sea level",
    standardName: "surface_altitude",
    units: "m",
  },
  land_mask: {
    grib: { discipline: 2, category: 0, number: 0, levelType: 1 },
    longName: "1 where there is land, 0 where there is water",
    standardName: "land_binary_mask",
    units: "1",
  },
};

export type Statics = Partial<Readonly<Record<StaticName, Field>>>;

/** The array of one static field, [y, x]. */
export function staticArray(name: StaticName, { ny, nx }: Grid): ArrayDescription {
  const { longName, standardName, units } = STATICS[name];
  return {
    name,
    dataType: "float32",
    dimensions: ["y", "x"],
    shape: [ny, nx],
    attributes: {
      long_name: longName,
      standard_name: standardName,
      units,
      grid_mapping: "crs",
      coordinates: "latitude longitude",
    },
  };
}
