/**
 * The two samplers of discrete schedules, each correct on any sub-sequence of steps: what belongs to one step of the schedule is taken
 * from the levels t → u themselves, never from t − 1.
 *
 *   DDPM (Ho et al. 2020)     beta = 1 − abar_t/abar_u
 *                             x_u = (sqrt(abar_u) beta D + sqrt(abar_t/abar_u) (1 − abar_u) x_t) / (1 − abar_t) + s z
 *                             s² = beta ("large") or beta (1 − abar_u)/(1 − abar_t) ("small", the posterior's own)
 *   DDIM (Song et al. 2021)   x_u = alpha_u D + sqrt(sigma_u² − s²) eps + s z,   s = eta (sigma_u/sigma_t) sqrt(1 − abar_t/abar_u)
 *
 * The last step goes to abar_u = 1, where both say x = D. With the small variance DDPM is DDIM at eta = 1. Of one step, the large
 * variance is right for data of unit variance and the small one for a single point; between neighboring steps of a schedule they agree.
 * @module
 */
import { CLEAN, type NoiseLevel } from "../schedule.ts";
import { type SamplerPlan, type SamplerStep, startDeviationAt } from "./plan.ts";

export interface DdpmOptions {
  /** Variance of the fresh noise. Default "small". */
  readonly variance?: "small" | "large";
}

/** Ancestral sampling over these levels of a variance-preserving schedule, noisiest first. */
export function ddpm(levels: readonly NoiseLevel[], { variance = "small" }: DdpmOptions = {}): SamplerPlan {
  return singleSteps(levels, (from, to) => {
    const keep = (from.alpha / to.alpha) ** 2;
    const beta = 1 - keep;
    const posterior = (beta * to.sigma ** 2) / from.sigma ** 2;
    return {
      carry: (Math.sqrt(keep) * to.sigma ** 2) / from.sigma ** 2,
      newest: (to.alpha * beta) / from.sigma ** 2,
      noise: to.sigma === 0 ? 0 : Math.sqrt(variance === "large" ? beta : posterior),
    };
  });
}

export interface DdimOptions {
  /** 0 deterministic, 1 as noisy as DDPM. Default 0. */
  readonly eta?: number;
}

/** Implicit sampling over these levels, noisiest first. */
export function ddim(levels: readonly NoiseLevel[], { eta = 0 }: DdimOptions = {}): SamplerPlan {
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`eta must be in 0..1, got ${eta}`);
  return singleSteps(levels, (from, to) => {
    const keep = (from.alpha / to.alpha) ** 2;
    const noise = eta * (to.sigma / from.sigma) * Math.sqrt(Math.max(0, 1 - keep));
    const direction = Math.sqrt(Math.max(0, to.sigma ** 2 - noise ** 2)) / from.sigma;
    return { carry: direction, newest: to.alpha - direction * from.alpha, noise };
  });
}

type Update = (from: NoiseLevel, to: NoiseLevel) => Pick<SamplerStep, "carry" | "newest" | "noise">;

function singleSteps(levels: readonly NoiseLevel[], update: Update): SamplerPlan {
  const steps = levels.map((level, k) => ({ ...level, ...update(level, levels[k + 1] ?? CLEAN), previous: 0 }));
  return { startDeviation: startDeviationAt(levels[0]), steps };
}
