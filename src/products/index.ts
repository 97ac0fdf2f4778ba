/** Products: functions of an ensemble to fields, and how fields become colours. Runs in a browser; `map/` draws on Node. */
export {
  calibrationAt,
  describeBasis,
  describeBeyond,
  describeCalibration,
  eventOfThreshold,
  type ShownProbability,
  shownNearby,
  shownProbability,
} from "./calibrated-probability.ts";
export {
  CLASS_BELOW,
  CLASS_MISSING,
  classify,
  colorize,
  palette,
} from "./colorize.ts";
export {
  type ColorTable,
  colorTable,
  formatShown,
  type Ground,
  legendLabels,
  type Metric,
  type Palette,
  PROBABILITY_COLORS,
  shownAs,
} from "./colors.ts";
export { accumulateExceedance, type ExceedanceAccumulator, type ExceedanceProbability } from "./exceedance.ts";
export {
  accumulateJoint,
  type Condition,
  describeConditions,
  JOINT_EVENTS,
  type JointAccumulator,
  type JointEvent,
  parseJointEvent,
  quantitiesOfEvent,
} from "./joint.ts";
export { HREF_LOCAL_MATCHING, type LocalMatching, localMatchedMean } from "./local-matched-mean.ts";
export { MATCHED_MEAN_TITLES, type MatchedMeanVariant, probabilityMatchedMean } from "./matched-mean.ts";
export { accumulateMemberShare, eventMask, type MemberShare, type MemberShareAccumulator } from "./member-share.ts";
export {
  forecastMoment,
  initialMoment,
  type Moment,
  maximumOverTime,
  type ReadableState,
  stateMoment,
} from "./moment.ts";
export {
  accumulateNearby,
  describeNearness,
  HREF_NEARNESS,
  type NearbyAccumulator,
  type NearbyProbability,
  type Nearness,
  nearnessSlug,
  neighborhoodEnsembleProbability,
  neighborhoodOf,
  parseNearness,
  SPC_NEARNESS,
  WITHIN_40_KM,
} from "./neighborhood-probability.ts";
export { percentiles } from "./percentiles.ts";
export {
  availableQuantities,
  parseQuantities,
  QUANTITIES,
  QUANTITY_NAMES,
  type Quantity,
  type QuantityName,
  readQuantity,
  SCATTERED,
} from "./quantity.ts";
export { type Cutout, cutout, parseRegion, type Region, SECTORS, wholeGrid } from "./region.ts";
export { remembering } from "./remembering.ts";
export {
  accumulateStatistics,
  type EnsembleStatistics,
  type FieldSummary,
  type StatisticsAccumulator,
  summarizeField,
} from "./statistics.ts";
export {
  lclHeight,
  lclTemperature,
  relativeHumidity,
  saturationVaporPressure,
  theoreticalUpdraft,
} from "./thermodynamics.ts";
export {
  DEFAULT_THRESHOLDS,
  describeThreshold,
  parseThresholds,
  type Threshold,
  threshold,
  thresholdSlug,
  thresholdUnit,
} from "./thresholds.ts";
export {
  asMagnitude,
  asStored,
  CELSIUS,
  type DisplayUnit,
  FAHRENHEIT,
  fromDisplay,
  KNOTS,
  PERCENT,
  toDisplay,
} from "./units.ts";
export { directionOf, windDirection, windSpeed } from "./wind.ts";
