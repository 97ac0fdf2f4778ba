/**
 * The next state by diffusion given the present one (train/methods/ddpm.ts): DPM-Solver++(2M) over a cosine schedule, from a state of which
 * a hundredth is left. Nearer to pure noise an answer in epsilon is worth nothing: the state is (x − sigma eps) / alpha, and at the cosine's very
 * end, where alpha is 5e-5, the smallest error of eps is hundreds of standard deviations of weather.
 * @module
 */
import {
  cosineSchedule,
  denoiserOf,
  dpmSolver2m,
  EPSILON,
  linspaceTimesteps,
  type NoiseLevel,
  noiseLevel,
  sample,
} from "../diffusion/index.ts";
import { runCodec } from "../run/index.ts";
import type { Forecaster } from "./forecaster.ts";
import type { Models } from "./models.ts";
import { stepNoise } from "./noise.ts";
import type { ResidualOptions } from "./residual.ts";

/** sigma / alpha where sampling begins: as high as the residual's, and no higher. */
const MOST_NOISE = 80;

/** Levels evenly spaced in t, the noisiest first. */
export function ddpmLevels(diffusionSteps: number, samplerSteps: number): NoiseLevel[] {
  const schedule = cosineSchedule({ steps: diffusionSteps });
  let noisiest = diffusionSteps - 1;
  const tooNoisy = ({ alpha, sigma }: NoiseLevel): boolean => sigma > MOST_NOISE * alpha;
  while (tooNoisy(noiseLevel(schedule, noisiest))) noisiest--;
  return linspaceTimesteps(noisiest + 1, samplerSteps).map((timestep) => noiseLevel(schedule, timestep));
}

export function ddpmForecaster(models: Models, options: ResidualOptions): Forecaster {
  const { run } = models;
  if (run.method.name !== "ddpm") throw new RangeError(`expected a run of ddpm, not of ${run.method.name}`);
  const codec = runCodec(run, options.onImpossible);
  const plan = dpmSolver2m(ddpmLevels(run.method.diffusionSteps, options.samplerSteps));
  return async (state, step) => {
    const present = codec.encode(state);
    const seen = models.seenOf(present, step);
    const denoise = denoiserOf(EPSILON, async (noisy, { timestep }) => {
      return (await models.ask("denoiser", { ...seen, noisy, timestep: Float32Array.of(timestep) })).answer;
    });
    const noise = stepNoise(options, "ddpm noise", { ...step, stepHours: run.stepHours }, state.length);
    return codec.decodeNext(await sample(plan, denoise, noise), present, step.time);
  };
}
