/**
 * Whether two grids have the same cells, and if not, how far apart they lie. Corners are written rounded, and a model may move its grid by
 * some meters without anybody noticing: HRRR's first point was 21.138000 N 237.280000 E until July 2018 and is 21.138123 N 237.280472 E
 * since, 51 m or 0.017 of a cell away.
 *
 *   shift = the largest distance, in cells, of a cell's place on one grid from its place on the other, over the corners and the middle
 *
 *   up to 0.005   rounding: the same, and not worth a word
 *   up to 0.05    the same, and said: values of either are at home on both
 *   above         another grid
 *
 * @module
 */
import { cellFinder, cellLocator, describeGrid, type Grid } from "./grid.ts";

/** Cells by which grids may lie apart and still be one. */
const SAME_GRID_CELLS = 0.05;
const ROUNDING_CELLS = 0.005;

/** The shift between two grids, in cells of the first; `undefined` where they differ in kind or size, so that no cell answers another. */
export function gridShift(a: Grid, b: Grid): number | undefined {
  if (a.kind !== b.kind || a.nx !== b.nx || a.ny !== b.ny) return undefined;
  if (JSON.stringify(a) === JSON.stringify(b)) return 0;
  const [locate, find] = [cellLocator(b), cellFinder(a)];
  const [lastColumn, lastRow] = [a.nx - 1, a.ny - 1];
  const round = a.kind === "latlon" ? 360 / a.dLongitudeDegrees : Number.POSITIVE_INFINITY;
  const points = [0, lastColumn].flatMap((i) => [0, lastRow].map((j) => [i, j] as const));
  const shifts = [...points, [lastColumn / 2, lastRow / 2] as const].map(([i, j]) => {
    const { latitudeDegrees, longitudeDegrees } = locate(i, j);
    const place = find(latitudeDegrees, longitudeDegrees);
    const columns = Math.abs(place.i - i);
    // On a grid of degrees a little west of the first column is nearly once round.
    return Math.hypot(Math.min(columns, Math.abs(round - columns)), place.j - j);
  });
  const shift = Math.max(...shifts);
  return Number.isNaN(shift) ? undefined : shift;
}

/** True when two grids have the same cells, up to a twentieth of one. */
export function sameGrid(a: Grid, b: Grid): boolean {
  const shift = gridShift(a, b);
  return shift !== undefined && shift <= SAME_GRID_CELLS;
}

/** A grid for people who know another: "Lambert 1799x1059, 3 km", and where the size is the same, how far apart they lie. */
export function describeAgainst(grid: Grid, other: Grid): string {
  const shift = gridShift(other, grid);
  return `${describeGrid(grid)}${shift === undefined ? "" : `, ${apart(shift, other)} away`}`;
}

/** A line for people where two grids pass for one and are not quite; `undefined` where there is nothing to say. */
export function gridNote(
  name: string,
  grid: Grid,
  other: { readonly name: string; readonly grid: Grid },
): string | undefined {
  const shift = gridShift(other.grid, grid);
  if (shift === undefined || shift <= ROUNDING_CELLS || shift > SAME_GRID_CELLS) return undefined;
  const limit = `up to ${SAME_GRID_CELLS} of a cell`;
  return `${name}: its grid lies ${apart(shift, other.grid)} from that of ${other.name}; taken for the same (${limit})`;
}

/** "0.017 of a cell (51 m)", "12.0 cells (36 km)". */
function apart(shift: number, grid: Grid): string {
  const cells = shift < 1 ? `${Number(shift.toPrecision(2))} of a cell` : `${shift.toFixed(1)} cells`;
  if (!("dxMeters" in grid)) return cells;
  const meters = shift * grid.dxMeters;
  return `${cells} (${meters < 10_000 ? `${Math.round(meters)} m` : `${Math.round(meters / 1000)} km`})`;
}
