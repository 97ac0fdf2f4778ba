/**
 * Learning rates over a training of `total` steps, as fractions of the maximum.
 *
 *   onecycle  Smith & Topin (2018) as DEF used it: up from 1/25 over the first 10 %, down to 1/25e4, both along a cosine
 *   cosine    linear warm-up, then down to 0 along a cosine
 *   constant  linear warm-up, then 1
 * @module
 */

export type LearningRateSchedule = "onecycle" | "cosine" | "constant";
export const LEARNING_RATE_SCHEDULES: readonly ["onecycle", "cosine", "constant"] = ["onecycle", "cosine", "constant"];

const ONECYCLE_START = 1 / 25;
const ONECYCLE_END = ONECYCLE_START / 1e4;
const ONECYCLE_RISE = 0.1;

/** From a to b along half a cosine as f goes from 0 to 1. */
function ease(a: number, b: number, f: number): number {
  return b + ((a - b) * (1 + Math.cos(Math.PI * f))) / 2;
}

/** The factor at optimiser step `step`, counted from 0. */
export function learningRateFactor(
  schedule: LearningRateSchedule,
  step: number,
  { total, warmupSteps }: { total: number; warmupSteps: number },
): number {
  if (schedule === "onecycle") {
    const peak = Math.max(ONECYCLE_RISE * total - 1, 1);
    if (step <= peak) return ease(ONECYCLE_START, 1, step / peak);
    return ease(1, ONECYCLE_END, Math.min((step - peak) / Math.max(total - 1 - peak, 1), 1));
  }
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  if (schedule === "constant") return 1;
  return ease(1, 0, (step - warmupSteps) / Math.max(total - warmupSteps, 1));
}
