/** Products: functions of an ensemble to fields, and how fields become colours. Runs in a browser; `map/` draws on Node. */
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
  legendLabels,
  type Metric,
  PROBABILITY_COLORS,
  shownAs,
} from "./colors.ts";
export { accumulateExceedance, type ExceedanceAccumulator, type ExceedanceProbability } from "./exceedance.ts";
export {
  availableQuantities,
  parseQuantities,
  QUANTITIES,
  QUANTITY_NAMES,
  type Quantity,
  type QuantityName,
  readQuantity,
} from "./quantity.ts";
export {
  accumulateStatistics,
  type EnsembleStatistics,
  type FieldSummary,
  type StatisticsAccumulator,
  summarizeField,
} from "./statistics.ts";
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
export { windSpeed } from "./wind.ts";
