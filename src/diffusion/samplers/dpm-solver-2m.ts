/**
 * DPM-Solver++(2M), Lu et al. (2022), as diffusers' DPMSolverMultistepScheduler runs it for DEF: data prediction, midpoint, linspace
 * time steps, final sigma 0, first order at the first and the last step. With lambda = ln(alpha/sigma), h = lambda' − lambda and
 * r = h_before / h:
 *
 *   D  = (1 + 1/(2r)) D_k − 1/(2r) D_{k−1}
 *   x' = (sigma'/sigma) x − alpha' (e^{−h} − 1) D
 *
 * The last step goes to sigma' = 0, where it says x' = D_k.
 * @module
 */
import { type NoiseSchedule, noiseLevel } from "../schedule.ts";
import type { SamplerPlan, SamplerStep } from "./plan.ts";

/** Rounds halves to even, as numpy does where diffusers lays out its steps. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** linspace(0, T−1, n+1) rounded, from the top, without 0: 999, 899, … 100 for n = 10. */
export function linspaceTimesteps(scheduleSteps: number, samplerSteps: number): number[] {
  const timesteps: number[] = [];
  for (let k = samplerSteps; k >= 1; k--) timesteps.push(roundHalfEven((k * (scheduleSteps - 1)) / samplerSteps));
  return timesteps;
}

/** The plan for `samplerSteps` network calls. @throws RangeError unless 1 ≤ samplerSteps < T */
export function dpmSolver2m(schedule: NoiseSchedule, samplerSteps: number): SamplerPlan {
  if (!(Number.isInteger(samplerSteps) && samplerSteps >= 1 && samplerSteps < schedule.steps)) {
    throw new RangeError(`sampler steps must be an integer in 1..${schedule.steps - 1}, got ${samplerSteps}`);
  }
  const levels = linspaceTimesteps(schedule.steps, samplerSteps).map((timestep) => noiseLevel(schedule, timestep));
  const lambdas = levels.map(({ alpha, sigma }) => Math.log(alpha / sigma));
  return levels.map((level, k): SamplerStep => {
    if (k === levels.length - 1) return { ...level, carry: 0, newest: 1, previous: 0, noise: 0 };
    const target = levels[k + 1];
    const h = lambdas[k + 1] - lambdas[k];
    const gain = -target.alpha * Math.expm1(-h);
    const half = k === 0 ? 0 : h / (2 * (lambdas[k] - lambdas[k - 1]));
    return {
      ...level,
      carry: target.sigma / level.sigma,
      newest: gain * (1 + half),
      previous: half === 0 ? 0 : -gain * half,
      noise: 0,
    };
  });
}
