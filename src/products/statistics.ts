/**
 * Statistics over the members of an ensemble, one member at a time, so that memory does not grow with M (Welford 1962):
 *
 *   mean = (1/M) Σ x_m        spread² = (1/(M−1)) Σ (x_m − mean)²        minimum, maximum
 *
 * The divisor is M − 1 (ddof 1), so the spread of one member is undefined: NaN. A cell that is NaN in any member is NaN in
 * every statistic, and counted.
 * @module
 */
import { type Field, ShapeError } from "../core/index.ts";

/** Fields [ny, nx] in the unit of the members. */
export interface EnsembleStatistics {
  readonly memberCount: number;
  readonly mean: Field;
  /** Standard deviation over members, divisor M − 1. */
  readonly spread: Field;
  readonly minimum: Field;
  readonly maximum: Field;
  /** How many cells are NaN because some member is. */
  readonly missing: number;
}

export interface StatisticsAccumulator {
  /** Takes the next member's field; keeps no reference to it. */
  add(member: Field): void;
  finish(): EnsembleStatistics;
}

/**
 * An empty accumulator for fields of `cells` values.
 * @throws ShapeError from `add` when a field has another size.
 * @example
 *   const statistics = accumulateStatistics(cells);
 *   for (let m = 0; m < M; m++) statistics.add(await ensemble.readMember(m, 6, "t2m"));
 *   const { mean, spread } = statistics.finish();
 */
export function accumulateStatistics(cells: number): StatisticsAccumulator {
  const mean = new Float64Array(cells);
  const squares = new Float64Array(cells);
  const minimum = new Float32Array(cells).fill(Number.POSITIVE_INFINITY);
  const maximum = new Float32Array(cells).fill(Number.NEGATIVE_INFINITY);
  let memberCount = 0;
  return {
    add: (member) => {
      requireCells("ensemble statistics", member, cells);
      memberCount++;
      for (let cell = 0; cell < cells; cell++) {
        const value = member[cell];
        const deviation = value - mean[cell];
        mean[cell] += deviation / memberCount;
        squares[cell] += deviation * (value - mean[cell]);
        // Math.min and Math.max hand NaN on, comparisons would lose it.
        minimum[cell] = Math.min(minimum[cell], value);
        maximum[cell] = Math.max(maximum[cell], value);
      }
    },
    finish: () => {
      if (memberCount === 0) throw new RangeError("ensemble statistics need at least one member, got none");
      const spread = new Float32Array(cells);
      let missing = 0;
      for (let cell = 0; cell < cells; cell++) {
        spread[cell] = memberCount > 1 ? Math.sqrt(squares[cell] / (memberCount - 1)) : Number.NaN;
        if (Number.isNaN(mean[cell])) missing++;
      }
      return { memberCount, mean: Float32Array.from(mean), spread, minimum, maximum, missing };
    },
  };
}

/** @throws ShapeError when the field does not have that many cells. */
export function requireCells(place: string, field: Field, cells: number): void {
  if (field.length !== cells) {
    throw new ShapeError({ place, expected: `a field of ${cells} cells`, got: `${field.length}` });
  }
}

/** Extremes and mean over the cells of one field that hold a number, and how many hold none. */
export interface FieldSummary {
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  readonly missing: number;
}

/** min, max and mean over space; NaN each when no cell holds a number. */
export function summarizeField(field: Field): FieldSummary {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let missing = 0;
  for (let cell = 0; cell < field.length; cell++) {
    const value = field[cell];
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
  }
  if (missing === field.length) return { minimum: Number.NaN, maximum: Number.NaN, mean: Number.NaN, missing };
  return { minimum, maximum, mean: sum / (field.length - missing), missing };
}
