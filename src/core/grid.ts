/**
 * Where the cells of a field lie. A grid is a plain value that travels inside archives, runs and forecasts.
 * Rows run south to north and columns west to east: cell (row j, column i) is element j · nx + i.
 * @module
 */
import { type LambertProjection, lambert } from "./lambert.ts";

/** A regular grid in a Lambert projection; (x0, y0) is the centre of cell (0, 0), the south-west corner. */
export interface LambertGrid {
  readonly kind: "lambert";
  readonly nx: number;
  readonly ny: number;
  readonly x0Meters: number;
  readonly y0Meters: number;
  readonly dxMeters: number;
  readonly dyMeters: number;
  readonly projection: LambertProjection;
}

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

export type Grid = LambertGrid | LatLonGrid;

/** HRRR's sphere and cone. Source: section 3 of every HRRR message. */
export const HRRR_PROJECTION: LambertProjection = {
  radiusMeters: 6_371_229,
  standardParallel1Degrees: 38.5,
  standardParallel2Degrees: 38.5,
  originLatitudeDegrees: 38.5,
  centralLongitudeDegrees: -97.5,
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

/** A Lambert grid from its south-west cell, as GRIB states it. */
export function lambertGridFrom(
  projection: LambertProjection,
  corner: {
    nx: number;
    ny: number;
    latitude0Degrees: number;
    longitude0Degrees: number;
    dxMeters: number;
    dyMeters: number;
  },
): LambertGrid {
  const { xMeters, yMeters } = lambert(projection).forward({
    latitudeDegrees: corner.latitude0Degrees,
    longitudeDegrees: corner.longitude0Degrees,
  });
  const { nx, ny, dxMeters, dyMeters } = corner;
  return { kind: "lambert", nx, ny, x0Meters: xMeters, y0Meters: yMeters, dxMeters, dyMeters, projection };
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
  if (grid.kind === "latlon") {
    return (i, j) => ({
      latitudeDegrees: grid.latitude0Degrees + j * grid.dLatitudeDegrees,
      longitudeDegrees: grid.longitude0Degrees + i * grid.dLongitudeDegrees,
    });
  }
  const { inverse } = lambert(grid.projection);
  return (i, j) => inverse({ xMeters: grid.x0Meters + i * grid.dxMeters, yMeters: grid.y0Meters + j * grid.dyMeters });
}

/** The inverse of `cellLocator`: fractional column i and row j of a place. */
export function cellFinder(
  grid: Grid,
): (latitudeDegrees: number, longitudeDegrees: number) => { i: number; j: number } {
  if (grid.kind === "latlon") {
    return (latitude, longitude) => ({
      i: ((((longitude - grid.longitude0Degrees) % 360) + 360) % 360) / grid.dLongitudeDegrees,
      j: (latitude - grid.latitude0Degrees) / grid.dLatitudeDegrees,
    });
  }
  const { forward } = lambert(grid.projection);
  return (latitudeDegrees, longitudeDegrees) => {
    const { xMeters, yMeters } = forward({ latitudeDegrees, longitudeDegrees });
    return { i: (xMeters - grid.x0Meters) / grid.dxMeters, j: (yMeters - grid.y0Meters) / grid.dyMeters };
  };
}

/** Side of a cell in kilometres, in the projection. A latitude–longitude grid has none and gives `undefined`. */
export function cellSizeKm(grid: Grid): number | undefined {
  return grid.kind === "lambert" ? grid.dxMeters / 1000 : undefined;
}

/** One line for people: "Lambert 1799x1059, 3 km". */
export function describeGrid(grid: Grid): string {
  const size = `${grid.nx}x${grid.ny}`;
  return grid.kind === "lambert"
    ? `Lambert ${size}, ${grid.dxMeters / 1000} km`
    : `latitude-longitude ${size}, ${grid.dLongitudeDegrees}x${grid.dLatitudeDegrees} degrees`;
}
