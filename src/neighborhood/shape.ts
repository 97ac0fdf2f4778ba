/**
 * Which cells are near a cell: a disc or a box, as the half width of each of its rows.
 *
 *   disc  dx² + dy² ≤ r²            box  |dx| ≤ r and |dy| ≤ r            distances between cell centres, on the grid's plane
 *
 * At 3 km, 40 km is 13.33 cells and the disc has 553 cells; HREF's 13 cells make 529, SPC's 25 miles 561. The map factor (up to 1.044 on
 * HRRR's grid) is left out, as HREF and pysteps leave it out.
 * @module
 */
import { type Grid, isPlane, RequestError } from "../core/index.ts";

/** Symmetric about its centre, and never wider at a row further away: what the fast kernels rest on. */
export interface Neighborhood {
  /** Cells to either side in the row d away, d = 0 … reach; never negative, never growing with d. */
  readonly halfWidths: Int32Array;
  /** Rows above and below the centre. */
  readonly reach: number;
  /** How many cells it has where no edge cuts it. */
  readonly cells: number;
}

/** A grain of tolerance, in cells, so that 39 km is 13 cells of 3 km whatever the rounding. */
const GRAIN = 1e-9;

/**
 * All cells whose centre is at most `radiusKm` away.
 * @throws RequestError on a latitude–longitude grid, RangeError for a radius below 0.
 * @example disc(HRRR_GRID, 40).cells // 553
 */
export function disc(grid: Grid, radiusKm: number): Neighborhood {
  const { columns, rows } = reachOf(grid, radiusKm, "disc");
  return shapeOf(Math.floor(rows + GRAIN), (d) =>
    Math.floor(columns * Math.sqrt(Math.max(0, 1 - (rows > 0 ? (d / rows) ** 2 : 0))) + GRAIN),
  );
}

/**
 * All cells at most `halfSideKm` away along x and along y: SPC's 80 km box has a half side of 40 km (27 x 27 cells at 3 km).
 * @throws RequestError on a latitude–longitude grid, RangeError for a half side below 0.
 */
export function box(grid: Grid, halfSideKm: number): Neighborhood {
  const { columns, rows } = reachOf(grid, halfSideKm, "box");
  const width = Math.floor(columns + GRAIN);
  return shapeOf(Math.floor(rows + GRAIN), () => width);
}

/** A distance in columns and in rows. @throws RequestError where a cell has no size in kilometres. */
export function reachOf(grid: Grid, distanceKm: number, place: string): { columns: number; rows: number } {
  if (!(distanceKm >= 0)) throw new RangeError(`${place}: a distance is 0 km or more, got ${distanceKm}`);
  if (!isPlane(grid)) {
    throw new RequestError({
      place,
      expected: "a grid whose cells have a size in kilometres",
      got: "a latitude-longitude grid",
      remedy: "regrid to HRRR's grid first",
    });
  }
  return { columns: (1000 * distanceKm) / grid.dxMeters, rows: (1000 * distanceKm) / grid.dyMeters };
}

function shapeOf(reach: number, halfWidth: (d: number) => number): Neighborhood {
  const halfWidths = Int32Array.from({ length: reach + 1 }, (_, d) => halfWidth(d));
  const cells = halfWidths.reduce((sum, w, d) => sum + (2 * w + 1) * (d === 0 ? 1 : 2), 0);
  return { halfWidths, reach, cells };
}
