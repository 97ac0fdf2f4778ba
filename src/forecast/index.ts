/** Forecast: what runs a model forward, trained or not, and the store its members are written to. */

export { BASELINES, type BaselineName, type BaselineOptions, openBaseline } from "./baselines/baseline.ts";
export { type CrpsOptions, crpsForecaster } from "./crps.ts";
export { ddpmForecaster } from "./ddpm.ts";
export { DEF_DEFAULTS, type DefDial, type DefOptions, defForecaster, defPerturbation, describeDef } from "./def.ts";
export { deterministicForecaster } from "./deterministic.ts";
export { type EnsembleOptions, forecastEnsemble } from "./ensemble.ts";
export { type BatchForecaster, type Forecaster, oneByOne, type StepOf } from "./forecaster.ts";
export { clipped, type Ranges, trainingRanges } from "./guards.ts";
export type { ForecastDescription } from "./layout.ts";
export { type ForecastRequest, leadsUpTo, type MadeForecast, makeForecast } from "./make.ts";
export type { ForecastMethod } from "./method.ts";
export { type Arrays, type Models, openModels, runFingerprint } from "./models.ts";
export { type MemberOptions, stepNoise } from "./noise.ts";
export { openRun, type RunOptions } from "./open-run.ts";
export { type PublishOptions, publishForecast } from "./publish.ts";
export { isForecast, openForecast, type StoredForecast } from "./read.ts";
export { type ResidualOptions, residualForecaster } from "./residual.ts";
export { type RolloutOptions, rollout } from "./rollout.ts";
export { membersOf, parseShard, type Shard } from "./shard.ts";
export { type CreateForecastOptions, createForecast, type ForecastPart, type ForecastWriter } from "./write.ts";
