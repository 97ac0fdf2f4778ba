/** The kernels as their definitions read: every cell of every neighborhood visited. Slow, and what the fast ones are held to. */
import type { Field, Grid } from "../../src/core/index.ts";

/** All cells of the field near (i, j): `near(dx, dy)` in columns and rows. */
function visit(nx: number, ny: number, cell: number, near: (dx: number, dy: number) => boolean): number[] {
  const [i, j] = [cell % nx, Math.floor(cell / nx)];
  return Array.from({ length: nx * ny }, (_, other) => other).filter((other) =>
    near((other % nx) - i, Math.floor(other / nx) - j),
  );
}

export const inDisc =
  (grid: Grid & { kind: "lambert" }, radiusKm: number) =>
  (dx: number, dy: number): boolean =>
    ((dx * grid.dxMeters) / 1000) ** 2 + ((dy * grid.dyMeters) / 1000) ** 2 <= radiusKm ** 2 + 1e-9;

export const inBox =
  (grid: Grid & { kind: "lambert" }, half: number) =>
  (dx: number, dy: number): boolean =>
    Math.abs((dx * grid.dxMeters) / 1000) <= half + 1e-9 && Math.abs((dy * grid.dyMeters) / 1000) <= half + 1e-9;

/** `fold` over the values near each cell. */
export function within(
  field: ArrayLike<number>,
  nx: number,
  near: (dx: number, dy: number) => boolean,
  fold: (values: number[], centre: number) => number,
): number[] {
  const ny = field.length / nx;
  return Array.from({ length: field.length }, (_, cell) =>
    fold(
      visit(nx, ny, cell, near).map((other) => field[other]),
      field[cell],
    ),
  );
}

/** Σ g·p / Σ g over the cells that hold a number, in two dimensions at once. */
export function smoothed(field: Field, nx: number, sigma: number, truncate: number): number[] {
  const ny = field.length / nx;
  const radius = Math.floor(truncate * sigma + 0.5);
  return Array.from(field, (own, cell) => {
    if (Number.isNaN(own)) return Number.NaN;
    let [sum, weights] = [0, 0];
    for (const other of visit(nx, ny, cell, (dx, dy) => Math.abs(dx) <= radius && Math.abs(dy) <= radius)) {
      const [dx, dy] = [(other % nx) - (cell % nx), Math.floor(other / nx) - Math.floor(cell / nx)];
      if (Number.isNaN(field[other])) continue;
      const weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
      sum += weight * field[other];
      weights += weight;
    }
    return sum / weights;
  });
}
