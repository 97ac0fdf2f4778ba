/**
 * Where a field crosses a level, between the centres of its cells, by marching squares: of each square of four centres the line between
 * the sides that cross, placed by linear interpolation. The two saddles are cut according to their mean. Squares with a gap have no line.
 * @module
 */
import type { Field, Grid } from "../../core/index.ts";

/** Segments as x1, y1, x2, y2, … in columns and rows of the grid. */
export function isolines(field: Field, { nx, ny }: Pick<Grid, "nx" | "ny">, level: number): number[] {
  const segments: number[] = [];
  for (let j = 0; j + 1 < ny; j++) {
    for (let i = 0; i + 1 < nx; i++) {
      const cell = j * nx + i;
      const [a, b, c, d] = [field[cell], field[cell + 1], field[cell + nx + 1], field[cell + nx]];
      const inside =
        Number(a >= level) | (Number(b >= level) << 1) | (Number(c >= level) << 2) | (Number(d >= level) << 3);
      if (inside === 0 || inside === 15 || Number.isNaN(a + b + c + d)) continue;
      const part = (from: number, to: number): number => (level - from) / (to - from);
      const south = (): void => void segments.push(i + part(a, b), j);
      const east = (): void => void segments.push(i + 1, j + part(b, c));
      const north = (): void => void segments.push(i + part(d, c), j + 1);
      const west = (): void => void segments.push(i, j + part(a, d));
      const sides = { south, east, north, west };
      const high = (a + b + c + d) / 4 >= level;
      for (const name of crossings(inside, high)) sides[name]();
    }
  }
  return segments;
}

type Side = "south" | "east" | "north" | "west";

/** Sides to join, two by two, by which corners (a 1, b 2, c 4, d 8) are inside. */
function crossings(inside: number, middleInside: boolean): readonly Side[] {
  if (inside === 5 || inside === 10) {
    const apart = (inside === 5) === middleInside;
    return apart ? ["south", "east", "north", "west"] : ["west", "south", "east", "north"];
  }
  const [a, b, c, d] = [1, 2, 4, 8].map((bit) => (inside & bit) !== 0);
  const sides: Side[] = [];
  if (a !== b) sides.push("south");
  if (b !== c) sides.push("east");
  if (c !== d) sides.push("north");
  if (d !== a) sides.push("west");
  return sides;
}
