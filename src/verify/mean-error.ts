/**
 * How far one forecast field is from the truth, gathered over cells and cases. With e = forecast − truth:
 *
 *   RMSE = √(mean e²)      bias = mean e      MAE = mean |e|
 *
 * The CRPS of a single forecast is its MAE, so MAE is what an ensemble's CRPS is compared with.
 * @module
 */
import type { Field } from "../core/index.ts";
import { completeCells } from "./missing.ts";

export interface MeanError {
  readonly rmse: number;
  readonly bias: number;
  readonly mae: number;
  /** Cells that counted, over all cases, and cells left out for want of data. */
  readonly cells: number;
  readonly missingCells: number;
}

/** Gathers cases one by one; keeps five numbers whatever their count. */
export interface MeanErrorGatherer {
  /** Cells where `complete` is 0 are left out; without it, those where either field is NaN. */
  readonly add: (forecast: Field, truth: Field, complete?: Uint8Array) => void;
  /** Of everything added so far; NaN before any cell counted. */
  readonly scores: () => MeanError;
}

/** An empty gatherer. */
export function gatherMeanError(): MeanErrorGatherer {
  let cells = 0;
  let missingCells = 0;
  let sum = 0;
  let absolute = 0;
  let square = 0;
  return {
    add: (forecast, truth, complete = completeCells([truth, forecast])) => {
      for (let cell = 0; cell < truth.length; cell++) {
        if (complete[cell] === 0) {
          missingCells++;
          continue;
        }
        const error = forecast[cell] - truth[cell];
        cells++;
        sum += error;
        absolute += Math.abs(error);
        square += error * error;
      }
    },
    scores: () => ({ rmse: Math.sqrt(square / cells), bias: sum / cells, mae: absolute / cells, cells, missingCells }),
  };
}
