/**
 * In which order a grid's points are stored (flag table 3.4), and how to put them into ours: rows south to north, each west to
 * east.
 *
 *   0x80 points run −i (east to west)      0x40 rows run +j (south to north)
 *   0x20 consecutive points run along j    0x10 every other row runs backwards
 *
 * @module
 */
import { RequestError } from "../../core/index.ts";
import { notHeld, type OtherGrid } from "./other.ts";

/** What the scanning mode is about: a grid's size and flags. */
export interface Scanned {
  readonly nx: number;
  readonly ny: number;
  /** Flag table 3.4; HRRR is 0x40. */
  readonly scanningMode: number;
}

const MINUS_I = 0x80;
const PLUS_J = 0x40;
const ALONG_J = 0x20;
const BACK_AND_FORTH = 0x10;
const OFFSET_POINTS = 0x0f;

/**
 * Stored order to rows south to north, columns west to east: [ny, nx]. An array that lies so already is given back itself.
 * @throws RangeError when `values` does not have nx · ny elements; RequestError for grids whose rows are offset by half a cell,
 * or whose order is not known.
 */
export function toSouthUp<T extends Float32Array | Float64Array>(values: T, grid: Scanned | OtherGrid): T {
  if (!("scanningMode" in grid)) throw notHeld(grid, "order of rows");
  const { nx, ny, scanningMode } = grid;
  if (values.length !== nx * ny) throw new RangeError(`${values.length} values for a grid of ${nx} x ${ny}`);
  if ((scanningMode & OFFSET_POINTS) !== 0) {
    throw new RequestError({
      place: `scanning mode 0x${scanningMode.toString(16)}`,
      expected: "rows that start together",
      got: "rows or columns offset by half a cell",
      remedy: "regrid the file first",
    });
  }
  if (scanningMode === PLUS_J) return values;
  const alongJ = (scanningMode & ALONG_J) !== 0;
  const [inner, outer] = alongJ ? [ny, nx] : [nx, ny];
  const out = values.slice() as T;
  for (let line = 0, stored = 0; line < outer; line++) {
    const backwards = (scanningMode & BACK_AND_FORTH) !== 0 && line % 2 === 1;
    for (let step = 0; step < inner; step++, stored++) {
      const along = backwards ? inner - 1 - step : step;
      const [i, j] = alongJ ? [line, along] : [along, line];
      const column = (scanningMode & MINUS_I) === 0 ? i : nx - 1 - i;
      const row = (scanningMode & PLUS_J) === 0 ? ny - 1 - j : j;
      out[row * nx + column] = values[stored];
    }
  }
  return out;
}

/** −1 or +1: which way stored columns (i) and rows (j) run in the plane. */
export function scanDirections({ scanningMode }: Scanned): { i: 1 | -1; j: 1 | -1 } {
  return { i: (scanningMode & MINUS_I) === 0 ? 1 : -1, j: (scanningMode & PLUS_J) === 0 ? -1 : 1 };
}
