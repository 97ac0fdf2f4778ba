/**
 * Beta calibration: the monotone map of three parameters that is exact when the forecasts before events and before quiet are both
 * beta distributed,
 *
 *   logit(p′) = a ln p − b ln(1 − p) + c,     a, b ≥ 0        a = b = 1, c = 0 changes nothing
 *
 * by maximum likelihood, which is logistic regression on ln p and −ln(1 − p):
 *
 *   minimize  L = −Σₖ eₖ ln p′ₖ + (nₖ − eₖ) ln(1 − p′ₖ)       n forecasts of p, e of them before events
 *
 * L is convex; Newton's steps, halved where they overshoot, end at its minimum. Where a or b comes out below 0 the map would fall
 * somewhere, so the minimum lies on that border: every choice of slopes held at 0 is tried, and the best that is allowed is taken.
 * Source: Kull, Silva Filho & Flach (2017), Beta calibration, PMLR 54:623-631.
 * @module
 */
import { NumericError } from "../core/index.ts";

/** What was issued and what came of it: `events` of `count` forecasts of `probability`. Weights may be fractions. */
export interface IssuedProbability {
  /** Above 0 and below 1. */
  readonly probability: number;
  readonly count: number;
  readonly events: number;
}

export interface BetaParameters {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** p′ of an issued p; 0 and 1 where p is and the slope is above 0. @example betaCalibrated({ a: 1, b: 1, c: 0 }, 0.3) → 0.3 */
export function betaCalibrated({ a, b, c }: BetaParameters, probability: number): number {
  // A slope of 0 says nothing of the end it belongs to; 0 · ∞ would make it NaN.
  const low = a === 0 ? 0 : a * Math.log(probability);
  const high = b === 0 ? 0 : -b * Math.log1p(-probability);
  return logistic(low + high + c);
}

/**
 * The parameters of greatest likelihood. They exist and are one where three or more of the probabilities were followed by both outcomes
 * (Albert & Anderson 1984, 10.1093/biomet/71.1.1).
 * @throws RangeError when fewer were, or a probability is not inside 0 … 1, NumericError when Newton's steps do not settle
 * @example 0.25, 0.5 and 0.75 followed by 0.4, 0.5 and 0.6 of events → a and b below 1: flatter than was said
 */
export function fitBeta(issued: readonly IssuedProbability[]): BetaParameters {
  const outside = issued.find(({ probability: p }) => !(p > 0 && p < 1));
  if (outside !== undefined) throw new RangeError(`probabilities must lie inside 0..1, got ${outside.probability}`);
  const mixed = issued.filter(({ count, events }) => events > 0 && events < count).length;
  if (mixed < 3) throw new RangeError(`need three probabilities followed by both outcomes, got ${mixed}`);
  const candidates = SLOPES.map((slopes) => maximized(issued, slopes));
  const [{ parameters }] = candidates
    .filter(({ parameters: { a, b } }) => a >= 0 && b >= 0)
    .toSorted((first, second) => first.loss - second.loss);
  return parameters;
}

/** Which of a and b are free; the others are 0. The last is always allowed. */
const SLOPES: readonly (readonly [a: boolean, b: boolean])[] = [
  [true, true],
  [true, false],
  [false, true],
  [false, false],
];

/** Newton's steps double the right digits each time; more than a few dozen mean that there is no minimum. */
const MOST_STEPS = 200;
/** Of the Newton decrement of the mean loss, half of which is how far it lies above its minimum: whole steps are safe, and nothing is left. */
const NEAR = 1e-8;
const SETTLED = 1e-24;

interface Maximized {
  readonly parameters: BetaParameters;
  readonly loss: number;
}

function maximized(issued: readonly IssuedProbability[], [hasA, hasB]: readonly [boolean, boolean]): Maximized {
  // Columns of the regression: those slopes that are free, and 1 for c.
  const rows = issued
    .filter(({ count }) => count > 0)
    .map(({ probability, count, events }) => ({
      x: [...(hasA ? [Math.log(probability)] : []), ...(hasB ? [-Math.log1p(-probability)] : []), 1],
      count,
      events,
    }));
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const lossAt = (beta: readonly number[]): number =>
    rows.reduce((sum, { x, count, events }) => sum + logLoss(dot(x, beta), count, events), 0) / total;
  let beta = rows[0].x.map(() => 0);
  let before = Number.POSITIVE_INFINITY;
  for (let step = 0; ; step++) {
    const { gradient, curvature } = slopeOf(rows, beta, total);
    const direction = solved(curvature, gradient);
    const decrement = dot(direction, gradient);
    // Near the minimum a step that gains nothing is rounding's.
    if (decrement < SETTLED || (before < NEAR && decrement >= before)) break;
    if (step === MOST_STEPS || !Number.isFinite(decrement)) throw unsettled(step, decrement);
    const length = decrement < NEAR ? 1 : lengthThatGains(beta, direction, lossAt);
    beta = beta.map((value, at) => value - length * direction[at]);
    before = decrement;
  }
  const slopes = beta.slice(0, -1);
  const a = hasA ? (slopes.shift() as number) : 0;
  const b = hasB ? (slopes.shift() as number) : 0;
  return { parameters: { a, b, c: beta[beta.length - 1] }, loss: lossAt(beta) };
}

/** The whole step, its half, its quarter … the longest that lowers the loss; 0 where none does. */
function lengthThatGains(
  from: readonly number[],
  direction: readonly number[],
  lossAt: (beta: readonly number[]) => number,
): number {
  const loss = lossAt(from);
  for (let length = 1; length > 1e-9; length /= 2) {
    if (lossAt(from.map((value, at) => value - length * direction[at])) < loss) return length;
  }
  return 0;
}

/** Gradient and Hessian of the mean loss. */
function slopeOf(
  rows: readonly { readonly x: readonly number[]; readonly count: number; readonly events: number }[],
  beta: readonly number[],
  total: number,
): { readonly gradient: number[]; readonly curvature: number[][] } {
  const gradient = beta.map(() => 0);
  const curvature = beta.map(() => beta.map(() => 0));
  for (const { x, count, events } of rows) {
    const p = logistic(dot(x, beta));
    for (let i = 0; i < x.length; i++) {
      gradient[i] += ((count * p - events) / total) * x[i];
      for (let j = 0; j < x.length; j++) curvature[i][j] += ((count * p * (1 - p)) / total) * x[i] * x[j];
    }
  }
  return { gradient, curvature };
}

/** −e ln p − (n − e) ln(1 − p) with p = logistic(z), without overflow: n · softplus(z) − e z. */
function logLoss(z: number, count: number, events: number): number {
  return count * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))) - events * z;
}

function logistic(z: number): number {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
}

const dot = (x: readonly number[], y: readonly number[]): number =>
  x.reduce((sum, value, at) => sum + value * y[at], 0);

/** The solution of a positive definite system of a few unknowns, by elimination with pivots. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at]]);
  for (let column = 0; column < rows.length; column++) {
    let pivot = column;
    for (let row = column + 1; row < rows.length; row++) {
      if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    for (const [at, row] of rows.entries()) {
      if (at === column) continue;
      const factor = row[column] / rows[column][column];
      for (let k = column; k <= rows.length; k++) row[k] -= factor * rows[column][k];
    }
  }
  return rows.map((row, at) => row[rows.length] / row[at]);
}

function unsettled(steps: number, decrement: number): NumericError {
  return new NumericError({
    place: "beta calibration",
    expected: "a likelihood with one maximum",
    got: `a Newton decrement of ${decrement} after ${steps} steps`,
    remedy: "fit on more cases, or by isotonic regression",
  });
}
