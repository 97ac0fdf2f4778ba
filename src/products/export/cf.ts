/**
 * CF-1.11 metadata: which coordinates a forecast has and what they are called.
 * Source: NetCDF Climate and Forecast (CF) Metadata Conventions 1.11, sections 3–5 and appendix F (grid mappings).
 * @module
 */
import {
  type CfAttributes,
  cellCoordinates,
  type Grid,
  gridAxes,
  gridMapping,
  type InitTime,
  isPlane,
  type LeadHours,
  VARIABLES,
  type VariableName,
  validTime,
} from "../../core/index.ts";
import type { NetcdfAttribute, NetcdfVariable } from "../../netcdf/index.ts";
import { QUANTITIES, type QuantityName } from "../index.ts";

/** Where the cells lie: the two dimensions of a field, slow one first, and every variable that describes them. */
export interface HorizontalCoordinates {
  readonly dimensions: Readonly<Record<string, number>>;
  readonly variables: readonly NetcdfVariable[];
  /** Two-dimensional coordinates that each data variable must name. */
  readonly auxiliary: readonly string[];
}

/** Days of 86400 s, as POSIX counts. */
const EPOCH = {
  units: "seconds since 1970-01-01 00:00:00",
  calendar: "standard",
  units_metadata: "leap_seconds: none",
} as const;

/** The axis of valid times, and beside it the lead of each and the init time they share. */
export function timeCoordinates(init: InitTime, leads: readonly LeadHours[]): NetcdfVariable[] {
  return [
    {
      name: "time",
      dimensions: ["time"],
      values: Float64Array.from(leads, (lead) => validTime(init, lead)),
      attributes: { standard_name: "time", long_name: "valid time", ...EPOCH, axis: "T" },
    },
    {
      name: "forecast_period",
      dimensions: ["time"],
      values: Float64Array.from(leads),
      // "hours" and not "h": xarray knows only the former as a time difference.
      attributes: { standard_name: "forecast_period", long_name: "lead time", units: "hours" },
    },
    {
      name: "forecast_reference_time",
      dimensions: [],
      values: Float64Array.of(init),
      attributes: {
        standard_name: "forecast_reference_time",
        long_name: "init time",
        ...EPOCH,
      },
    },
  ];
}

/** Projection coordinates, latitude and longitude of every cell, and `crs`. */
export function horizontalCoordinates(grid: Grid): HorizontalCoordinates {
  const { x, y } = gridAxes(grid);
  const [yName, xName] = isPlane(grid) ? ["y", "x"] : ["latitude", "longitude"];
  const variables: NetcdfVariable[] = [
    { name: yName, dimensions: [yName], values: y.values, attributes: asNetcdf(y.attributes) },
    { name: xName, dimensions: [xName], values: x.values, attributes: asNetcdf(x.attributes) },
  ];
  if (isPlane(grid)) variables.push(...cellPlaces(grid));
  const crs: NetcdfVariable = {
    name: "crs",
    dimensions: [],
    values: Int32Array.of(0),
    attributes: asNetcdf(gridMapping(grid)),
  };
  return {
    dimensions: { [yName]: grid.ny, [xName]: grid.nx },
    variables: [...variables, crs],
    auxiliary: isPlane(grid) ? ["latitude", "longitude"] : [],
  };
}

function cellPlaces(grid: Grid): NetcdfVariable[] {
  const { latitude, longitude } = cellCoordinates(grid);
  const place = (name: string, values: Float32Array, units: string): NetcdfVariable => ({
    name,
    dimensions: ["y", "x"],
    values,
    attributes: { standard_name: name, long_name: `${name} of cell centers`, units },
  });
  return [place("latitude", latitude, "degrees_north"), place("longitude", longitude, "degrees_east")];
}

/** Heights above ground that variables lie at, one scalar coordinate each. */
export function scalarCoordinates(heightsMeters: Iterable<number>): NetcdfVariable[] {
  return Array.from(heightsMeters, (height) => ({
    name: heightName(height),
    dimensions: [],
    values: Float64Array.of(height),
    attributes: { standard_name: "height", long_name: "height above ground", units: "m", positive: "up", axis: "Z" },
  }));
}

/** What a quantity is called: its standard name where the CF table has one. */
export interface CfQuantity {
  readonly standardName?: string;
  readonly longName: string;
  /** As CF writes them. */
  readonly units: string;
  /** Of temperatures: K of the scale, or of a difference (CF-1.11, section 3.1.2). */
  readonly temperature?: "on_scale" | "difference";
  readonly heightMeters?: number;
  readonly comment?: string;
}

const DERIVED_NAMES: Readonly<
  Record<string, Pick<CfQuantity, "standardName" | "temperature" | "heightMeters" | "comment">>
> = {
  wind: { standardName: "wind_speed", heightMeters: 10 },
  depression: { standardName: "dew_point_depression", temperature: "difference", heightMeters: 2 },
  rh: { standardName: "relative_humidity", heightMeters: 2 },
  lcl: { comment: "125 m for each K of dew point depression at 2 m" },
  updraft: { comment: "sqrt(2 CAPE), an upper bound" },
};

export function cfQuantity(name: QuantityName): CfQuantity {
  const { title, units } = QUANTITIES[name];
  if (!Object.hasOwn(VARIABLES, name)) return { longName: title, units: cfUnits(units), ...DERIVED_NAMES[name] };
  const { longName, cf } = VARIABLES[name as VariableName];
  return { longName, units: cfUnits(units), ...(units === "K" && { temperature: "on_scale" }), ...cf };
}

/** [time, …] or, of members, [realization, time, …]: streamed over all but the cells. */
export function dataVariable(
  name: string,
  leading: readonly string[],
  { standardName, longName, units, temperature, heightMeters, comment }: CfQuantity,
  horizontal: HorizontalCoordinates,
  {
    scalars = [],
    attributes = {},
  }: { scalars?: readonly string[]; attributes?: Readonly<Record<string, NetcdfAttribute>> } = {},
): NetcdfVariable {
  const coordinates = ["forecast_period", "forecast_reference_time", ...horizontal.auxiliary, ...scalars];
  if (heightMeters !== undefined) coordinates.push(heightName(heightMeters));
  return {
    name,
    dimensions: [...leading, ...Object.keys(horizontal.dimensions)],
    values: { over: leading.length },
    attributes: {
      ...(standardName === undefined ? {} : { standard_name: standardName }),
      long_name: longName,
      units,
      ...(temperature === undefined ? {} : { units_metadata: `temperature: ${temperature}` }),
      ...(comment === undefined ? {} : { comment }),
      ...attributes,
      coordinates: coordinates.join(" "),
      grid_mapping: "crs",
      _FillValue: Float32Array.of(Number.NaN),
    },
  };
}

/** NetCDF types its attributes; numbers of ours are doubles. */
function asNetcdf(attributes: CfAttributes): Record<string, NetcdfAttribute> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === "string" ? value : Float64Array.from([value].flat()),
    ]),
  );
}

function heightName(heightMeters: number): string {
  return `height_${heightMeters}m`;
}

/** CF writes exponents: "J/kg" becomes "J kg-1". */
export function cfUnits(units: string): string {
  return units.replace(/\/(\w+)/g, " $1-1");
}
