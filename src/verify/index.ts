/** Verify: scores of forecasts, fair to small ensembles. Imports core only, so that it can judge everything else independently. */
export { type BootstrapOptions, bootstrapIntervals, dayWeights, type Interval } from "./bootstrap.ts";
export { type BrierOptions, brier, brierOfProbability } from "./brier.ts";
export { type BrierScores, brierScores } from "./brier-decomposition.ts";
export { chiSquaredTail } from "./chi-squared.ts";
export {
  type Contingency,
  type ContingencyScores,
  contingency,
  contingencyScores,
  memberContingency,
} from "./contingency.ts";
export { type CosineTransform, cosineTransform, cosineTransform2d } from "./cosine-transform.ts";
export { type CrpsOptions, type CrpsParts, crps, crpsParts, type Estimator, weightedCrps } from "./crps.ts";
export { designEffect } from "./design-effect.ts";
export { energyScore } from "./energy-score.ts";
export {
  comparableCrps,
  type EnsembleCase,
  type EnsembleScores,
  type EnsembleTally,
  ensembleScores,
  ensembleTally,
} from "./ensemble-scores.ts";
export {
  type CellEvent,
  describeEvent,
  type EventOutcome,
  type EventProbability,
  eventName,
  type NearbyEvent,
  type VerifiedEvent,
} from "./event.ts";
export {
  type Fractions,
  type FractionsSkill,
  type FractionsTally,
  fractionsOf,
  fractionsSkill,
  fractionsTally,
  type Window,
  type WindowEdge,
} from "./fractions-skill.ts";
export { logScore } from "./log-score.ts";
export { type MeanError, type MeanErrorTally, meanError, meanErrorTally } from "./mean-error.ts";
export { memberDifferences } from "./member-differences.ts";
export { completeCells } from "./missing.ts";
export {
  matchObjects,
  type ObjectOptions,
  type ObjectScores,
  type ObjectTally,
  objectScores,
  type StormObject,
  stormObjects,
} from "./objects.ts";
export { type PowerSpectrum, powerSpectrum, quarterOctaves, spectrumWavelengths } from "./power-spectrum.ts";
export { type ProbabilityTable, probabilityTable, reissued, SMOOTH_BINS, tabulate } from "./probability-table.ts";
export { type FlatnessTest, type RankFlatness, rankFlatness, rankOf } from "./rank-histogram.ts";
export { rankedProbabilityScore } from "./ranked-probability-score.ts";
export {
  type ConsistencyBar,
  type ConsistencyOptions,
  consistencyBars,
  quantile,
  type ReliabilityPoint,
  reliabilityPoints,
} from "./reliability.ts";
export { rocArea, type WarningLevel, warningLevels } from "./roc.ts";
export { type SpreadSkill, spreadSkill } from "./spread-skill.ts";
export { addTallies, sumTallies, type Tally } from "./tally.ts";
export { type TailOptions, thresholdWeightedCrps } from "./threshold-weighted-crps.ts";
export { variogramScore } from "./variogram-score.ts";
export { type VectorTally, vectorScores, vectorTally } from "./vector-scores.ts";
export { type Rectangle, summedArea } from "./window-sums.ts";
