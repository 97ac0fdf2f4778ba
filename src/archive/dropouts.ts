/**
 * Cells that drop out of a field: values far below all around them, which no weather makes. A source that breaks single cells so is known by
 * the variable's own rule, `dropout` in `core/variables.ts`; for the 2 m dew point of HRRR, in kelvin:
 *
 *   a patch of cells below 200      when more than half of the cells around it are more than 20 above its warmest cell
 *   any single cell x               when more than half of its neighbors are more than 45 above x
 *
 * Patches join by side or corner. A neighbor without a value counts as one that is not above, so that the rule, applied a second time,
 * finds nothing. A wide region that is truly so cold has no such step at its border and stays. Measured: docs/design/0051.
 * @module
 */
import type { Field, Variable } from "../core/index.ts";

/** The cells that drop out, ascending; none for a variable without a rule. field: [ny, nx]. */
export function findDropouts(field: Field, { dropout }: Pick<Variable, "dropout">, nx: number): number[] {
  if (dropout === undefined) return [];
  const found = new Set<number>(deepCells(field, dropout.drop, nx));
  for (const patch of patchesBelow(field, dropout.level, nx)) {
    const warmest = patch.reduce((most, cell) => Math.max(most, field[cell]), Number.NEGATIVE_INFINITY);
    const rim = rimOf(patch, field.length, nx);
    if (mostAbove(field, rim, warmest + dropout.rise)) for (const cell of patch) found.add(cell);
  }
  return [...found].sort((a, b) => a - b);
}

/** Single cells that most neighbors exceed by more than `drop`. */
function deepCells(field: Field, drop: number, nx: number): number[] {
  const cells: number[] = [];
  const last = field.length - 1;
  for (let cell = 0; cell < field.length; cell++) {
    const above = field[cell] + drop;
    // More than half of eight cannot be corners alone: nearly all cells are settled by these four, or by fewer. At an edge the next row's
    // cell stands in, which at worst asks for a closer look.
    const [west, east] = [field[Math.max(cell - 1, 0)], field[Math.min(cell + 1, last)]];
    if (!(west > above || east > above || field[cell - nx] > above || field[cell + nx] > above)) continue;
    if (mostAbove(field, neighborsOf(cell, field.length, nx), above)) cells.push(cell);
  }
  return cells;
}

/** Connected cells below a level, each patch in the order it was found. */
function patchesBelow(field: Field, level: number, nx: number): number[][] {
  const patches: number[][] = [];
  const seen = new Set<number>();
  for (let start = 0; start < field.length; start++) {
    if (!(field[start] < level) || seen.has(start)) continue;
    const patch = [start];
    seen.add(start);
    for (let at = 0; at < patch.length; at++) {
      for (const cell of neighborsOf(patch[at], field.length, nx)) {
        if (!(field[cell] < level) || seen.has(cell)) continue;
        seen.add(cell);
        patch.push(cell);
      }
    }
    patches.push(patch);
  }
  return patches;
}

/** Cells that touch a patch and are not of it. */
function rimOf(patch: readonly number[], cells: number, nx: number): number[] {
  const own = new Set(patch);
  const rim = new Set<number>();
  for (const cell of patch) for (const beside of neighborsOf(cell, cells, nx)) if (!own.has(beside)) rim.add(beside);
  return [...rim];
}

function mostAbove(field: Field, cells: readonly number[], value: number): boolean {
  return 2 * cells.filter((cell) => field[cell] > value).length > cells.length;
}

/** The up to eight cells around one. */
export function neighborsOf(cell: number, cells: number, nx: number): number[] {
  const [column, row] = [cell % nx, Math.floor(cell / nx)];
  const around: number[] = [];
  for (let j = Math.max(row - 1, 0); j <= Math.min(row + 1, cells / nx - 1); j++) {
    for (let i = Math.max(column - 1, 0); i <= Math.min(column + 1, nx - 1); i++) {
      if (j !== row || i !== column) around.push(j * nx + i);
    }
  }
  return around;
}
