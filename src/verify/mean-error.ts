/**
 * How far one forecast field is from the truth, over cells and cases. With e = forecast − truth:
 *
 *   RMSE = √(mean e²)      bias = mean e      MAE = mean |e|
 *
 * The CRPS of a single forecast is its MAE, so MAE is what an ensemble's CRPS is compared with.
 * @module
 */
import type { Field } from "../core/index.ts";
import { completeCells } from "./missing.ts";

export type MeanErrorTally = {
  readonly cells: number;
  readonly missingCells: number;
  readonly error: number;
  readonly absoluteError: number;
  readonly squaredError: number;
};

/** Sums over the cells where `complete` is not 0; without it, those where both fields have a number. */
export function meanErrorTally(
  forecast: Field,
  truth: Field,
  complete: Uint8Array = completeCells([truth, forecast]),
): MeanErrorTally {
  let cells = 0;
  let sum = 0;
  let absoluteError = 0;
  let squaredError = 0;
  for (let cell = 0; cell < truth.length; cell++) {
    if (complete[cell] === 0) continue;
    const error = forecast[cell] - truth[cell];
    cells++;
    sum += error;
    absoluteError += Math.abs(error);
    squaredError += error * error;
  }
  return { cells, missingCells: truth.length - cells, error: sum, absoluteError, squaredError };
}

export interface MeanError {
  readonly rmse: number;
  readonly bias: number;
  readonly mae: number;
}

/** NaN before any cell counted. */
export function meanError({ cells, error, absoluteError, squaredError }: MeanErrorTally): MeanError {
  return { rmse: Math.sqrt(squaredError / cells), bias: error / cells, mae: absoluteError / cells };
}
