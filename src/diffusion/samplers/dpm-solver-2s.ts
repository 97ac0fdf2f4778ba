/**
 * DPM-Solver++(2S), Lu et al. (2022), algorithm 1: two network calls a step, nothing remembered between steps. From s over u to t, with
 * lambda = ln(alpha/sigma), h = lambda_t − lambda_s and r = (lambda_u − lambda_s) / h:
 *
 *   x_u = (sigma_u/sigma_s) x_s − alpha_u (e^{−r h} − 1) D_s
 *   x_t = (sigma_t/sigma_s) x_s − alpha_t (e^{−h} − 1) ((1 − 1/(2r)) D_s + 1/(2r) D_u)
 *
 * The levels are taken by twos, s and u; the last step, to no noise, is of first order: x = D.
 * @module
 */
import type { NoiseLevel } from "../schedule.ts";
import { logSnr, type SamplerPlan, type SamplerStep, startDeviationAt } from "./plan.ts";

/** The plan that visits these levels, noisiest first, and then no noise. One network call a level. */
export function dpmSolver2s(levels: readonly NoiseLevel[]): SamplerPlan {
  const steps: SamplerStep[] = [];
  let at = 0;
  for (; at + 2 < levels.length; at += 2) steps.push(...twoStages(levels[at], levels[at + 1], levels[at + 2]));
  if (at + 1 < levels.length) steps.push(firstOrder(levels[at], levels[at + 1]));
  steps.push({ ...levels[levels.length - 1], carry: 0, newest: 1, previous: 0, noise: 0 });
  return { startDeviation: startDeviationAt(levels[0]), steps };
}

function firstOrder(from: NoiseLevel, to: NoiseLevel): SamplerStep {
  const h = logSnr(to) - logSnr(from);
  return { ...from, carry: to.sigma / from.sigma, newest: -to.alpha * Math.expm1(-h), previous: 0, noise: 0 };
}

function twoStages(from: NoiseLevel, middle: NoiseLevel, to: NoiseLevel): SamplerStep[] {
  const first = firstOrder(from, middle);
  const h = logSnr(to) - logSnr(from);
  const share = h / (2 * (logSnr(middle) - logSnr(from)));
  const gain = -to.alpha * Math.expm1(-h);
  // x_s = (x_u − newest D_s) / carry, so that x_t is linear in what is at hand.
  const carry = to.sigma / from.sigma / first.carry;
  const previous = gain * (1 - share) - carry * first.newest;
  return [first, { ...middle, carry, newest: gain * share, previous, noise: 0 }];
}
