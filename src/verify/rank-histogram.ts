/**
 * Where the truth falls among the sorted members, counted over many cells: M + 1 bins, flat when truth and members are
 * exchangeable, ∪ when the ensemble is too narrow, ∩ when it is too wide, sloped when it is biased.
 *
 *   rank = #(x < y) + a random whole number from 0 to #(x = y)
 *
 * Ties are common where a variable has a floor (no echo, no CAPE), so they are broken at random, by numbers the caller keys.
 * Source: Hamill (2001) 10.1175/1520-0493(2001)129<0550:IORHFV>2.0.CO;2. Cells of one field are not independent samples.
 *
 * Flatness: with expected counts e and x = (o − e)/√e, χ² = Σ x² has M degrees of freedom. Its share along a straight line tells bias, its
 * share along a parabola tells spread, one degree each: (x · l)² and (x · u)² with orthonormal contrasts. Jolliffe & Primo (2008)
 * 10.1175/2007MWR2219.1.
 * @module
 */
import { chiSquaredTail } from "./chi-squared.ts";

/** Rank of the truth, 0 … M, given a uniform in [0, 1) for the ties. Members and truth must not be NaN. */
export function rankOf(members: ArrayLike<number>, truth: number, uniform: number): number {
  let below = 0;
  let ties = 0;
  for (let i = 0; i < members.length; i++) {
    if (members[i] < truth) below++;
    else if (members[i] === truth) ties++;
  }
  return below + Math.floor(uniform * (ties + 1));
}

/** A statistic and how often it would be this large by luck, for independent samples. */
export interface FlatnessTest {
  readonly statistic: number;
  readonly p: number;
}

export interface RankFlatness {
  readonly chiSquared: FlatnessTest;
  /** Along the slope. */
  readonly linear: FlatnessTest;
  /** Positive when low ranks are the more frequent: the members lie too high. In standard deviations of luck. */
  readonly slope: number;
  /** Along the parabola. */
  readonly u: FlatnessTest;
  /** Positive when the ends are the more frequent, ∪: too narrow. In standard deviations of luck. */
  readonly curvature: number;
}

/**
 * Tests of counts against a flat histogram; NaN when empty, and the parabola needs three bins.
 * @param designEffect cells that make one independent sample; 1 takes every cell for one
 * @example rankFlatness([12, 8, 9, 11, 20]).chiSquared → { statistic: 7.5, p: 0.1117093 }
 */
export function rankFlatness(counts: ArrayLike<number>, designEffect = 1): RankFlatness {
  const bins = counts.length;
  let total = 0;
  for (let bin = 0; bin < bins; bin++) total += counts[bin] / designEffect;
  const expected = total / bins;
  const x = Array.from(counts, (count) => (count / designEffect - expected) / Math.sqrt(expected));
  const center = (bins - 1) / 2;
  const line = unit(x.map((_, bin) => bin - center));
  // Orthogonal to the constant and, by symmetry, to the line.
  const parabola = unit(x.map((_, bin) => (bin - center) ** 2 - (bins * bins - 1) / 12));
  const slope = -dot(x, line);
  const curvature = dot(x, parabola);
  const test = (statistic: number, degrees: number): FlatnessTest => ({
    statistic,
    p: chiSquaredTail(statistic, degrees),
  });
  return {
    chiSquared: test(dot(x, x), bins - 1),
    linear: test(slope ** 2, 1),
    slope,
    u: test(curvature ** 2, 1),
    curvature,
  };
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * b[at], 0);

function unit(vector: readonly number[]): number[] {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}
