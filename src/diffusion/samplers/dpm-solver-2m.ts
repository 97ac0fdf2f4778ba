/**
 * DPM-Solver++(2M), Lu et al. (2022), as diffusers' DPMSolverMultistepScheduler runs it for DEF: data prediction, midpoint, final sigma 0,
 * first order at the first and the last step. With lambda = ln(alpha/sigma), h = lambda' − lambda and r = h_before / h:
 *
 *   D  = (1 + 1/(2r)) D_k − 1/(2r) D_{k−1}
 *   x' = (sigma'/sigma) x − alpha' (e^{−h} − 1) D
 *
 * and as a stochastic equation, with fresh noise in place of part of the old:
 *
 *   x' = (sigma'/sigma) e^{−h} x + alpha' (1 − e^{−2h}) D + sigma' sqrt(1 − e^{−2h}) z
 *
 * The last step goes to sigma' = 0, where both say x' = D_k.
 * @module
 */
import type { NoiseLevel } from "../schedule.ts";
import { logSnr, type SamplerPlan, type SamplerStep, startDeviationAt } from "./plan.ts";

/** The plan that visits these levels, noisiest first, and then no noise. One network call a level. */
export function dpmSolver2m(levels: readonly NoiseLevel[]): SamplerPlan {
  return multistep(levels, (level, target, h) => ({
    carry: target.sigma / level.sigma,
    gain: -target.alpha * Math.expm1(-h),
    noise: 0,
  }));
}

/** The same method for the stochastic equation (SDE-DPM-Solver++). */
export function dpmSolver2mSde(levels: readonly NoiseLevel[]): SamplerPlan {
  return multistep(levels, (level, target, h) => ({
    carry: (target.sigma / level.sigma) * Math.exp(-h),
    gain: -target.alpha * Math.expm1(-2 * h),
    noise: target.sigma * Math.sqrt(-Math.expm1(-2 * h)),
  }));
}

type Update = (
  level: NoiseLevel,
  target: NoiseLevel,
  h: number,
) => { readonly carry: number; readonly gain: number; readonly noise: number };

function multistep(levels: readonly NoiseLevel[], update: Update): SamplerPlan {
  const lambdas = levels.map(logSnr);
  const steps = levels.map((level, k): SamplerStep => {
    if (k === levels.length - 1) return { ...level, carry: 0, newest: 1, previous: 0, noise: 0 };
    const h = lambdas[k + 1] - lambdas[k];
    const { carry, gain, noise } = update(level, levels[k + 1], h);
    const half = k === 0 ? 0 : h / (2 * (lambdas[k] - lambdas[k - 1]));
    return { ...level, carry, newest: gain * (1 + half), previous: half === 0 ? 0 : -gain * half, noise };
  });
  return { startDeviation: startDeviationAt(levels[0]), steps };
}
