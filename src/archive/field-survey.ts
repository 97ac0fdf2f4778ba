/**
 * One look at every cell of a field: what quality control and statistics both begin with.
 *
 *   mean = x₀ + Σ (x − x₀) / n,     M2 = Σ (x − x₀)² − (Σ (x − x₀))² / n,     x₀ = the first finite value
 *
 * Shifting by a value of the field keeps the difference exact enough: (x₀ − mean)² is at most n times the variance. All in float64.
 * @module
 */
import type { Field } from "../core/index.ts";

export interface FieldSurvey {
  readonly cells: number;
  readonly finite: number;
  readonly missing: number;
  /** Of the finite cells; infinities the wrong way round where there is none. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly m2: number;
}

/** NaN and the infinities are counted and take no part. */
export function surveyField(field: Field): FieldSurvey {
  return surveyWhole(field) ?? surveyBroken(field);
}

/** The common case, in four sums that do not wait for each other; `undefined` where a cell is not finite, which the sums betray. */
function surveyWhole(field: Field): FieldSurvey | undefined {
  const cells = field.length;
  const shift = field[0];
  let [sum0, sum1, squares0, squares1] = [0, 0, 0, 0];
  let [min0, min1, max0, max1] = [shift, shift, shift, shift];
  for (let cell = cells % 2; cell < cells; cell += 2) {
    const [x0, x1] = [field[cell], field[cell + 1]];
    const [d0, d1] = [x0 - shift, x1 - shift];
    sum0 += d0;
    sum1 += d1;
    squares0 += d0 * d0;
    squares1 += d1 * d1;
    if (x0 < min0) min0 = x0;
    if (x0 > max0) max0 = x0;
    if (x1 < min1) min1 = x1;
    if (x1 > max1) max1 = x1;
  }
  const [sum, squares] = [sum0 + sum1, squares0 + squares1];
  if (!Number.isFinite(sum + shift)) return undefined;
  const [min, max] = [Math.min(min0, min1), Math.max(max0, max1)];
  return { cells, finite: cells, missing: 0, min, max, ...momentsAbout(shift, sum, squares, cells) };
}

function surveyBroken(field: Field): FieldSurvey {
  let [finite, missing, sum, squares] = [0, 0, 0, 0];
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let shift = Number.NaN;
  for (const value of field) {
    if (Number.isNaN(value)) missing++;
    if (!Number.isFinite(value)) continue;
    if (finite === 0) shift = value;
    finite++;
    sum += value - shift;
    squares += (value - shift) ** 2;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { cells: field.length, finite, missing, min, max, ...momentsAbout(shift, sum, squares, finite) };
}

/** Mean and M2 from the sums of deviations from a shift, and of their squares. */
export function momentsAbout(shift: number, sum: number, squares: number, count: number): { mean: number; m2: number } {
  return { mean: shift + sum / count, m2: Math.max(0, squares - (sum * sum) / count) };
}
