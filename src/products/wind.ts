/**
 * Wind speed from the two components, whichever axes they follow: turning them (`core/wind.ts`) does not change it.
 * @module
 */
import { type Field, ShapeError } from "../core/index.ts";

/** √(u² + v²), cell by cell, in the unit of the components. NaN in either gives NaN. */
export function windSpeed(u: Field, v: Field): Field {
  if (u.length !== v.length) {
    throw new ShapeError({ place: "wind speed", expected: `${u.length} cells in v as in u`, got: `${v.length}` });
  }
  const speed = new Float32Array(u.length);
  for (let cell = 0; cell < speed.length; cell++) speed[cell] = Math.sqrt(u[cell] * u[cell] + v[cell] * v[cell]);
  return speed;
}
