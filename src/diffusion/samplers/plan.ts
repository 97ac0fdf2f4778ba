/**
 * A sampler is a plan (decision 12): for each network call the noise level it is asked at, and the coefficients of one linear update
 *
 *   x' = carry · x + newest · D_k + previous · D_{k−1} + noise · z
 *
 * where D_k is the denoiser's estimate of this call. Two-stage methods fit too: after a first stage x₁ = a x + b D₁ the state x is
 * (x₁ − b D₁)/a, so their second stage is linear in x₁, D₂ and D₁. The plan knows no network; guidance wraps the denoiser and a corrector
 * wraps the step, so this loop is written once.
 * @module
 */
import type { Denoiser } from "../denoiser.ts";
import type { NoiseLevel } from "../schedule.ts";

/** One network call of a sampler and what follows from it. */
export interface SamplerStep extends NoiseLevel {
  readonly carry: number;
  readonly newest: number;
  readonly previous: number;
  /** Standard deviation of fresh noise; 0 for a deterministic sampler. */
  readonly noise: number;
}

export interface SamplerPlan {
  /** Standard deviation of the noise sampling starts from: 1 where variance is preserved, the first sigma where it explodes. */
  readonly startDeviation: number;
  readonly steps: readonly SamplerStep[];
}

export interface SampleOptions {
  /** Applied to the state after every step, in place: DEF's corrector. */
  readonly correct?: (state: Float32Array) => void;
  /** Fresh N(0, 1) noise of the state's length for a step with `noise` above 0. */
  readonly freshNoise?: (step: number) => Float32Array;
}

/**
 * Walks a plan from unit noise to a clean state of the same length.
 * @throws RangeError when a step wants fresh noise and none is offered
 */
export async function sample(
  { startDeviation, steps }: SamplerPlan,
  denoise: Denoiser,
  unitNoise: Float32Array,
  { correct, freshNoise }: SampleOptions = {},
): Promise<Float32Array> {
  let state = startDeviation === 1 ? unitNoise : unitNoise.map((z) => startDeviation * z);
  let previous: Float32Array | undefined;
  for (const [at, step] of steps.entries()) {
    const estimate = await denoise(state, step);
    const next = new Float32Array(state.length);
    for (let i = 0; i < next.length; i++) next[i] = step.carry * state[i] + step.newest * estimate[i];
    if (step.previous !== 0 && previous !== undefined) {
      for (let i = 0; i < next.length; i++) next[i] += step.previous * previous[i];
    }
    if (step.noise !== 0) {
      if (freshNoise === undefined)
        throw new RangeError(`sampler step ${at} needs fresh noise and has no source of it`);
      const fresh = freshNoise(at);
      for (let i = 0; i < next.length; i++) next[i] += step.noise * fresh[i];
    }
    correct?.(next);
    previous = estimate;
    state = next;
  }
  return state;
}

/** The deviation noise starts with at a level: data of unit variance are assumed where variance is preserved. */
export function startDeviationAt({ alpha, sigma }: NoiseLevel): number {
  return alpha === 1 ? sigma : 1;
}

/** ln(alpha/sigma), half the logarithm of the signal-to-noise ratio; infinite without noise. */
export function logSnr({ alpha, sigma }: NoiseLevel): number {
  return Math.log(alpha / sigma);
}
