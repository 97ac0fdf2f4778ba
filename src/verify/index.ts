/** Verify: scores of forecasts, fair to small ensembles. Imports core only, so that it can judge everything else independently. */
export { type BrierOptions, brier, brierOfProbability } from "./brier.ts";
export type { NamedForecast, Truth } from "./comparable.ts";
export { type Contingency, type ContingencyScores, contingency, contingencyScores } from "./contingency.ts";
export { type CrpsOptions, crps, type Estimator } from "./crps.ts";
export {
  type EnsembleCase,
  type EnsembleGatherer,
  type EnsembleScores,
  gatherEnsembleScores,
} from "./ensemble-scores.ts";
export { gatherMeanError, type MeanError, type MeanErrorGatherer } from "./mean-error.ts";
export { completeCells } from "./missing.ts";
export { rankFlatness, rankOf } from "./rank-histogram.ts";
export { type Scorecard, type ScorecardRow, type SkippedHour, scorecard } from "./scorecard.ts";
export { type SpreadSkill, spreadSkill } from "./spread-skill.ts";
