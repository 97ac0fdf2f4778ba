/** Evaluation: forecasts of one or more systems against what happened, case by case, resumable, in memory that stays flat. */
export { archiveTruth } from "./archive-truth.ts";
export {
  type CalibratedRow,
  type CalibrationEffect,
  calibrationEffect,
  type IssuedScores,
  type RefusedEffect,
} from "./calibrated.ts";
export { type CaseRecords, openCaseRecords, type RecordRequest, unkeptRecords } from "./case-records.ts";
export type { CaseTallies, SpectrumTally } from "./case-tallies.ts";
export { convectiveDay, type ForecastCase, type SkippedCase } from "./cases.ts";
export { type DayTallies, type Evaluation, evaluate, validTimesOf } from "./evaluate.ts";
export { heldOut, isTrainedOn } from "./held-out.ts";
export { type Judgement, judgeCase } from "./judge-case.ts";
export {
  type EventRow,
  type FractionsRow,
  type Numbers,
  numbersOf,
  type ObjectRow,
  type PooledLeads,
  pooledNumbersOf,
  type SpectrumRow,
  type ValueRow,
  type VectorRow,
} from "./numbers.ts";
export { probabilityFiles } from "./probability-files.ts";
export { ACTIVE_FROM, PROTOCOLS, type Protocol, parseProtocol, requireCellKm, windowCells } from "./protocol.ts";
export { holdsMosaics, radarTruth } from "./radar-truth.ts";
export {
  type BoardOptions,
  type BoardRow,
  type BoardVerdict,
  LEAST_DAYS,
  LEAST_EVENT_DAYS,
  scoreboard,
} from "./scoreboard.ts";
export { readReports, reportedNearby, type StormReports } from "./storm-reports.ts";
export {
  commonVariables,
  type EnsembleSystem,
  type NamedForecast,
  type ProbabilitySystem,
  persistenceOf,
  type System,
} from "./system.ts";
export type { Truth } from "./truth.ts";
