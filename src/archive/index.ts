/** Archive: real or synthetic hours as one Zarr group, with quality, splits and statistics; everything downstream reads this. */
export type { Archive } from "./archive.ts";
export { type Batch, type BatchPlan, type BatchStream, batchStream, type ReadValues, sequencesAt } from "./batches.ts";
export { type AppendOptions, type AppendSummary, appendFromGrib } from "./build/append.ts";
export { type BuildOptions, type BuildSummary, buildFromGrib } from "./build/build.ts";
export { archiveLargeScale, type LargeScaleOptions, type LargeScaleSummary } from "./build/large-scale.ts";
export type { SelectedVariable } from "./build/large-scale-catalog.ts";
export { archiveMrms, type MrmsOptions, type MrmsSummary } from "./build/mrms.ts";
export { hoursDigest } from "./hours-digest.ts";
export type { LargeScaleEntry, LargeScaleVariable } from "./large-scale/layout.ts";
export { type LargeScale, openLargeScale } from "./large-scale/read.ts";
export { cutOut, windowAround } from "./large-scale/window.ts";
export { createLargeScale, type LargeScaleDescription, type LargeScaleFields } from "./large-scale/write.ts";
export { brokenAttributes, identified, type Provenance } from "./layout.ts";
export {
  type FieldMoments,
  globalNormalizer,
  STD_FLOOR,
  type StateCodec,
  standardizeFields,
  stateTransform,
  transformedEnds,
  transformValue,
  unstandardizeFields,
  untransformValue,
} from "./normalize.ts";
export { pairsAt } from "./pairs.ts";
export {
  CONSTANT,
  checkState,
  DEWPOINT_ABOVE_TEMPERATURE,
  FROZEN,
  flagNames,
  HARD_RANGE,
  MISSING,
  NON_FINITE,
  QUALITY_FLAGS,
  REJECTING,
  SOFT_RANGE,
  SPIKE,
  VOIDED,
} from "./quality.ts";
export { findingLine, type QualityFinding, qualityFindings } from "./quality-report.ts";
export { formatAt, isArchive, openArchive, requireShape } from "./read.ts";
export { type ReadAhead, readAhead } from "./read-ahead.ts";
export { KEPT_BITS, maximumRoundingError } from "./rounding.ts";
export { sampleOrder } from "./sample-order.ts";
export { solarZenithCosine } from "./solar.ts";
export { channelsSchema, gridSchema, spaceArrays, stateArray, type WholeArray } from "./space.ts";
export {
  blockOf,
  blockSplits,
  DEFAULT_SPLIT_PLAN,
  parseBlocks,
  SPLIT_NAMES,
  type Split,
  type SplitBlock,
  type SplitPlan,
  type Splits,
  splitOf,
} from "./splits.ts";
export { STATIC_NAMES, STATICS, type StaticName, type Statics } from "./statics.ts";
export type { ChannelStatistics } from "./statistics.ts";
export { splitsSchema, storedSplits, timeSchema } from "./stored-times.ts";
export { type Validation, validateArchive } from "./validate/validate.ts";
export { type ArchiveDescription, type ArchiveHour, createArchive } from "./write.ts";
