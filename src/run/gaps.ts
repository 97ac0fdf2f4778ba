/**
 * Numbers for the cells of a whole hour that have none, for a network's input and nobody else: a network cannot be fed NaN. Such cells
 * dropped out when the archive was made (`archive/dropouts.ts`), so they lie singly or in small patches among cells that are there.
 *
 *   x = mean of its neighbors that have a value, ring by ring into a patch
 *
 * What was filled is told beside the state: losses leave it out, a forecast's provenance counts it, and truth is never filled.
 * @module
 */
import { cellCount, fieldOf, type State, type StateSpace } from "../core/index.ts";

/** A state of numbers alone. */
export interface FilledState {
  readonly state: State;
  /** Which of its values were filled, ascending. */
  readonly gaps: Uint32Array;
}

/** The state itself where nothing is missing, else a copy. state: [channel, ny, nx], each channel with a value somewhere. */
export function fillGaps(state: State, { grid }: Pick<StateSpace, "grid">): FilledState {
  const gaps: number[] = [];
  for (let at = 0; at < state.length; at++) if (Number.isNaN(state[at])) gaps.push(at);
  if (gaps.length === 0) return { state, gaps: new Uint32Array(0) };
  const filled = state.slice();
  const cells = cellCount(grid);
  let open = gaps;
  while (open.length > 0) {
    // All of a ring at once, so that the order of cells does not matter.
    const ring = open.map((at) => {
      const start = at - (at % cells);
      return meanAround(fieldOf(filled, start / cells, cells), at % cells, grid);
    });
    if (ring.every(Number.isNaN)) throw new RangeError("a channel without a value cannot be filled");
    for (const [k, at] of open.entries()) filled[at] = ring[k];
    open = open.filter((at) => Number.isNaN(filled[at]));
  }
  return { state: filled, gaps: Uint32Array.from(gaps) };
}

/** NaN where no neighbor has a value. */
function meanAround(field: Float32Array, cell: number, { nx, ny }: StateSpace["grid"]): number {
  const [column, row] = [cell % nx, Math.floor(cell / nx)];
  let [sum, count] = [0, 0];
  for (let j = Math.max(row - 1, 0); j <= Math.min(row + 1, ny - 1); j++) {
    for (let i = Math.max(column - 1, 0); i <= Math.min(column + 1, nx - 1); i++) {
      const value = field[j * nx + i];
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
  }
  return sum / count;
}
