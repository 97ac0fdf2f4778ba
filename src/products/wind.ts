/**
 * Wind from its two grid-relative components. HRRR's u and v follow the grid; true east and north need a turn by the angle
 * a between grid north and true north (WMO flag table 3.3, bit 5; `windRotation` of core):
 *
 *   u_east = u cos a + v sin a,   v_north = −u sin a + v cos a
 *
 * Speed does not change by it; direction does, by up to 22.8° at the corners of HRRR's grid.
 * @module
 */
import { cellLocator, type Field, type Grid, ShapeError, windRotation } from "../core/index.ts";

/** √(u² + v²), cell by cell, in the unit of the components. NaN in either gives NaN. */
export function windSpeed(u: Field, v: Field): Field {
  requireSameLength("wind speed", u, v);
  const speed = new Float32Array(u.length);
  for (let cell = 0; cell < speed.length; cell++) speed[cell] = Math.sqrt(u[cell] * u[cell] + v[cell] * v[cell]);
  return speed;
}

/** One wind vector turned by `angle` radians: grid-relative (u, v) to earth-relative (east, north). */
export function rotateWind(u: number, v: number, angle: number): { east: number; north: number } {
  return {
    east: u * Math.cos(angle) + v * Math.sin(angle),
    north: -u * Math.sin(angle) + v * Math.cos(angle),
  };
}

/** Both components of a field turned from grid to earth, [ny, nx] each. A latitude–longitude grid needs no turn. */
export function earthRelativeWind(u: Field, v: Field, grid: Grid): { east: Field; north: Field } {
  requireSameLength("earth-relative wind", u, v);
  if (grid.kind === "latlon") return { east: u.slice(), north: v.slice() };
  const east = new Float32Array(u.length);
  const north = new Float32Array(u.length);
  const locate = cellLocator(grid);
  for (let j = 0, cell = 0; j < grid.ny; j++) {
    for (let i = 0; i < grid.nx; i++, cell++) {
      const turned = rotateWind(u[cell], v[cell], windRotation(grid.projection, locate(i, j).longitudeDegrees));
      east[cell] = turned.east;
      north[cell] = turned.north;
    }
  }
  return { east, north };
}

function requireSameLength(place: string, u: Field, v: Field): void {
  if (u.length !== v.length) {
    throw new ShapeError({ place, expected: `${u.length} cells in v as in u`, got: `${v.length}` });
  }
}
