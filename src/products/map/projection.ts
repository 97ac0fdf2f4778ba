/**
 * From a grid to a picture of it, north up, without resampling: the cell (column i, row j) covers the square
 *
 *   x: i·s … (i + 1)·s        y: (ny − 1 − j)·s … (ny − j)·s        pixels from the map's top left corner
 *
 * and a d3 projection that puts coasts and borders onto the same pixels: Lambert conformal conic for HRRR's grid, polar
 * stereographic for its grid of Alaska, plate carrée for latitude–longitude grids.
 * @module
 */
import { type GeoProjection, geoConicConformal, geoEquirectangular, geoStereographic } from "d3-geo";
import { cellFinder, cellLocator, type Grid, isPlane } from "../../core/index.ts";

/** Pixels the long side of a map aims at; the nearest whole number of pixels a cell is taken, at least one. */
const LONG_SIDE_PIXELS = 1150;

export interface MapFrame {
  readonly grid: Grid;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Pixels a cell, eastward and northward; equal on grids with square cells. */
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/**
 * The size a grid is drawn at. Within `widest` pixels a cell may be less than one: then each pixel shows the cell at its middle, and of
 * neighbors none are mixed.
 */
export function mapFrame(grid: Grid, widest: number = Number.POSITIVE_INFINITY): MapFrame {
  const aspect = isPlane(grid) ? grid.dyMeters / grid.dxMeters : grid.dLatitudeDegrees / grid.dLongitudeDegrees;
  const cellWidth = Math.max(1, Math.round(LONG_SIDE_PIXELS / Math.max(grid.nx, grid.ny * aspect)));
  const widthPixels = Math.min(widest, grid.nx * cellWidth);
  const heightPixels = Math.max(1, Math.round(grid.ny * (widthPixels / grid.nx) * aspect));
  return { grid, widthPixels, heightPixels, cellWidth: widthPixels / grid.nx, cellHeight: heightPixels / grid.ny };
}

/** Latitude and longitude of a pixel of the map. */
export function placeLocator(frame: MapFrame): (x: number, y: number) => { latitude: number; longitude: number } {
  const locate = cellLocator(frame.grid);
  return (x, y) => {
    const place = locate(x / frame.cellWidth - 0.5, frame.grid.ny - 0.5 - y / frame.cellHeight);
    return { latitude: place.latitudeDegrees, longitude: place.longitudeDegrees };
  };
}

/** The d3 projection of the same pixels, clipped a little outside the frame. */
export function d3Projection(frame: MapFrame): GeoProjection {
  const { widthPixels, heightPixels } = frame;
  const middle = placeLocator(frame)(widthPixels / 2, heightPixels / 2);
  const projection = unplaced(frame, middle.longitude);
  projection.center([0, 0]).translate([0, 0]).precision(0.3);
  const [x, y] = projection([middle.longitude, middle.latitude]) ?? [0, 0];
  return projection.translate([widthPixels / 2 - x, heightPixels / 2 - y]).clipExtent([
    [-4, -4],
    [widthPixels + 4, heightPixels + 4],
  ]);
}

/** Turned and scaled as the grid is, but not yet where it lies. */
function unplaced({ grid, cellWidth }: MapFrame, middleLongitude: number): GeoProjection {
  switch (grid.kind) {
    case "lambert": {
      const { standardParallel1Degrees, standardParallel2Degrees, centralLongitudeDegrees, radiusMeters } =
        grid.projection;
      return geoConicConformal()
        .parallels([standardParallel1Degrees, standardParallel2Degrees])
        .rotate([-centralLongitudeDegrees, 0])
        .scale((radiusMeters / grid.dxMeters) * cellWidth);
    }
    case "polar-stereographic": {
      const { pole, trueLatitudeDegrees, centralLongitudeDegrees, radiusMeters } = grid.projection;
      const enlarged = 1 + Math.sin((Math.abs(trueLatitudeDegrees) * Math.PI) / 180);
      return geoStereographic()
        .rotate([-centralLongitudeDegrees, pole === "north" ? -90 : 90])
        .scale(((enlarged * radiusMeters) / grid.dxMeters) * cellWidth);
    }
    case "latlon":
      return geoEquirectangular()
        .rotate([-middleLongitude, 0])
        .scale(((180 / Math.PI) * cellWidth) / grid.dLongitudeDegrees);
    default:
      return grid satisfies never;
  }
}

/** South, north, west and east of what the frame shows, in degrees; longitudes relative to the middle's, so none wraps. */
export function frameBounds(frame: MapFrame): {
  south: number;
  north: number;
  west: number;
  east: number;
  middleLongitude: number;
} {
  const locate = placeLocator(frame);
  const { widthPixels, heightPixels } = frame;
  const middleLongitude = locate(widthPixels / 2, heightPixels / 2).longitude;
  let [south, north, west, east] = [90, -90, 180, -180];
  const STEPS = 32;
  for (let k = 0; k <= STEPS; k++) {
    const x = (k / STEPS) * widthPixels;
    const y = (k / STEPS) * heightPixels;
    for (const place of [locate(x, 0), locate(x, heightPixels), locate(0, y), locate(widthPixels, y)]) {
      const longitude = place.longitude - middleLongitude;
      const relative = longitude - 360 * Math.round(longitude / 360);
      south = Math.min(south, place.latitude);
      north = Math.max(north, place.latitude);
      west = Math.min(west, relative);
      east = Math.max(east, relative);
    }
  }
  // Around a pole the edges see less than the middle does.
  for (const pole of [-90, 90]) {
    if (!shows(frame, pole)) continue;
    [west, east] = [-180, 180];
    if (pole < 0) south = -90;
    else north = 90;
  }
  return { south, north, west, east, middleLongitude };
}

function shows({ grid }: MapFrame, poleDegrees: number): boolean {
  if (!isPlane(grid)) return false;
  const { i, j } = cellFinder(grid)(poleDegrees, 0);
  return i > -0.5 && i < grid.nx - 0.5 && j > -0.5 && j < grid.ny - 0.5;
}

/** Length of the longer side over the ground, km, to choose what detail to draw. */
export function frameExtentKm(frame: MapFrame): number {
  const { grid } = frame;
  if (isPlane(grid)) return (Math.max(grid.nx, grid.ny) * grid.dxMeters) / 1000;
  const KM_PER_DEGREE = 111.2;
  const cosine = Math.cos(((grid.latitude0Degrees + (grid.ny / 2) * grid.dLatitudeDegrees) * Math.PI) / 180);
  return (
    KM_PER_DEGREE * Math.max(grid.ny * grid.dLatitudeDegrees, Math.min(360, grid.nx * grid.dLongitudeDegrees) * cosine)
  );
}
