/**
 * Dynamic loss scaling, for training in mixed precision: gradients below 6e-8 are nothing in half precision, so the loss is multiplied by a
 * scale s before it is differentiated, and the gradient divided by it, in float32, before anything else is made of it.
 *
 *   s₀ = 2¹⁶,   s ← s / 2 after a step whose gradient overflowed,   s ← 2 s after 2000 that did not
 *
 * Powers of two change no digit. The numbers are those of PyTorch's GradScaler.
 * Source: Micikevicius et al. (2018), Mixed precision training, arXiv:1710.03740, section 3.2.
 * @module
 */
import type { StepResult } from "./engine.ts";
import type { LoopConfig } from "./objective.ts";

export interface LossScale {
  readonly factor: number;
  /** Steps it has been good for since it last changed. */
  readonly goodSteps: number;
}

const FIRST = 2 ** 16;
const GROWTH_INTERVAL = 2000;

/** What training begins with; in float32 nothing is scaled. */
export function firstLossScale({ precision }: Pick<LoopConfig, "precision">): LossScale | undefined {
  return precision === "mixed" ? { factor: FIRST, goodSteps: 0 } : undefined;
}

/**
 * Whether the scale may be why a step was not finite: its loss, which is not scaled, was finite, and there is scale left to take away. At 1
 * there is none, so a training that is broken is found out after log₂ s such steps.
 */
export function isOverflow({ factor }: LossScale, { loss, applied }: StepResult): boolean {
  return !applied && Number.isFinite(loss) && factor > 1;
}

/** The scale of the next step. A step whose loss was not finite says nothing of it. */
export function nextLossScale(scale: LossScale, result: StepResult): LossScale {
  if (isOverflow(scale, result)) return { factor: scale.factor / 2, goodSteps: 0 };
  if (!result.applied) return scale;
  const goodSteps = scale.goodSteps + 1;
  return goodSteps < GROWTH_INTERVAL ? { ...scale, goodSteps } : { factor: scale.factor * 2, goodSteps: 0 };
}
