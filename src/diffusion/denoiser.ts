/**
 * What a sampler needs of a network: the expected clean state given a noisy one. Networks answer other things; `parameterization.ts` turns
 * one into the other, and guidance mixes two answers. Same type in, same type out.
 *
 * A state may be that of many members one behind the other: nothing here looks across elements. Loops rather than `map`, which takes five times
 * as long on the 13 million elements of a full grid.
 * @module
 */
import type { NoiseLevel } from "./schedule.ts";

/** E[clean | noisy] at a noise level. Pure. State: [channel, ny, nx] or [member, channel, ny, nx], normalised. */
export type Denoiser = (noisy: Float32Array, level: NoiseLevel) => Promise<Float32Array>;

/** A network's raw answer F to its (scaled) input at a noise level. */
export type NetworkAnswer = (input: Float32Array, level: NoiseLevel) => Promise<Float32Array>;

/** Both answers of one doubled network call: with the condition, and with zeros in its place. */
export type PairedAnswer = (
  input: Float32Array,
  level: NoiseLevel,
) => Promise<{ conditional: Float32Array; unconditional: Float32Array }>;

/**
 * Classifier-free guidance (Ho & Salimans 2022) written as DEF uses it:
 *
 *   F = F_u + s (F_c − F_u)
 *
 * s = 1 follows the condition, s = 0 ignores it; DEF's ensembles live in between, and s is the dial of their spread. The clean state is
 * affine in F, so mixing answers mixes denoised states.
 */
export function guided(predict: PairedAnswer, guidanceScale: number): NetworkAnswer {
  return async (noisy, level) => {
    const { conditional, unconditional } = await predict(noisy, level);
    const mixed = new Float32Array(unconditional.length);
    for (let i = 0; i < mixed.length; i++) {
      mixed[i] = unconditional[i] + guidanceScale * (conditional[i] - unconditional[i]);
    }
    return mixed;
  };
}

/**
 * Thresholding: every estimate of the clean state is held within `limit` standard deviations. Off unless a caller wraps its denoiser:
 * it cuts the tails of reflectivity, CAPE and CIN, the very events of interest (docs/def-fidelity.md).
 */
export function thresholded(denoise: Denoiser, limit: number): Denoiser {
  if (!(limit > 0)) throw new RangeError(`a threshold must be above 0, got ${limit}`);
  return async (noisy, level) => (await denoise(noisy, level)).map((x) => Math.min(Math.max(x, -limit), limit));
}
