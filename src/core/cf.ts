/**
 * What CF-1.11 calls the parts of a grid, as plain values: every file we write, Zarr or NetCDF, says it the same way.
 * Source: NetCDF Climate and Forecast (CF) Metadata Conventions 1.11, sections 4 and 5.6, appendix F.
 * @module
 */
import { type Grid, isPlane, type LambertGrid, type PolarStereographicGrid } from "./grid.ts";
import { wrapLongitude } from "./lambert.ts";

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
  if (!isPlane(grid)) {
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
  switch (grid.kind) {
    case "latlon":
      return { grid_mapping_name: "latitude_longitude", earth_radius: EARTH_RADIUS_METERS };
    case "lambert":
      return lambertMapping(grid);
    case "polar-stereographic":
      return polarMapping(grid);
    default:
      return grid satisfies never;
  }
}

function lambertMapping({ projection }: LambertGrid): CfAttributes {
  const { standardParallel1Degrees: first, standardParallel2Degrees: second } = projection;
  const wkt = wellKnownText("Lambert conformal conic on a sphere", projection.radiusMeters, [
    'CONVERSION["Lambert",METHOD["Lambert Conic Conformal (2SP)",ID["EPSG",9802]]',
    angle("Latitude of false origin", projection.originLatitudeDegrees, 8821),
    angle("Longitude of false origin", projection.centralLongitudeDegrees, 8822),
    angle("Latitude of 1st standard parallel", projection.standardParallel1Degrees, 8823),
    angle("Latitude of 2nd standard parallel", projection.standardParallel2Degrees, 8824),
    `PARAMETER["Easting at false origin",0,${METER},ID["EPSG",8826]]`,
    `PARAMETER["Northing at false origin",0,${METER},ID["EPSG",8827]]]`,
    `CS[Cartesian,2],AXIS["easting (X)",east,ORDER[1],${METER}],AXIS["northing (Y)",north,ORDER[2],${METER}]]`,
  ]);
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

function polarMapping({ projection }: PolarStereographicGrid): CfAttributes {
  const { pole, centralLongitudeDegrees } = projection;
  // Around a pole every direction is south, or north; an axis is told by the meridian it runs along.
  const [away, up] = pole === "north" ? ["south", 180] : ["north", 0];
  const axis = (name: string, turn: number, order: number): string =>
    `AXIS["${name}",${away},MERIDIAN[${wrapLongitude(centralLongitudeDegrees + turn)},${DEGREE}],ORDER[${order}],${METER}]`;
  const wkt = wellKnownText("Polar stereographic on a sphere", projection.radiusMeters, [
    'CONVERSION["Polar stereographic",METHOD["Polar Stereographic (variant B)",ID["EPSG",9829]]',
    angle("Latitude of standard parallel", projection.trueLatitudeDegrees, 8832),
    angle("Longitude of origin", centralLongitudeDegrees, 8833),
    `PARAMETER["False easting",0,${METER},ID["EPSG",8806]]`,
    `PARAMETER["False northing",0,${METER},ID["EPSG",8807]]]`,
    `CS[Cartesian,2],${axis("easting (X)", 90, 1)},${axis("northing (Y)", up, 2)}]`,
  ]);
  return {
    grid_mapping_name: "polar_stereographic",
    straight_vertical_longitude_from_pole: centralLongitudeDegrees,
    latitude_of_projection_origin: pole === "north" ? 90 : -90,
    standard_parallel: projection.trueLatitudeDegrees,
    false_easting: 0,
    false_northing: 0,
    earth_radius: projection.radiusMeters,
    crs_wkt: wkt,
    spatial_ref: wkt,
  };
}

const DEGREE = 'ANGLEUNIT["degree",0.0174532925199433]';
const METER = 'LENGTHUNIT["metre",1]';

function angle(name: string, value: number, id: number): string {
  return `PARAMETER["${name}",${value},${DEGREE},ID["EPSG",${id}]]`;
}

/** WKT 2 (ISO 19162), methods EPSG:9802 and EPSG:9829. */
function wellKnownText(name: string, radiusMeters: number, conversion: readonly string[]): string {
  return [
    `PROJCRS["${name}"`,
    `BASEGEOGCRS["sphere",DATUM["sphere",ELLIPSOID["sphere",${radiusMeters},0,${METER}]],PRIMEM["Greenwich",0,${DEGREE}]]`,
    ...conversion,
  ].join(",");
}
