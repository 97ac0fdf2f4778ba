/**
 * A method of forecasting, ready to use: what the ensemble, the store and the command line need to know of whatever makes the states,
 * trained or not.
 * @module
 */
import type { Splits } from "../archive/index.ts";
import type { StateSpace } from "../core/index.ts";
import type { LargeScaleInput } from "../run/index.ts";
import type { BatchForecaster } from "./forecaster.ts";

export interface ForecastMethod {
  /** For titles: "DEF, s = 0.5, K = 1, 10 steps". */
  readonly title: string;
  readonly space: StateSpace;
  /** Hours one step spans. */
  readonly stepHours: number;
  /** Steps between anchors (`rollout.ts`). Default 1. */
  readonly anchorSteps?: number;
  /** What identifies the making beside the seed: fingerprints, options. Compared on resume. */
  readonly provenance: Readonly<Record<string, string | number | boolean>>;
  /** Of the archive it has learnt from: none where it learns nothing, `undefined` where its run does not say. */
  readonly splits: Splits | undefined;
  readonly forecast: BatchForecaster;
  /** Members one call takes at most. */
  readonly batch: number;
  /** How many members there are to be had, where that is limited. */
  readonly memberLimit?: number;
  /** Cells without a value may go on as such: a copied or moved field has them where the analysis had. Default false. */
  readonly keepsMissing?: boolean;
  /** Present where it must be told how storms move: how far members differ in that (`motion/errors.ts`), 0 not at all. */
  readonly motionSpread?: number;
  /** What it must be told of the large scale. Default: nothing. */
  readonly asksLargeScale?: LargeScaleInput | undefined;
  /** What its user should know, a line each. */
  readonly notes?: readonly string[];
  close(): Promise<void>;
}
