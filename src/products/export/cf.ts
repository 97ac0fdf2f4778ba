/**
 * CF-1.11 metadata: which coordinates a forecast has and what they are called.
 * Source: NetCDF Climate and Forecast (CF) Metadata Conventions 1.11, sections 3–5 and appendix F (grid mappings).
 * @module
 */
import {
  cellCoordinates,
  type Grid,
  type InitTime,
  type LambertProjection,
  type LeadHours,
  VARIABLES,
  type VariableName,
  validTime,
} from "../../core/index.ts";
import type { NetcdfAttribute, NetcdfVariable } from "../../netcdf/index.ts";

/** Where the cells lie: the two dimensions of a field, slow one first, and every variable that describes them. */
export interface HorizontalCoordinates {
  readonly dimensions: Readonly<Record<string, number>>;
  readonly variables: readonly NetcdfVariable[];
  /** Two-dimensional coordinates that each data variable must name. */
  readonly auxiliary: readonly string[];
}

const EPOCH = "seconds since 1970-01-01 00:00:00";
/** WMO shape of the Earth 6, as HRRR and every GRIB2 grid we read. */
const EARTH_RADIUS_METERS = 6_371_229;

/** The axis of valid times, and beside it the lead of each and the init time they share. */
export function timeCoordinates(init: InitTime, leads: readonly LeadHours[]): NetcdfVariable[] {
  return [
    {
      name: "time",
      dimensions: ["time"],
      values: Float64Array.from(leads, (lead) => validTime(init, lead)),
      attributes: { standard_name: "time", long_name: "valid time", units: EPOCH, calendar: "standard", axis: "T" },
    },
    {
      name: "forecast_period",
      dimensions: ["time"],
      values: Float64Array.from(leads),
      attributes: { standard_name: "forecast_period", long_name: "lead time", units: "hours" },
    },
    {
      name: "forecast_reference_time",
      dimensions: [],
      values: Float64Array.of(init),
      attributes: {
        standard_name: "forecast_reference_time",
        long_name: "init time",
        units: EPOCH,
        calendar: "standard",
      },
    },
  ];
}

/** Projection coordinates, latitude and longitude of every cell, and `crs`. */
export function horizontalCoordinates(grid: Grid): HorizontalCoordinates {
  if (grid.kind === "latlon") {
    const latitude = axis(grid.ny, grid.latitude0Degrees, grid.dLatitudeDegrees);
    const longitude = axis(grid.nx, grid.longitude0Degrees, grid.dLongitudeDegrees);
    return {
      dimensions: { latitude: grid.ny, longitude: grid.nx },
      variables: [
        { name: "latitude", dimensions: ["latitude"], values: latitude, attributes: { ...LATITUDE, axis: "Y" } },
        { name: "longitude", dimensions: ["longitude"], values: longitude, attributes: { ...LONGITUDE, axis: "X" } },
        crs({ grid_mapping_name: "latitude_longitude", earth_radius: Float64Array.of(EARTH_RADIUS_METERS) }),
      ],
      auxiliary: [],
    };
  }
  const { latitude, longitude } = cellCoordinates(grid);
  const y = axis(grid.ny, grid.y0Meters, grid.dyMeters);
  const x = axis(grid.nx, grid.x0Meters, grid.dxMeters);
  return {
    dimensions: { y: grid.ny, x: grid.nx },
    variables: [
      { name: "y", dimensions: ["y"], values: y, attributes: projected("y") },
      { name: "x", dimensions: ["x"], values: x, attributes: projected("x") },
      { name: "latitude", dimensions: ["y", "x"], values: latitude, attributes: LATITUDE },
      { name: "longitude", dimensions: ["y", "x"], values: longitude, attributes: LONGITUDE },
      crs(lambertMapping(grid.projection)),
    ],
    auxiliary: ["latitude", "longitude"],
  };
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

/** [realization, time, …], streamed over members and leads. */
export function dataVariable(name: VariableName, horizontal: HorizontalCoordinates): NetcdfVariable {
  const { longName, units, cf } = VARIABLES[name];
  const coordinates = ["forecast_period", "forecast_reference_time", ...horizontal.auxiliary];
  if (cf.heightMeters !== undefined) coordinates.push(heightName(cf.heightMeters));
  return {
    name,
    dimensions: ["realization", "time", ...Object.keys(horizontal.dimensions)],
    values: { over: 2 },
    attributes: {
      standard_name: cf.standardName,
      long_name: longName,
      units: cfUnits(units),
      ...(cf.comment === undefined ? {} : { comment: cf.comment }),
      coordinates: coordinates.join(" "),
      grid_mapping: "crs",
      _FillValue: Float32Array.of(Number.NaN),
    },
  };
}

const LATITUDE = { standard_name: "latitude", long_name: "latitude", units: "degrees_north" };
const LONGITUDE = { standard_name: "longitude", long_name: "longitude", units: "degrees_east" };

function projected(direction: "x" | "y"): Record<string, NetcdfAttribute> {
  return {
    standard_name: `projection_${direction}_coordinate`,
    long_name: `${direction} of the cell centers in the projection`,
    units: "m",
    axis: direction.toUpperCase(),
  };
}

function crs(attributes: Record<string, NetcdfAttribute>): NetcdfVariable {
  return { name: "crs", dimensions: [], values: Int32Array.of(0), attributes };
}

function lambertMapping(projection: LambertProjection): Record<string, NetcdfAttribute> {
  const { standardParallel1Degrees: first, standardParallel2Degrees: second } = projection;
  return {
    grid_mapping_name: "lambert_conformal_conic",
    // One value when the cone touches the sphere, two when it cuts it.
    standard_parallel: first === second ? Float64Array.of(first) : Float64Array.of(first, second),
    longitude_of_central_meridian: Float64Array.of(projection.centralLongitudeDegrees),
    latitude_of_projection_origin: Float64Array.of(projection.originLatitudeDegrees),
    false_easting: Float64Array.of(0),
    false_northing: Float64Array.of(0),
    earth_radius: Float64Array.of(projection.radiusMeters),
  };
}

function axis(length: number, first: number, step: number): Float64Array {
  return Float64Array.from({ length }, (_, at) => first + at * step);
}

function heightName(heightMeters: number): string {
  return `height_${heightMeters}m`;
}

/** CF writes exponents: "J/kg" becomes "J kg-1". */
function cfUnits(units: string): string {
  return units.replace(/\/(\w+)/g, " $1-1");
}
