/**
 * Euler's and Heun's method on the probability flow (Karras et al. 2022, algorithms 1 and 2), in x/alpha and sigma/alpha:
 *
 *   d  = (x − D(x)) / sigma,      x₁ = x + (sigma' − sigma) d                         Euler; for alpha² + sigma² = 1 this is DDIM
 *   d₁ = (x₁ − D(x₁)) / sigma',   x' = x + (sigma' − sigma) (d + d₁)/2                Heun, where sigma' > 0
 *
 *   churn (algorithm 2), alpha = 1 only: before a step noise is added up to sigma (1 + min(churn/N, √2 − 1))
 *
 * The last step, to no noise, is Euler's. N levels cost N calls of the network with Euler and 2N − 1 with Heun.
 * @module
 */
import { CLEAN, explodingLevel, type NoiseLevel } from "../schedule.ts";
import { type SamplerPlan, type SamplerStep, startDeviationAt } from "./plan.ts";

export interface ChurnOptions {
  /** S_churn: how much noise is renewed over all steps. Default 0: deterministic. */
  readonly churn?: number;
  /** S_min and S_max: the levels churned. Default all. */
  readonly churnFrom?: number;
  readonly churnTo?: number;
  /** S_noise: standard deviation of the fresh noise. Default 1. */
  readonly noiseInflation?: number;
}

/** Euler's method over these levels, noisiest first, and then no noise. */
export function euler(levels: readonly NoiseLevel[]): SamplerPlan {
  const steps = levels.map((level, k) => eulerStep(level, levels[k + 1] ?? CLEAN));
  return { startDeviation: startDeviationAt(levels[0]), steps };
}

/** Heun's method over these levels. @throws RangeError for churn where alpha is not 1 */
export function heun(levels: readonly NoiseLevel[], options: ChurnOptions = {}): SamplerPlan {
  const { churn = 0, noiseInflation = 1 } = options;
  if (churn > 0 && levels.some(({ alpha }) => alpha !== 1)) {
    throw new RangeError("churn is defined for levels with alpha = 1, as karrasSigmas gives them");
  }
  const churned = levels.map((level) => churnedLevel(level, levels.length, options));
  const steps: SamplerStep[] = [];
  for (const [k, from] of churned.entries()) {
    const to = levels[k + 1] ?? CLEAN;
    const stages = to.sigma === 0 ? [eulerStep(from, to)] : twoStages(from, to);
    // The noise that lifts the next level to its churned one is added when it is reached.
    const lifted = churned[k + 1]?.sigma ?? 0;
    const noise = noiseInflation * Math.sqrt(Math.max(0, lifted ** 2 - to.sigma ** 2));
    steps.push(...stages.slice(0, -1), { ...stages[stages.length - 1], noise });
  }
  return { startDeviation: startDeviationAt(churned[0]), steps };
}

function churnedLevel(level: NoiseLevel, count: number, options: ChurnOptions): NoiseLevel {
  const { churn = 0, churnFrom = 0, churnTo = Number.POSITIVE_INFINITY } = options;
  if (churn === 0 || level.sigma < churnFrom || level.sigma > churnTo) return level;
  return explodingLevel(level.sigma * (1 + Math.min(churn / count, Math.SQRT2 - 1)));
}

function eulerStep(from: NoiseLevel, to: NoiseLevel): SamplerStep {
  const carry = to.sigma / from.sigma;
  return { ...from, carry, newest: to.alpha - carry * from.alpha, previous: 0, noise: 0 };
}

function twoStages(from: NoiseLevel, to: NoiseLevel): SamplerStep[] {
  const first = eulerStep(from, to);
  const [sigma, sigmaNext] = [from.sigma / from.alpha, to.sigma / to.alpha];
  const half = (sigmaNext - sigma) / 2;
  // x'/alpha' = x/alpha (1 + half/sigma) − half/sigma D + half/sigma' (x₁/alpha' − D₁), with x = (x₁ − newest D) / carry.
  const back = ((1 + half / sigma) * to.alpha) / from.alpha / first.carry;
  return [
    first,
    {
      ...to,
      carry: back + half / sigmaNext,
      newest: (-half / sigmaNext) * to.alpha,
      previous: (-half / sigma) * to.alpha - back * first.newest,
      noise: 0,
    },
  ];
}
