/**
 * A mean and what it misses (train/methods/residual.ts):
 *
 *   x' = G(x) + scale · r,    r by Heun's method on Karras' levels, or by DPM-Solver++(2M) with half the calls
 *
 * @module
 */

import { cellCount } from "../core/index.ts";
import { denoiserOf, dpmSolver2m, edm, karrasSigmas, sample } from "../diffusion/index.ts";
import { runCodec } from "../run/index.ts";
import type { Forecaster } from "./forecaster.ts";
import type { Models } from "./models.ts";
import { type MemberOptions, stepNoise } from "./noise.ts";

export interface ResidualOptions extends MemberOptions {
  /** Network calls a step. */
  readonly samplerSteps: number;
}

/** The levels between which a residual of unit size is all noise and no noise. */
const SIGMA_MIN = 0.02;
const SIGMA_MAX = 80;

export function residualForecaster(models: Models, options: ResidualOptions): Forecaster {
  const { run } = models;
  const codec = runCodec(run, options.onImpossible);
  const plan = dpmSolver2m(karrasSigmas(options.samplerSteps, { sigmaMin: SIGMA_MIN, sigmaMax: SIGMA_MAX }));
  const cells = cellCount(run.grid);
  return async (state, step) => {
    const present = codec.encode(state);
    const seen = models.seenOf(present, step);
    const { next: mean } = await models.ask("forecaster", seen);
    let scale: Float32Array = new Float32Array(0);
    const denoise = denoiserOf(edm(1), async (noisy, { timestep }) => {
      const said = await models.ask("denoiser", { ...seen, mean, noisy, timestep: Float32Array.of(timestep) });
      scale = said.scale;
      return said.answer;
    });
    const noise = stepNoise(options, "residual noise", { ...step, stepHours: run.stepHours }, mean.length);
    const residual = await sample(plan, denoise, noise);
    const next = mean.map((x, i) => x + scale[Math.floor(i / cells)] * residual[i]);
    return codec.decodeNext(next, present, step.time);
  };
}
