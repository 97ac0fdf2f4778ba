/** Training: from an archive and a configuration to a run. */
export type { DenoiserConfig, StageConfig, TrainConfig } from "./config.ts";
export { type ConfigKey, configKeys, configMethods, type JsonSchema, trainConfigJsonSchema } from "./config-keys.ts";
export { type DryRun, dryRun, type StageEstimate } from "./dry-run.ts";
export { importWeights } from "./import-weights.ts";
export { listRuns, type RunSummary, type StageSummary } from "./list-runs.ts";
export { formatTrainConfig, parseTrainConfig, readTrainConfig } from "./read-config.ts";
export { type LearningRateSchedule, learningRateFactor } from "./schedules.ts";
export { type TrainOptions, type TrainResult, train } from "./train.ts";
