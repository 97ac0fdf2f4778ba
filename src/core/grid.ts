/**
 * Where the cells of a field lie. A grid is a plain value that travels inside archives, runs and forecasts.
 * Rows run south to north and columns west to east: cell (row j, column i) is element j · nx + i.
 * @module
 */
import {
  coneConstant,
  type GeographicPoint,
  type LambertProjection,
  lambert,
  type ProjectedPoint,
  wrapLongitude,
} from "./lambert.ts";
import { type PolarStereographicProjection, polarStereographic, poleSign } from "./polar-stereographic.ts";

/** A regular grid on a plane; (x0, y0) is the center of cell (0, 0), the south-west corner. */
interface Plane {
  readonly nx: number;
  readonly ny: number;
  readonly x0Meters: number;
  readonly y0Meters: number;
  readonly dxMeters: number;
  readonly dyMeters: number;
}

/** A regular grid in a Lambert projection: HRRR over the contiguous United States. */
export interface LambertGrid extends Plane {
  readonly kind: "lambert";
  readonly projection: LambertProjection;
}

/** A regular grid around a pole: HRRR over Alaska, Stage IV precipitation. */
export interface PolarStereographicGrid extends Plane {
  readonly kind: "polar-stereographic";
  readonly projection: PolarStereographicProjection;
}

/** A grid whose cells have sides in meters and whose axes turn against north. */
export type PlaneGrid = LambertGrid | PolarStereographicGrid;

/** A regular latitude–longitude grid; cell (0, 0) is the south-west corner, longitudes increase eastward without wrap. */
export interface LatLonGrid {
  readonly kind: "latlon";
  readonly nx: number;
  readonly ny: number;
  readonly latitude0Degrees: number;
  readonly longitude0Degrees: number;
  readonly dLatitudeDegrees: number;
  readonly dLongitudeDegrees: number;
}

export type Grid = PlaneGrid | LatLonGrid;

/** True for a grid in a projection. What holds for one such grid and not for another asks its `kind` in a `switch`. */
export function isPlane(grid: Grid): grid is PlaneGrid {
  switch (grid.kind) {
    case "lambert":
    case "polar-stereographic":
      return true;
    case "latlon":
      return false;
    default:
      return grid satisfies never;
  }
}

/** The projection of a grid, both ways. */
export function projectionOf(grid: PlaneGrid): {
  forward: (point: GeographicPoint) => ProjectedPoint;
  inverse: (point: ProjectedPoint) => GeographicPoint;
} {
  switch (grid.kind) {
    case "lambert":
      return lambert(grid.projection);
    case "polar-stereographic":
      return polarStereographic(grid.projection);
    default:
      return grid satisfies never;
  }
}

/**
 * Angle a by which grid north is turned from true north at a longitude: a = n (λ − λ₀), in radians.
 *   u_east = u cos a + v sin a,  v_north = −u sin a + v cos a
 */
export function windRotation(grid: PlaneGrid, longitudeDegrees: number): number {
  return (coneOf(grid) * wrapLongitude(longitudeDegrees - grid.projection.centralLongitudeDegrees) * Math.PI) / 180;
}

/** n: how many radians a plane's angle turns for one radian of longitude. */
function coneOf(grid: PlaneGrid): number {
  switch (grid.kind) {
    case "lambert":
      return coneConstant(grid.projection);
    case "polar-stereographic":
      return poleSign(grid.projection);
    default:
      return grid satisfies never;
  }
}

/** The part of a grid whose south-west cell is column i, row j; every `by`th cell from the middle of the first `by` on. */
export function subGrid(
  grid: Grid,
  { i, j, nx, ny, by = 1 }: { i: number; j: number; nx: number; ny: number; by?: number },
): Grid {
  const middle = (by - 1) / 2;
  if (isPlane(grid)) {
    return {
      ...grid,
      nx,
      ny,
      x0Meters: grid.x0Meters + (i + middle) * grid.dxMeters,
      y0Meters: grid.y0Meters + (j + middle) * grid.dyMeters,
      dxMeters: by * grid.dxMeters,
      dyMeters: by * grid.dyMeters,
    };
  }
  return {
    ...grid,
    nx,
    ny,
    latitude0Degrees: grid.latitude0Degrees + (j + middle) * grid.dLatitudeDegrees,
    longitude0Degrees: grid.longitude0Degrees + (i + middle) * grid.dLongitudeDegrees,
    dLatitudeDegrees: by * grid.dLatitudeDegrees,
    dLongitudeDegrees: by * grid.dLongitudeDegrees,
  };
}

/** HRRR's sphere and cone. Source: section 3 of every HRRR message. */
export const HRRR_PROJECTION: LambertProjection = {
  radiusMeters: 6_371_229,
  standardParallel1Degrees: 38.5,
  standardParallel2Degrees: 38.5,
  originLatitudeDegrees: 38.5,
  centralLongitudeDegrees: -97.5,
};

/** HRRR's sphere and plane over Alaska. Source: section 3 of its messages. */
export const HRRR_ALASKA_PROJECTION: PolarStereographicProjection = {
  radiusMeters: 6_371_229,
  pole: "north",
  trueLatitudeDegrees: 60,
  centralLongitudeDegrees: -135,
};

