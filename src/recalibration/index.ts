/** Recalibration: what a probability should have been, learnt from what probabilities were followed by. Imports core only; runs in a browser. */
export { type CalibratedField, calibrateField } from "./apply.ts";
export { type BetaParameters, betaCalibrated, fitBeta, type IssuedProbability } from "./beta.ts";
export {
  type CalibrationBasis,
  type EventAtLead,
  type EventTally,
  eventCalibration,
  type FittedEvent,
  fitCalibration,
  type ProbabilityCalibration,
  type ThresholdEvent,
  type UnfittedEvent,
} from "./calibration.ts";
export { eventTallySchema, probabilityCalibrationSchema } from "./calibration-schema.ts";
export {
  CALIBRATION_METHODS,
  type CalibratedShares,
  type CalibrationMethod,
  fitShares,
  LEAST_CASES_WITH_EVENT,
  LEAST_EVENTS,
  LEAST_MIXED_SHARES,
  plottingPosition,
  tooFewToFit,
} from "./fit-shares.ts";
export { isotonicRegression } from "./isotonic.ts";
export { membersOfTally, type ShareTally, shareTally, thinned } from "./share-tally.ts";
