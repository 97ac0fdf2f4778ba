import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import {
  addNoise,
  CLEAN_STATE,
  cosineSchedule,
  denoiserOf,
  EPSILON,
  edm,
  explodingLevel,
  karrasSigmas,
  linearSchedule,
  minSnrWeight,
  networkTarget,
  noiseLevel,
  thresholded,
  VELOCITY,
} from "../../src/diffusion/index.ts";

describe("schedules", () => {
  it("Karras' levels are those of the paper", () => {
    // docs/design/0026: n = 5, computed in two languages
    const sigmas = karrasSigmas(5).map(({ sigma }) => sigma);
    for (const [at, stated] of [80, 17.52783, 2.515219, 0.1697528, 0.002].entries()) {
      expect(sigmas[at] / stated).toBeCloseTo(1, 6);
    }
  });

  it("the cosine ends in pure noise for any number of steps, clipped at 0.999 and never at 0.02", () => {
    for (const steps of [100, 200, 1000]) {
      const { alphaBar } = cosineSchedule({ steps });
      // f(t)/f(0) to the last step but one, then the clip leaves a thousandth of what was there.
      const f = (t: number): number => Math.cos(((t / steps + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
      expect(alphaBar[steps >> 1] / (f((steps >> 1) + 1) / f(0))).toBeCloseTo(1, 9);
      expect(alphaBar[steps - 1] / alphaBar[steps - 2]).toBeCloseTo(0.001, 9);
      // Clipped at 0.02, T = 100 would leave an abar of 0.19 (docs/def-fidelity.md).
      expect(alphaBar[steps - 1]).toBeLessThan(1e-4);
    }
  });

  it("refuses what is no schedule", () => {
    expect(() => cosineSchedule({ steps: 1 })).toThrow(RangeError);
    expect(() => karrasSigmas(1)).toThrow(RangeError);
    expect(() => karrasSigmas(4, { sigmaMin: 2, sigmaMax: 1 })).toThrow(RangeError);
    expect(() => noiseLevel(linearSchedule(), 1000)).toThrow(RangeError);
  });
});

describe("parameterizations", () => {
  it("EDM's preconditioning has the paper's values at sigma = sigma_data = 0.5", () => {
    const { input, skip, output } = edm(0.5)(explodingLevel(0.5));
    expect(skip).toBeCloseTo(0.5, 12);
    expect(output).toBeCloseTo(0.353553, 6);
    expect(input).toBeCloseTo(Math.SQRT2, 6);
    // c_noise = ln(sigma)/4, told on the scale of a thousand steps
    expect(explodingLevel(0.5).timestep / 1000).toBeCloseTo(-0.173287, 6);
  });

  it("EDM's input and target have unit variance at every level", () => {
    const d = 0.7;
    for (const sigma of [0.01, 0.3, 1, 20]) {
      const { input, skip, output } = edm(d)(explodingLevel(sigma));
      expect(input ** 2 * (sigma ** 2 + d ** 2)).toBeCloseTo(1, 10);
      expect(((1 - skip) ** 2 * d ** 2 + skip ** 2 * sigma ** 2) / output ** 2).toBeCloseTo(1, 10);
    }
  });

  const clean = normals({ seed: 1, purpose: "clean" }, 64);
  const noise = normals({ seed: 1, purpose: "noise" }, 64);
  const preserving = noiseLevel(linearSchedule(), 400);
  it.each([
    ["epsilon", EPSILON, preserving, (i: number) => noise[i]],
    ["clean", CLEAN_STATE, preserving, (i: number) => clean[i]],
    ["velocity", VELOCITY, preserving, (i: number) => preserving.alpha * noise[i] - preserving.sigma * clean[i]],
  ] as const)("%s: the target is what its name says, and a network that gives it denoises exactly", async (...row) => {
    const [, parameterization, level, stated] = row;
    const noisy = addNoise(level, clean, noise);
    const target = networkTarget(parameterization, level, { clean, noisy });
    for (let i = 0; i < 64; i++) expect(target[i]).toBeCloseTo(stated(i), 4);
    const answered = await denoiserOf(parameterization, async () => target)(noisy, level);
    for (let i = 0; i < 64; i++) expect(answered[i]).toBeCloseTo(clean[i], 4);
  });

  it("EDM: a network that gives its target denoises exactly, and is shown a scaled input", async () => {
    const level = explodingLevel(3);
    const noisy = addNoise(level, clean, noise);
    const target = networkTarget(edm(1), level, { clean, noisy });
    let shown = new Float32Array(0);
    const denoise = denoiserOf(edm(1), async (input) => {
      shown = input.slice();
      return target;
    });
    const answered = await denoise(noisy, level);
    for (let i = 0; i < 64; i++) expect(answered[i]).toBeCloseTo(clean[i], 4);
    expect(shown[5]).toBeCloseTo(noisy[5] / Math.sqrt(10), 6);
  });

  it("min-SNR weighs as Hang et al. say", () => {
    for (const timestep of [5, 300, 900]) {
      const level = noiseLevel(linearSchedule(), timestep);
      const snr = (level.alpha / level.sigma) ** 2;
      expect(minSnrWeight(EPSILON, level) / (Math.min(snr, 5) / snr)).toBeCloseTo(1, 9);
      expect(minSnrWeight(CLEAN_STATE, level) / Math.min(snr, 5)).toBeCloseTo(1, 9);
      expect(minSnrWeight(VELOCITY, level) / (Math.min(snr, 5) / (snr + 1))).toBeCloseTo(1, 9);
    }
  });

  it("thresholding is a wrapper that nobody wears unasked", async () => {
    const bold = async (): Promise<Float32Array> => Float32Array.of(-9, 0.5, 9);
    expect([...(await thresholded(bold, 3)(clean, preserving))]).toEqual([-3, 0.5, 3]);
    expect([...(await denoiserOf(CLEAN_STATE, bold)(clean, preserving))]).toEqual([-9, 0.5, 9]);
  });
});
