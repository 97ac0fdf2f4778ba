/**
 * Winds among the names of the large scale. A wind is two components, turned together from east and north to the axes of a grid.
 * @module
 */
import { cellCoordinates, type Field, type Grid, isPlane, rotateWind, windRotation } from "../core/index.ts";

/** "u500" and "v500". */
const WIND = /^([uv])(\d+)$/;

/** Names of both components of each wind. A wind of which one is missing cannot be turned. */
export function windPairs(names: readonly string[]): [u: string, v: string][] {
  return names.flatMap((name): [string, string][] => {
    const [, component, level] = WIND.exec(name) ?? [];
    return component === "u" && names.includes(`v${level}`) ? [[name, `v${level}`]] : [];
  });
}

/** The names whose other component is not among them. */
export function unpairedWinds(names: readonly string[]): string[] {
  const paired = windPairs(names).flat();
  return names.filter((name) => WIND.test(name) && !paired.includes(name));
}

/** Turns eastward and northward wind, in place, to the axes of the grid. The angles are worked out when first needed. */
export function windTurner(grid: Grid): (u: Field, v: Field) => void {
  if (!isPlane(grid)) return () => {};
  let angles: Float32Array | undefined;
  return (u, v) => {
    angles ??= cellCoordinates(grid).longitude.map((longitude) => -windRotation(grid, longitude));
    for (let cell = 0; cell < u.length; cell++) {
      const { east, north } = rotateWind(u[cell], v[cell], angles[cell]);
      u[cell] = east;
      v[cell] = north;
    }
  };
}