/** HRRR over the contiguous United States, 1799 × 1059 cells of 3 km. */
export const HRRR_GRID: LambertGrid = lambertGridFrom(HRRR_PROJECTION, {
  nx: 1799,
  ny: 1059,
  latitude0Degrees: 21.138123,
  longitude0Degrees: -122.719528,
  dxMeters: 3000,
  dyMeters: 3000,
});

/** HRRR over Alaska, 1299 × 919 cells of 3 km. Source: section 3 of its messages. */
export const HRRR_ALASKA_GRID: PolarStereographicGrid = {
  kind: "polar-stereographic",
  projection: HRRR_ALASKA_PROJECTION,
  ...planeFrom(polarStereographic(HRRR_ALASKA_PROJECTION).forward, {
    nx: 1299,
    ny: 919,
    latitude0Degrees: 41.612949,
    longitude0Degrees: -174.882874,
    dxMeters: 3000,
    dyMeters: 3000,
  }),
};

/** A plane by its south-west cell, as GRIB states it. */
interface Corner {
  readonly nx: number;
  readonly ny: number;
  readonly latitude0Degrees: number;
  readonly longitude0Degrees: number;
  readonly dxMeters: number;
  readonly dyMeters: number;
}

/** A Lambert grid from its south-west cell, as GRIB states it. */
export function lambertGridFrom(projection: LambertProjection, corner: Corner): LambertGrid {
  return { kind: "lambert", ...planeFrom(lambert(projection).forward, corner), projection };
}

function planeFrom(forward: (point: GeographicPoint) => ProjectedPoint, corner: Corner): Plane {
  const { nx, ny, latitude0Degrees, longitude0Degrees, dxMeters, dyMeters } = corner;
  const { xMeters, yMeters } = forward({ latitudeDegrees: latitude0Degrees, longitudeDegrees: longitude0Degrees });
  return { nx, ny, x0Meters: xMeters, y0Meters: yMeters, dxMeters, dyMeters };
}

export function cellCount({ nx, ny }: Grid): number {
  return nx * ny;
}

/** Latitude and longitude of every cell centre, degrees, each [ny, nx]. */
export function cellCoordinates(grid: Grid): { latitude: Float32Array; longitude: Float32Array } {
  const latitude = new Float32Array(cellCount(grid));
  const longitude = new Float32Array(cellCount(grid));
  const locate = cellLocator(grid);
  for (let j = 0, cell = 0; j < grid.ny; j++) {
    for (let i = 0; i < grid.nx; i++, cell++) {
      const { latitudeDegrees, longitudeDegrees } = locate(i, j);
      latitude[cell] = latitudeDegrees;
      longitude[cell] = longitudeDegrees;
    }
  }
  return { latitude, longitude };
}

/** Latitude and longitude of column i, row j; fractions allowed. */
export function cellLocator(
  grid: Grid,
): (i: number, j: number) => { latitudeDegrees: number; longitudeDegrees: number } {
  if (!isPlane(grid)) {
    return (i, j) => ({
      latitudeDegrees: grid.latitude0Degrees + j * grid.dLatitudeDegrees,
      longitudeDegrees: grid.longitude0Degrees + i * grid.dLongitudeDegrees,
    });
  }
  const { inverse } = projectionOf(grid);
  return (i, j) => inverse({ xMeters: grid.x0Meters + i * grid.dxMeters, yMeters: grid.y0Meters + j * grid.dyMeters });
}

/** The inverse of `cellLocator`: fractional column i and row j of a place. */
export function cellFinder(
  grid: Grid,
): (latitudeDegrees: number, longitudeDegrees: number) => { i: number; j: number } {
  if (!isPlane(grid)) {
    return (latitude, longitude) => ({
      i: ((((longitude - grid.longitude0Degrees) % 360) + 360) % 360) / grid.dLongitudeDegrees,
      j: (latitude - grid.latitude0Degrees) / grid.dLatitudeDegrees,
    });
  }
  const { forward } = projectionOf(grid);
  return (latitudeDegrees, longitudeDegrees) => {
    const { xMeters, yMeters } = forward({ latitudeDegrees, longitudeDegrees });
    return { i: (xMeters - grid.x0Meters) / grid.dxMeters, j: (yMeters - grid.y0Meters) / grid.dyMeters };
  };
}

/** Side of a cell in kilometres, in the projection. A latitude–longitude grid has none and gives `undefined`. */
export function cellSizeKm(grid: Grid): number | undefined {
  return isPlane(grid) ? grid.dxMeters / 1000 : undefined;
}

/** One line for people: "Lambert 1799x1059, 3 km". */
export function describeGrid(grid: Grid): string {
  const size = `${grid.nx}x${grid.ny}`;
  switch (grid.kind) {
    case "lambert":
      return `Lambert ${size}, ${grid.dxMeters / 1000} km`;
    case "polar-stereographic":
      return `polar stereographic ${size}, ${grid.dxMeters / 1000} km`;
    case "latlon":
      return `latitude-longitude ${size}, ${grid.dLongitudeDegrees}x${grid.dLatitudeDegrees} degrees`;
    default:
      return grid satisfies never;
  }
}

/** True when every number of two projections is the same; those of different kinds have other numbers. */
export function sameProjection(a: PlaneGrid["projection"], b: PlaneGrid["projection"]): boolean {
  const [first, second] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return first.length === second.size && first.every(([key, value]) => second.get(key) === value);
}
