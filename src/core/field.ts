/**
 * The shapes data travel in.
 *
 *   field  one variable on one grid at one time          [ny, nx]
 *   state  every channel of a model at one time          [channel, ny, nx]
 *
 * Values are float32 in physical units unless a name says `normalized`; NaN is a missing datum.
 * @module
 */
import type { Grid } from "./grid.ts";
import type { VariableName } from "./variables.ts";

/** [ny, nx], row 0 in the south. */
export type Field = Float32Array;

/** [channel, ny, nx], channels in the order of the task. */
export type State = Float32Array;

/** What the channels of a state are and where its cells lie. It travels inside every archive, run and forecast. */
export interface StateSpace {
  readonly channels: readonly VariableName[];
  readonly grid: Grid;
}

/** Mean over all cells; NaN where one is missing. */
export function meanOf(field: Field): number {
  let sum = 0;
  for (let i = 0; i < field.length; i++) sum += field[i];
  return sum / field.length;
}

/** The field of channel `index` within a state: a view, not a copy. */
export function fieldOf(state: State, index: number, cells: number): Field {
  return state.subarray(index * cells, (index + 1) * cells);
}
