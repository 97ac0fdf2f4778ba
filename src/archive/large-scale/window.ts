/**
 * Which cells of a latitude–longitude grid lie around a domain: the box of the domain's cell centers, out to the next cell on each side,
 * and a margin.
 * @module
 */
import {
  cellFinder,
  cellLocator,
  describeGrid,
  type Field,
  type Grid,
  type LatLonGrid,
  RequestError,
  wrapLongitude,
} from "../../core/index.ts";

/** Columns `column` … `column + nx − 1`, on a grid round the Earth modulo its own number, and rows likewise. */
export interface GridWindow {
  readonly column: number;
  readonly row: number;
  readonly nx: number;
  readonly ny: number;
}

/** Cells by which a center may miss a whole number and still be meant. */
const SNAP = 1e-6;

/**
 * The cells of `from` that hold `domain`, and up to `margin` more on each side.
 * @throws RequestError naming `place` when the grid does not hold the domain
 */
export function windowAround(from: LatLonGrid, domain: Grid, margin: number, place: string): GridWindow {
  const { south, north, west, width } = boxOf(domain);
  const find = cellFinder(from);
  const columnsRound = 360 / from.dLongitudeDegrees;
  const goesRound = Math.abs(columnsRound - from.nx) < 1e-3;
  const found = find(south, west);
  // Half a cell west of the first column is nearly once round.
  const left = found.i > columnsRound - 0.5 && !goesRound ? found.i - columnsRound : found.i;
  const low = [floor(left), floor(found.j)];
  const high = [ceil(left + width / from.dLongitudeDegrees), ceil(find(north, west).j)];
  const rowsHold = low[1] >= 0 && high[1] <= from.ny - 1;
  const columnsHold = goesRound ? high[0] - low[0] < from.nx : low[0] >= 0 && high[0] <= from.nx - 1;
  if (!rowsHold || !columnsHold) {
    throw new RequestError({
      place,
      expected: `fields around the domain, ${south.toFixed(2)} to ${north.toFixed(2)} N, ${west.toFixed(2)} to ${(west + width).toFixed(2)} E`,
      got: `${describeGrid(from)} from ${from.latitude0Degrees} N, ${from.longitude0Degrees} E`,
      remedy: "make the store --like an archive of this domain, from fields that hold it",
    });
  }
  const row = Math.max(low[1] - margin, 0);
  const column = goesRound ? low[0] - margin : Math.max(low[0] - margin, 0);
  const most = goesRound ? column + from.nx - 1 : from.nx - 1;
  return {
    column,
    row,
    nx: Math.min(high[0] + margin, most) - column + 1,
    ny: Math.min(high[1] + margin, from.ny - 1) - row + 1,
  };
}

/** The grid of a window. */
export function windowGrid(from: LatLonGrid, { column, row, nx, ny }: GridWindow): LatLonGrid {
  return {
    ...from,
    nx,
    ny,
    latitude0Degrees: from.latitude0Degrees + row * from.dLatitudeDegrees,
    longitude0Degrees: from.longitude0Degrees + column * from.dLongitudeDegrees,
  };
}

/** The cells of a field that lie in a window, [ny, nx], a new array. */
export function cutOut(field: Field, from: LatLonGrid, { column, row, nx, ny }: GridWindow): Field {
  const out = new Float32Array(nx * ny);
  for (let j = 0, at = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++, at++) {
      out[at] = field[(row + j) * from.nx + ((((column + i) % from.nx) + from.nx) % from.nx)];
    }
  }
  return out;
}

/** The box of a grid's cell centers: it is reached on the border, where no pole lies inside. Longitudes run on eastward from `west`. */
function boxOf(grid: Grid): { south: number; north: number; west: number; width: number } {
  const locate = cellLocator(grid);
  const { nx, ny } = grid;
  const center = locate((nx - 1) / 2, (ny - 1) / 2).longitudeDegrees;
  let [south, north, west, east] = [90, -90, 0, 0];
  const reach = (i: number, j: number): void => {
    const { latitudeDegrees, longitudeDegrees } = locate(i, j);
    south = Math.min(south, latitudeDegrees);
    north = Math.max(north, latitudeDegrees);
    const offset = wrapLongitude(longitudeDegrees - center);
    west = Math.min(west, offset);
    east = Math.max(east, offset);
  };
  for (let i = 0; i < nx; i++) for (const j of [0, ny - 1]) reach(i, j);
  for (let j = 0; j < ny; j++) for (const i of [0, nx - 1]) reach(i, j);
  return { south, north, west: center + west, width: east - west };
}

const floor = (value: number): number => Math.floor(value + SNAP);
const ceil = (value: number): number => Math.ceil(value - SNAP);
