/**
 * Wind speed and direction of two components. Speed is the same whichever axes they follow; direction needs them earth-relative, which
 * HRRR's are not (`core/wind.ts` turns them).
 *
 *   speed = √(u² + v²)        direction = (270° − atan2(v, u)) mod 360°: where the wind comes FROM, 0° north, 90° east
 * @module
 */
import { earthRelativeWind, type Field, type Grid, ShapeError } from "../core/index.ts";

/** √(u² + v²), cell by cell, in the unit of the components. NaN in either gives NaN. */
export function windSpeed(u: Field, v: Field): Field {
  requireAlike("wind speed", u, v);
  const speed = new Float32Array(u.length);
  for (let cell = 0; cell < speed.length; cell++) speed[cell] = Math.sqrt(u[cell] * u[cell] + v[cell] * v[cell]);
  return speed;
}

/** Direction in degrees of **grid-relative** components; a calm has none: NaN. */
export function windDirection(u: Field, v: Field, grid: Grid): Field {
  requireAlike("wind direction", u, v);
  const { east, north } = earthRelativeWind(u, v, grid);
  return east.map((eastward, cell) => directionOf(eastward, north[cell]));
}

/** Where a wind to the east and north comes from, degrees in [0, 360); NaN for a calm. */
export function directionOf(east: number, north: number): number {
  if (east === 0 && north === 0) return Number.NaN;
  const degrees = 270 - (Math.atan2(north, east) * 180) / Math.PI;
  // 360 itself, from rounding to float32 a hair below it, is north like 0.
  return Math.fround(degrees % 360) === 360 ? 0 : degrees % 360;
}

function requireAlike(place: string, u: Field, v: Field): void {
  if (u.length === v.length) return;
  throw new ShapeError({ place, expected: `${u.length} cells in v as in u`, got: `${v.length}` });
}
