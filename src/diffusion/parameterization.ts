/**
 * What a network is trained to give, and the clean state that follows from it. All four are one affine form,
 *
 *   D(x) = skip · x + output · F(input · x),        F's target = (clean − skip · x) / output
 *
 *               input              skip               output             F's target
 *   epsilon     1                  1/α                −σ/α               the noise              Ho et al. (2020); DEF
 *   clean       1                  0                  1                  the clean state
 *   velocity    1                  α                  −σ                 α eps − σ clean        Salimans & Ho (2022), α² + σ² = 1
 *   edm         1/√(σ² + d²)       d²/(σ² + d²)       σ d/√(σ² + d²)     of unit variance       Karras et al. (2022), α = 1, d the data's std
 *
 * so that targets, losses and samplers are written once.
 * @module
 */
import type { Denoiser, NetworkAnswer } from "./denoiser.ts";
import type { NoiseLevel } from "./schedule.ts";

/** The three coefficients at a noise level. */
export interface Coefficients {
  readonly input: number;
  readonly skip: number;
  readonly output: number;
}

export type Parameterization = (level: NoiseLevel) => Coefficients;

export const EPSILON: Parameterization = ({ alpha, sigma }) => ({ input: 1, skip: 1 / alpha, output: -sigma / alpha });
export const CLEAN_STATE: Parameterization = () => ({ input: 1, skip: 0, output: 1 });
export const VELOCITY: Parameterization = ({ alpha, sigma }) => ({ input: 1, skip: alpha, output: -sigma });

/** EDM's preconditioning for data of standard deviation `sigmaData`: 0.5 for images, 1 for standardised fields. Levels have alpha = 1. */
export function edm(sigmaData: number): Parameterization {
  if (!(sigmaData > 0)) throw new RangeError(`the data's standard deviation must be above 0, got ${sigmaData}`);
  return ({ sigma }) => {
    const total = sigma ** 2 + sigmaData ** 2;
    return {
      input: 1 / Math.sqrt(total),
      skip: sigmaData ** 2 / total,
      output: (sigma * sigmaData) / Math.sqrt(total),
    };
  };
}

/** A denoiser of a network of this kind. */
export function denoiserOf(parameterization: Parameterization, network: NetworkAnswer): Denoiser {
  return async (noisy, level) => {
    const { input, skip, output } = parameterization(level);
    const answer = await network(input === 1 ? noisy : noisy.map((x) => input * x), level);
    const clean = new Float32Array(answer.length);
    for (let i = 0; i < clean.length; i++) clean[i] = skip * noisy[i] + output * answer[i];
    return clean;
  };
}

/** What the network should have answered: its target in training, elementwise. */
export function networkTarget(
  parameterization: Parameterization,
  level: NoiseLevel,
  { clean, noisy }: { readonly clean: Float32Array; readonly noisy: Float32Array },
): Float32Array {
  const { skip, output } = parameterization(level);
  return clean.map((x, i) => (x - skip * noisy[i]) / output);
}

/** Usual gamma of min-SNR weighting. */
const MIN_SNR_GAMMA = 5;

/**
 * Weight of a squared error of F under min-SNR weighting (Hang et al. 2023): min(SNR, γ) for the clean state, which is output² times that
 * for F. epsilon: min(SNR, γ)/SNR; velocity: min(SNR, γ)/(SNR + 1).
 */
export function minSnrWeight(
  parameterization: Parameterization,
  level: NoiseLevel,
  gamma: number = MIN_SNR_GAMMA,
): number {
  return Math.min((level.alpha / level.sigma) ** 2, gamma) * parameterization(level).output ** 2;
}
