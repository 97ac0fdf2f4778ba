/**
 * What a model knows is no test of it: hours it was trained on are refused, whatever truth they would be compared with.
 * @module
 */
import { type Splits, splitOf } from "../archive/index.ts";
import type { ValidTime } from "../core/index.ts";
import type { Truth } from "./truth.ts";

/** Whether some of these splits has the hour in its training blocks. */
export function isTrainedOn(splits: readonly Splits[], time: ValidTime): boolean {
  return splits.some((blocks) => splitOf(blocks, time) === "train");
}

/** `truth` without the hours that some of these splits train on. */
export function heldOut(truth: Truth, splits: readonly Splits[]): Truth {
  return {
    ...truth,
    refusal: (time) =>
      truth.refusal(time) ??
      (isTrainedOn(splits, time) ? "in the training split, which only --allow-training-hours scores" : undefined),
  };
}
