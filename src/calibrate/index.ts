/** Calibrate: which setting of a run's dial is right, found on the validation split and kept with the run. */
export { type CalibrateOptions, type Calibration, calibrate, calibratedDial } from "./calibration.ts";
export { type Choice, chosen, DEFAULT_BAND, type DialScore, type TriedDial } from "./choose.ts";
export { DIALS, type Dial, nameOfDial } from "./dial.ts";
