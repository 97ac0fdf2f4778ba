/**
 * How noise is added. Every process here writes a noisy state as
 *
 *   x = alpha · clean + sigma · eps,    eps ~ N(0, 1)
 *
 *   linear   beta_t from 1e-4 to 0.02, abar_t = prod (1 − beta_s), alpha = sqrt(abar), sigma = sqrt(1 − abar)      Ho et al. (2020); DEF
 *   cosine   abar(t) = f(t)/f(0), f = cos²(((t/T + s)/(1 + s)) π/2), s = 0.008, beta at most 0.999       Nichol & Dhariwal (2021)
 *   Karras   alpha = 1, sigma_i = (max^(1/7) + i/(N−1) (min^(1/7) − max^(1/7)))^7                                 Karras et al. (2022)
 *
 * The first two preserve variance over T discrete steps; the third lets it explode over any levels. A network for one kind serves the
 * other at sigma_VE = sigma/alpha, x_VE = x/alpha. docs/def-fidelity.md says which is DEF's.
 * @module
 */

/** A noise schedule: alphaBar[t] for t = 0 … steps−1, falling from nearly 1 to nearly 0. */
export interface NoiseSchedule {
  readonly steps: number;
  readonly alphaBar: Float64Array;
}

/** Where a noisy state stands: x = alpha · clean + sigma · noise. */
export interface NoiseLevel {
  /** What the network is told: the step 0 … T−1 of a schedule, or 1000 c_noise = 250 ln(sigma) where there is none (EDM). */
  readonly timestep: number;
  readonly alpha: number;
  readonly sigma: number;
}

export interface LinearScheduleOptions {
  readonly steps?: number;
  readonly betaFirst?: number;
  readonly betaLast?: number;
}

/** beta_t = betaFirst + t/(T−1) · (betaLast − betaFirst). With the defaults abar_T−1 = 4.0e-5. */
export function linearSchedule({
  steps = 1000,
  betaFirst = 1e-4,
  betaLast = 0.02,
}: LinearScheduleOptions = {}): NoiseSchedule {
  requireLength(steps);
  return scheduleOf(steps, (t) => betaFirst + (t / (steps - 1)) * (betaLast - betaFirst));
}

/** What keeps the first steps of the cosine from adding nothing. */
const COSINE_OFFSET = 0.008;
/** Of beta: not DDPM's 0.02, with which a T below 1000 never reaches pure noise (docs/def-fidelity.md). */
const COSINE_CLIP = 0.999;

/** beta_t = min(1 − f(t + 1)/f(t), 0.999), with f as in the module. */
export function cosineSchedule({ steps = 1000 }: { readonly steps?: number } = {}): NoiseSchedule {
  requireLength(steps);
  const signal = (t: number): number =>
    Math.cos(((t / steps + COSINE_OFFSET) / (1 + COSINE_OFFSET)) * (Math.PI / 2)) ** 2;
  return scheduleOf(steps, (t) => Math.min(1 - signal(t + 1) / signal(t), COSINE_CLIP));
}

function requireLength(steps: number): void {
  if (!(Number.isInteger(steps) && steps >= 2)) throw new RangeError(`need at least 2 schedule steps, got ${steps}`);
}

function scheduleOf(steps: number, beta: (t: number) => number): NoiseSchedule {
  const alphaBar = new Float64Array(steps);
  let product = 1;
  for (let t = 0; t < steps; t++) {
    product *= 1 - beta(t);
    alphaBar[t] = product;
  }
  return { steps, alphaBar };
}

/** alpha and sigma at one step of a schedule. @throws RangeError when the step is not on it */
export function noiseLevel(schedule: NoiseSchedule, timestep: number): NoiseLevel {
  if (!(Number.isInteger(timestep) && timestep >= 0 && timestep < schedule.steps)) {
    throw new RangeError(`timestep must be an integer in 0..${schedule.steps - 1}, got ${timestep}`);
  }
  const alphaBar = schedule.alphaBar[timestep];
  return { timestep, alpha: Math.sqrt(alphaBar), sigma: Math.sqrt(1 - alphaBar) };
}

/** No noise left: where every sampler ends. */
export const CLEAN: NoiseLevel = { timestep: 0, alpha: 1, sigma: 0 };

/** A level of the variance-exploding process: x = clean + sigma · noise; the network is told 250 ln(sigma). */
export function explodingLevel(sigma: number): NoiseLevel {
  if (!(sigma > 0 && sigma < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`a noise level must be above 0 and finite, got ${sigma}`);
  }
  return { timestep: 250 * Math.log(sigma), alpha: 1, sigma };
}

export interface KarrasOptions {
  /** The last level before 0. Default 0.002. */
  readonly sigmaMin?: number;
  /** The first, in standard deviations of the data. Default 80; big smooth fields want 200 and more. */
  readonly sigmaMax?: number;
  /** How much the small levels are favoured. Default 7. */
  readonly rho?: number;
}

/** `count` levels from sigmaMax down to sigmaMin, without the final 0. karrasSigmas(5) → 80, 17.53, 2.515, 0.1698, 0.002 */
export function karrasSigmas(
  count: number,
  { sigmaMin = 0.002, sigmaMax = 80, rho = 7 }: KarrasOptions = {},
): NoiseLevel[] {
  if (!(Number.isInteger(count) && count >= 2)) throw new RangeError(`need at least 2 noise levels, got ${count}`);
  if (!(sigmaMin > 0 && sigmaMax > sigmaMin)) {
    throw new RangeError(`noise levels must fall from sigmaMax to sigmaMin > 0, got ${sigmaMax} and ${sigmaMin}`);
  }
  const [top, bottom] = [sigmaMax ** (1 / rho), sigmaMin ** (1 / rho)];
  return Array.from({ length: count }, (_, i) => explodingLevel((top + (i / (count - 1)) * (bottom - top)) ** rho));
}

/** The noisy state of a clean one and its noise, elementwise; all of one length. The forward process, used in training. */
export function addNoise({ alpha, sigma }: NoiseLevel, clean: Float32Array, noise: Float32Array): Float32Array {
  const noisy = new Float32Array(clean.length);
  for (let i = 0; i < noisy.length; i++) noisy[i] = alpha * clean[i] + sigma * noise[i];
  return noisy;
}
