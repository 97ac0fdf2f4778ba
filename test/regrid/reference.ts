/** The slow truth of regridding: every target asks every source, straight from the definitions. @module */
import { cellCount, cellFinder, cellLocator, type Field, type Grid } from "../../src/core/index.ts";
import type { RegridMethod } from "../../src/regrid/index.ts";

/** Regional grids only; neither round the Earth nor across a date line. */
export function slowRegrid(field: Field, method: RegridMethod, from: Grid, to: Grid): Field {
  const target = (cell: number): { i: number; j: number } => {
    const { latitudeDegrees, longitudeDegrees } = cellLocator(to)(cell % to.nx, Math.floor(cell / to.nx));
    return cellFinder(from)(latitudeDegrees, longitudeDegrees);
  };
  const homes = Array.from({ length: cellCount(from) }, (_, cell) => {
    const { latitudeDegrees, longitudeDegrees } = cellLocator(from)(cell % from.nx, Math.floor(cell / from.nx));
    const { i, j } = cellFinder(to)(latitudeDegrees, longitudeDegrees);
    const [column, row] = [Math.round(i), Math.round(j)];
    return column < 0 || row < 0 || column >= to.nx || row >= to.ny ? -1 : row * to.nx + column;
  });
  return Float32Array.from({ length: cellCount(to) }, (_, cell) => {
    const { i, j } = target(cell);
    if (method === "nearest") {
      const [column, row] = [Math.round(i), Math.round(j)];
      return column < 0 || row < 0 || column >= from.nx || row >= from.ny ? Number.NaN : field[row * from.nx + column];
    }
    if (method === "bilinear") {
      if (i < 0 || j < 0 || i > from.nx - 1 || j > from.ny - 1) return Number.NaN;
      let sum = 0;
      for (let source = 0; source < field.length; source++) {
        const dx = Math.abs((source % from.nx) - i);
        const dy = Math.abs(Math.floor(source / from.nx) - j);
        if (dx < 1 && dy < 1) sum += field[source] * (1 - dx) * (1 - dy);
      }
      return sum;
    }
    const inside = [...field].filter((_value, source) => homes[source] === cell);
    const there = inside.filter((value) => !Number.isNaN(value));
    if (there.length === 0 || there.length < inside.length / 2) return Number.NaN;
    if (method === "maximum") return Math.max(...there);
    return 10 * Math.log10(there.reduce((sum, value) => sum + 10 ** (value / 10), 0) / there.length);
  });
}
