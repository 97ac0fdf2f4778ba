/**
 * A sampler is a plan (decision 12): for each step the noise level the network is asked at, and the coefficients of one linear update
 *
 *   x' = carry · x + newest · D_k + previous · D_{k−1} + noise · z
 *
 * where D_k is the denoiser's estimate of this step. The plan knows no network; guidance wraps the denoiser and a corrector wraps the
 * step, so this loop is written once.
 * @module
 */
import type { Denoiser } from "../denoiser.ts";
import type { NoiseLevel } from "../schedule.ts";

/** One step of a sampler. */
export interface SamplerStep extends NoiseLevel {
  readonly carry: number;
  readonly newest: number;
  readonly previous: number;
  /** Standard deviation of fresh noise; 0 for a deterministic sampler. */
  readonly noise: number;
}

export type SamplerPlan = readonly SamplerStep[];

export interface SampleOptions {
  /** Applied to the state after every step, in place: DEF's corrector. */
  readonly correct?: (state: Float32Array) => void;
  /** Fresh N(0, 1) noise of the state's length for a step with `noise` above 0. */
  readonly freshNoise?: (step: number) => Float32Array;
}

/**
 * Walks a plan from `start`, pure noise, to a clean state of the same length.
 * @throws RangeError when a step wants fresh noise and none is offered
 */
export async function sample(
  plan: SamplerPlan,
  denoise: Denoiser,
  start: Float32Array,
  { correct, freshNoise }: SampleOptions = {},
): Promise<Float32Array> {
  let state = start;
  let previous: Float32Array | undefined;
  for (const [at, step] of plan.entries()) {
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
