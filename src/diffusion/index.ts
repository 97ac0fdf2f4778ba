/** Diffusion: noise schedules, parameterizations, guidance and samplers. Knows a denoiser, never a network. */
export { standardizePlanes } from "./corrector.ts";
export { type Denoiser, guided, type NetworkAnswer, type PairedAnswer, thresholded } from "./denoiser.ts";
export {
  CLEAN_STATE,
  type Coefficients,
  denoiserOf,
  EPSILON,
  edm,
  minSnrWeight,
  networkTarget,
  type Parameterization,
  VELOCITY,
} from "./parameterization.ts";
export { type DdimOptions, type DdpmOptions, ddim, ddpm } from "./samplers/ddpm.ts";
export { dpmSolver2m, dpmSolver2mSde } from "./samplers/dpm-solver-2m.ts";
export { dpmSolver2s } from "./samplers/dpm-solver-2s.ts";
export { type ChurnOptions, euler, heun } from "./samplers/heun.ts";
export { linspaceLevels, linspaceTimesteps } from "./samplers/levels.ts";
export { type SampleOptions, type SamplerPlan, type SamplerStep, sample } from "./samplers/plan.ts";
export {
  addNoise,
  cosineSchedule,
  explodingLevel,
  type KarrasOptions,
  karrasSigmas,
  type LinearScheduleOptions,
  linearSchedule,
  type NoiseLevel,
  type NoiseSchedule,
  noiseLevel,
} from "./schedule.ts";
