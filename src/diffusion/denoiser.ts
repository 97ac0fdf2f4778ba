/**
 * What a sampler needs of a network: the expected clean state given a noisy one. Networks predict other things; small wrappers
 * turn one into the other, and guidance is one of them. Same type in, same type out.
 * @module
 */
import type { NoiseLevel } from "./schedule.ts";

/** E[clean | noisy] at a noise level. Pure. State: [channel, ny, nx], normalised. */
export type Denoiser = (noisy: Float32Array, level: NoiseLevel) => Promise<Float32Array>;

/** The noise a network believes was added: what DEF's network is trained to give. */
export type NoisePredictor = (noisy: Float32Array, level: NoiseLevel) => Promise<Float32Array>;

/** Both answers of one doubled network call: with the condition, and with zeros in its place. */
export type PairedNoisePredictor = (
  noisy: Float32Array,
  level: NoiseLevel,
) => Promise<{ conditional: Float32Array; unconditional: Float32Array }>;

/** Denoiser from a network that predicts the noise: clean = (noisy − sigma · eps) / alpha. */
export function fromNoise(predict: NoisePredictor): Denoiser {
  return async (noisy, level) => {
    const clean = await predict(noisy, level);
    const { alpha, sigma } = level;
    return clean.map((epsilon, i) => (noisy[i] - sigma * epsilon) / alpha);
  };
}

/**
 * Classifier-free guidance (Ho & Salimans 2022) written as DEF uses it:
 *
 *   eps = eps_u + s (eps_c − eps_u)
 *
 * s = 1 follows the condition, s = 0 ignores it; DEF's ensembles live in between, and s is the dial of their spread.
 */
export function guided(predict: PairedNoisePredictor, guidanceScale: number): NoisePredictor {
  return async (noisy, level) => {
    const { conditional, unconditional } = await predict(noisy, level);
    return unconditional.map((epsilon, i) => epsilon + guidanceScale * (conditional[i] - epsilon));
  };
}
