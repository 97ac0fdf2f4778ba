/**
 * Winds along a grid's axes and winds to the east and north (WMO flag table 3.3, bit 5). With a the angle by which grid north is
 * turned from true north (`windRotation`):
 *
 *   u_east = u cos a + v sin a,   v_north = −u sin a + v cos a,   and back with −a
 *
 * Speed does not change by it; direction does, by up to 22.8° at the corners of HRRR's grid.
 * @module
 */
import { ShapeError } from "./errors.ts";
import type { Field } from "./field.ts";
import { cellLocator, type Grid, isPlane, windRotation } from "./grid.ts";

/** One wind vector turned by `angle` radians: grid-relative (u, v) to earth-relative (east, north). */
export function rotateWind(u: number, v: number, angle: number): { east: number; north: number } {
  return {
    east: u * Math.cos(angle) + v * Math.sin(angle),
    north: -u * Math.sin(angle) + v * Math.cos(angle),
  };
}

/** Both components of a field turned from grid to earth, [ny, nx] each. A latitude–longitude grid needs no turn. */
export function earthRelativeWind(u: Field, v: Field, grid: Grid): { east: Field; north: Field } {
  const [east, north] = turned("earth-relative wind", u, v, grid, 1);
  return { east, north };
}

/** The inverse of `earthRelativeWind`: eastward and northward wind turned to the grid's own axes. */
export function gridRelativeWind(east: Field, north: Field, grid: Grid): { u: Field; v: Field } {
  const [u, v] = turned("grid-relative wind", east, north, grid, -1);
  return { u, v };
}

function turned(place: string, a: Field, b: Field, grid: Grid, sign: 1 | -1): readonly [Field, Field] {
  if (a.length !== grid.nx * grid.ny || b.length !== a.length) {
    throw new ShapeError({ place, expected: `${grid.nx * grid.ny} cells twice`, got: `${a.length} and ${b.length}` });
  }
  if (!isPlane(grid)) return [a.slice(), b.slice()];
  const [first, second] = [new Float32Array(a.length), new Float32Array(a.length)];
  const locate = cellLocator(grid);
  for (let j = 0, cell = 0; j < grid.ny; j++) {
    for (let i = 0; i < grid.nx; i++, cell++) {
      const angle = sign * windRotation(grid, locate(i, j).longitudeDegrees);
      const { east, north } = rotateWind(a[cell], b[cell], angle);
      first[cell] = east;
      second[cell] = north;
    }
  }
  return [first, second];
}
