/**
 * The next state by diffusion given the present one (train/methods/ddpm.ts): DPM-Solver++(2M) over a cosine schedule, from pure noise.
 * @module
 */
import { cosineSchedule, denoiserOf, dpmSolver2m, EPSILON, linspaceLevels, sample } from "../diffusion/index.ts";
import { runCodec } from "../run/index.ts";
import type { Forecaster } from "./forecaster.ts";
import type { Models } from "./models.ts";
import { stepNoise } from "./noise.ts";
import type { ResidualOptions } from "./residual.ts";

export function ddpmForecaster(models: Models, options: ResidualOptions): Forecaster {
  const { run } = models;
  if (run.method.name !== "ddpm") throw new RangeError(`expected a run of ddpm, not of ${run.method.name}`);
  const codec = runCodec(run, options.onImpossible);
  const schedule = cosineSchedule({ steps: run.method.diffusionSteps });
  const plan = dpmSolver2m(linspaceLevels(schedule, options.samplerSteps));
  return async (state, step) => {
    const present = codec.encode(state);
    const seen = models.seenOf(present, step.time, step.steps);
    const denoise = denoiserOf(EPSILON, async (noisy, { timestep }) => {
      return (await models.ask("denoiser", { ...seen, noisy, timestep: Float32Array.of(timestep) })).answer;
    });
    const noise = stepNoise(options, "ddpm noise", { ...step, stepHours: run.stepHours }, state.length);
    return codec.decodeNext(await sample(plan, denoise, noise), present, step.time);
  };
}
