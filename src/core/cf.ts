/**
 * What CF-1.11 calls the parts of a grid, as plain values: every file we write, Zarr or NetCDF, says it the same way.
 * Source: NetCDF Climate and Forecast (CF) Metadata Conventions 1.11, sections 4 and 5.6, appendix F.
 * @module
 */
import type { Grid } from "./grid.ts";
import type { LambertProjection } from "./lambert.ts";

export type CfAttributes = Readonly<Record<string, string | number | readonly number[]>>;

/** One dimension of a field: where its cells lie along it. */
export interface CfAxis {
  readonly values: Float64Array;
  readonly attributes: CfAttributes;
}

/** WMO shape of the Earth 6, on which HRRR and the grids like it are defined. */
const EARTH_RADIUS_METERS = 6_371_229;

/** The axes of a grid, meters in its projection or degrees. */
export function gridAxes(grid: Grid): { readonly x: CfAxis; readonly y: CfAxis } {
  const axis = (length: number, first: number, step: number): Float64Array =>
    Float64Array.from({ length }, (_, at) => first + at * step);
  if (grid.kind === "latlon") {
    return {
      x: {
        values: axis(grid.nx, grid.longitude0Degrees, grid.dLongitudeDegrees),
        attributes: { standard_name: "longitude", units: "degrees_east", axis: "X" },
      },
      y: {
        values: axis(grid.ny, grid.latitude0Degrees, grid.dLatitudeDegrees),
        attributes: { standard_name: "latitude", units: "degrees_north", axis: "Y" },
      },
    };
  }
  return {
    x: {
      values: axis(grid.nx, grid.x0Meters, grid.dxMeters),
      attributes: { standard_name: "projection_x_coordinate", units: "m", axis: "X" },
    },
    y: {
      values: axis(grid.ny, grid.y0Meters, grid.dyMeters),
      attributes: { standard_name: "projection_y_coordinate", units: "m", axis: "Y" },
    },
  };
}

/** The grid mapping, with its well-known text for readers that know no CF. */
export function gridMapping(grid: Grid): CfAttributes {
  if (grid.kind === "latlon") return { grid_mapping_name: "latitude_longitude", earth_radius: EARTH_RADIUS_METERS };
  const { projection } = grid;
  const { standardParallel1Degrees: first, standardParallel2Degrees: second } = projection;
  const wkt = wellKnownText(projection);
  return {
    grid_mapping_name: "lambert_conformal_conic",
    // One value when the cone touches the sphere, two when it cuts it.
    standard_parallel: first === second ? first : [first, second],
    longitude_of_central_meridian: projection.centralLongitudeDegrees,
    latitude_of_projection_origin: projection.originLatitudeDegrees,
    false_easting: 0,
    false_northing: 0,
    earth_radius: projection.radiusMeters,
    crs_wkt: wkt,
    // The name under which GDAL looks for it.
    spatial_ref: wkt,
  };
}

/** WKT 2 (ISO 19162), method EPSG:9802. */
function wellKnownText(projection: LambertProjection): string {
  const degree = 'ANGLEUNIT["degree",0.0174532925199433]';
  const meter = 'LENGTHUNIT["metre",1]';
  const angle = (name: string, value: number, id: number): string =>
    `PARAMETER["${name}",${value},${degree},ID["EPSG",${id}]]`;
  return [
    'PROJCRS["Lambert conformal conic on a sphere"',
    `BASEGEOGCRS["sphere",DATUM["sphere",ELLIPSOID["sphere",${projection.radiusMeters},0,${meter}]],PRIMEM["Greenwich",0,${degree}]]`,
    'CONVERSION["Lambert",METHOD["Lambert Conic Conformal (2SP)",ID["EPSG",9802]]',
    angle("Latitude of false origin", projection.originLatitudeDegrees, 8821),
    angle("Longitude of false origin", projection.centralLongitudeDegrees, 8822),
    angle("Latitude of 1st standard parallel", projection.standardParallel1Degrees, 8823),
    angle("Latitude of 2nd standard parallel", projection.standardParallel2Degrees, 8824),
    `PARAMETER["Easting at false origin",0,${meter},ID["EPSG",8826]]`,
    `PARAMETER["Northing at false origin",0,${meter},ID["EPSG",8827]]]`,
    `CS[Cartesian,2],AXIS["easting (X)",east,ORDER[1],${meter}],AXIS["northing (Y)",north,ORDER[2],${meter}]]`,
  ].join(",");
}
