/**
 * How noise is added: a variance-preserving schedule over T discrete steps (Ho et al. 2020).
 *
 *   x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) eps,   abar_t = prod_{s<=t} (1 - beta_s)
 *
 * DEF uses the linear one: beta from 1e-4 to 0.02 over 1000 steps (docs/def-fidelity.md).
 * @module
 */

/** A noise schedule: alphaBar[t] for t = 0 … steps−1, falling from nearly 1 to nearly 0. */
export interface NoiseSchedule {
  readonly steps: number;
  readonly alphaBar: Float64Array;
}

/** Where on the schedule a noisy state stands: x = alpha · clean + sigma · noise, alpha² + sigma² = 1. */
export interface NoiseLevel {
  /** The step the network is told, 0 … T−1. */
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
  if (!(Number.isInteger(steps) && steps >= 2)) throw new RangeError(`need at least 2 schedule steps, got ${steps}`);
  const alphaBar = new Float64Array(steps);
  let product = 1;
  for (let t = 0; t < steps; t++) {
    product *= 1 - (betaFirst + (t / (steps - 1)) * (betaLast - betaFirst));
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

/** x_t of a clean state and its noise, elementwise; all of one length. The forward process, used in training. */
export function addNoise({ alpha, sigma }: NoiseLevel, clean: Float32Array, noise: Float32Array): Float32Array {
  const noisy = new Float32Array(clean.length);
  for (let i = 0; i < noisy.length; i++) noisy[i] = alpha * clean[i] + sigma * noise[i];
  return noisy;
}
