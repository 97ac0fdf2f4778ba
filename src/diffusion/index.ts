/** Diffusion: noise schedules, denoisers, guidance and samplers. Knows a denoiser, never a network. */
export { standardizePlanes } from "./corrector.ts";
export { type Denoiser, fromNoise, guided, type NoisePredictor, type PairedNoisePredictor } from "./denoiser.ts";
export { dpmSolver2m, linspaceTimesteps } from "./samplers/dpm-solver-2m.ts";
export { type SampleOptions, type SamplerPlan, type SamplerStep, sample } from "./samplers/plan.ts";
export {
  addNoise,
  type LinearScheduleOptions,
  linearSchedule,
  type NoiseLevel,
  type NoiseSchedule,
  noiseLevel,
} from "./schedule.ts";
