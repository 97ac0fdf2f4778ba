/**
 * Where a place lies among a grid's cells: the fractional column and row, and the one question that precedes all regridding, whether
 * the grid covers it.
 *
 *   covered by cells: −½ ≤ i ≤ nx − ½;   between centers: 0 ≤ i ≤ nx − 1;   the same for j
 *
 * On a latitude–longitude grid that goes round the Earth, column nx is column 0 again.
 * @module
 */
import { cellFinder, type Grid } from "../core/index.ts";

/** Steps of longitude are written as decimals: 1440 of 0.25 degree, 360 of 1.0. */
const ROUND = 1e-3;

export interface Place {
  i: number;
  j: number;
}

/** Cells by which a coordinate may miss a whole number and still be meant: rounding of the projection there and back. */
const SNAP = 1e-6;

/** True for a grid whose columns close round the Earth. */
export function goesRound(grid: Grid): boolean {
  return grid.kind === "latlon" && Math.abs(grid.nx * grid.dLongitudeDegrees - 360) < ROUND * grid.dLongitudeDegrees;
}

/** A finder of fractional columns and rows, −½ ≤ i < nx − ½ where the grid covers the place; centers come out whole. */
export function placeFinder(grid: Grid): (latitudeDegrees: number, longitudeDegrees: number) => Place {
  const find = cellFinder(grid);
  const round = grid.kind === "latlon" ? 360 / grid.dLongitudeDegrees : undefined;
  return (latitudeDegrees, longitudeDegrees) => {
    const { i, j } = find(latitudeDegrees, longitudeDegrees);
    // The finder counts columns eastward from the first center; half a cell west of it is nearly once round.
    const nearest = round !== undefined && i >= round - 0.5 ? i - round : i;
    return { i: snapped(nearest), j: snapped(j) };
  };
}

function snapped(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) < SNAP ? whole : value;
}
