/**
 * Mean, spread and range of each channel over the training hours, after its transform: what normalization stands on.
 *
 *   one field:   mean = Σ y / n,  M2 = Σ (y − mean)²,                              y = f(x), the transformed value
 *   two merged:  δ = mean_B − mean_A,  mean = mean_A + δ n_B / n,  M2 = M2_A + M2_B + δ² n_A n_B / n
 *   at the end:  std = √(M2 / n)
 *
 * Source: Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance", eq. 2.1. All in float64, one hour at a time.
 * @module
 */
import { type Field, type Transform, VARIABLES, type VariableName } from "../core/index.ts";
import { type FieldSurvey, momentsAbout, surveyField } from "./field-survey.ts";
import { blockTransform, TRANSFORM_BLOCK, transformValue } from "./normalize.ts";

/** Of TRANSFORMED values over the training split, except where the name says physical. */
export interface ChannelStatistics {
  readonly channel: VariableName;
  readonly transform: Transform;
  readonly mean: number;
  /** Population standard deviation (divisor n). */
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Cells counted; 0 (and NaN elsewhere) when no training hour is whole. */
  readonly count: number;
  readonly physicalMin: number;
  readonly physicalMax: number;
  readonly physicalMean: number;
}

/** What is kept of any number of fields of one channel. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly m2: number;
  readonly min: number;
  readonly max: number;
  readonly physicalMin: number;
  readonly physicalMax: number;
  readonly physicalMean: number;
}

/** Of no field at all: the neutral element of `mergeMoments`. */
export const NO_MOMENTS: Moments = {
  count: 0,
  mean: 0,
  m2: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  physicalMin: Number.POSITIVE_INFINITY,
  physicalMax: Number.NEGATIVE_INFINITY,
  physicalMean: 0,
};

/** Of one field of physical values, all finite; `survey` is of this field. */
export function momentsOf(field: Field, transform: Transform, survey: FieldSurvey = surveyField(field)): Moments {
  const { cells: count, min: physicalMin, max: physicalMax, mean: physicalMean } = survey;
  const { mean, m2 } = transform === "linear" ? survey : transformedMoments(field, transform);
  return {
    count,
    mean,
    m2,
    // Every transform grows with its argument.
    min: transformValue(transform, physicalMin),
    max: transformValue(transform, physicalMax),
    physicalMin,
    physicalMax,
    physicalMean,
  };
}

/** Mean and M2 of f(x) in float64, as `surveyField` has them. */
function transformedMoments(field: Field, transform: Transform): { mean: number; m2: number } {
  const transformed = blockTransform(field, transform);
  const block = new Float64Array(TRANSFORM_BLOCK);
  transformed(0, block);
  const [shift] = block;
  let [sum, squares] = [0, 0];
  for (let from = 0; from < field.length; from += block.length) {
    const count = transformed(from, block);
    for (let at = 0; at < count; at++) {
      const deviation = block[at] - shift;
      sum += deviation;
      squares += deviation * deviation;
    }
  }
  return momentsAbout(shift, sum, squares, field.length);
}

/** Of both together, in either order and any grouping up to float64 rounding. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  if (count === 0) return NO_MOMENTS;
  const share = b.count / count;
  const delta = b.mean - a.mean;
  return {
    count,
    mean: a.mean + delta * share,
    m2: a.m2 + b.m2 + delta ** 2 * a.count * share,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    physicalMin: Math.min(a.physicalMin, b.physicalMin),
    physicalMax: Math.max(a.physicalMax, b.physicalMax),
    physicalMean: a.physicalMean + (b.physicalMean - a.physicalMean) * share,
  };
}

/** Of the fields of one channel, in the order given. */
export function mergedMoments(all: Iterable<Moments>): Moments {
  let merged = NO_MOMENTS;
  for (const moments of all) merged = mergeMoments(merged, moments);
  return merged;
}

/** The numbers of moments as an archive stores them, in this order. */
export const MOMENT_NAMES: readonly (keyof Moments)[] = [
  "count",
  "mean",
  "m2",
  "min",
  "max",
  "physicalMin",
  "physicalMax",
  "physicalMean",
];

/** The statistics that moments amount to. */
export function channelStatistics(channel: VariableName, moments: Moments): ChannelStatistics {
  const { transform } = VARIABLES[channel];
  const { count, m2, ...rest } = moments;
  if (count > 0) return { channel, transform, count, std: Math.sqrt(m2 / count), ...rest };
  const none = Number.NaN;
  return {
    channel,
    transform,
    count,
    mean: none,
    std: none,
    min: none,
    max: none,
    physicalMin: none,
    physicalMax: none,
    physicalMean: none,
  };
}
