/** Calibrate: which setting of a run's dial is right, and what its probabilities should have been; found on the validation split and kept with the run. */
export { type CalibrateOptions, type Calibration, calibrate, calibratedDial } from "./calibration.ts";
export { type Choice, chosen, DEFAULT_BAND, type DialScore, type TriedDial } from "./choose.ts";
export { type Dial, type DialRound, dialRounds, nameOfDial } from "./dial.ts";
export { type CalibrateProbabilitiesOptions, calibrateProbabilities } from "./probabilities.ts";
export {
  type CalibratedMaking,
  type CarryRequest,
  carriedProbabilities,
  type RunProbabilities,
  readProbabilities,
} from "./stored-probabilities.ts";
