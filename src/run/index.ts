/** Run: what a trained run is: its folder, its normalisation, its forcings. Shared by those who make runs and those who use them. */
export { advanceMoments, clock, type NormalizedState, type RunCodec, runCodec } from "./codec.ts";
export {
  type ClockedLine,
  FORCINGS,
  type Forcing,
  type MomentTendency,
  NORMALIZATIONS,
  type Normalization,
  type RunDescription,
  readRun,
  runPaths,
} from "./description.ts";
export { readChannels, requireFit } from "./fit.ts";
export { forcingMaker, forcingPlanes } from "./forcings.ts";
export { readStatics, staticsFor, writeStatics } from "./statics.ts";
