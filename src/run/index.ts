/** Run: what a trained run is: its folder, its normalisation, its forcings. Shared by those who make runs and those who use them. */
export { CHECKSUMS, type RunFile, readRunFile, writeRunFiles } from "./checksums.ts";
export { advanceMoments, clock, type NormalizedState, type RunCodec, runCodec } from "./codec.ts";
export {
  type ClockedLine,
  FIRST_GUESSES,
  type FirstGuess,
  FORCINGS,
  type Forcing,
  type LargeScaleInput,
  type MethodName,
  type MomentTendency,
  NORMALIZATIONS,
  type Normalization,
  type RunDescription,
  type RunMethod,
  readRun,
  runPaths,
  type SettingValue,
  type TrainingSegment,
} from "./description.ts";
export { firstGuessMaker, firstGuessPlanes } from "./first-guess.ts";
export { readChannels, readFilled, readPresent, requireFit } from "./fit.ts";
export { forcingMaker, forcingPlanes } from "./forcings.ts";
export { hasFrame, lastFrames, motionOfFrames } from "./frames.ts";
export { type FilledState, fillGaps } from "./gaps.ts";
export { newestKnown, requireKnown, requireLargeScale } from "./known-large-scale.ts";
export { type LargeScaleReader, largeScalePlanes, largeScaleReader } from "./large-scale.ts";
export { remembered } from "./remembered.ts";
export { readStatics, staticsFor, writeStatics } from "./statics.ts";
export { stormMotion } from "./storm-motion.ts";
export { surroundingPlanes, surroundingsMaker } from "./surroundings.ts";
export { unpairedWinds } from "./told-winds.ts";
