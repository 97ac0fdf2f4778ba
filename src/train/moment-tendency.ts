/**
 * Where a forecast's field mean and standard deviation come from in field mode: two least-squares fits a channel, on pairs of the training
 * split (decision 8). Causal: nothing of the verifying field enters.
 *
 *   m'_k = a + Σ_j b_j m_j + c sin h + d cos h,    and the same for ln s;   j all channels, h the UTC hour of m
 *
 * All channels, since a mean wind turns: its next u is a matter of v as well. Where the pairs are too few for so many numbers, j is k alone.
 * What each fit misses is kept as its standard deviation, for members whose moments are to differ.
 * @module
 */
import { type Archive, pairsAt } from "../archive/index.ts";
import { leadSeconds, type ValidTime } from "../core/index.ts";
import { type ClockedLine, clock, type MomentTendency } from "../run/index.ts";
import type { StateReader } from "./states.ts";

/** One pair of lines a channel. */
export async function fitMomentTendency(
  archive: Archive,
  { channels, stepHours }: { channels: Archive["channels"]; stepHours: number },
  readState: StateReader,
): Promise<MomentTendency[]> {
  const momentsAt = async (time: ValidTime): Promise<{ mean: Float64Array; std: Float64Array }> => {
    const { moments } = await readState(time);
    if (moments === undefined) throw new RangeError("moments exist in field mode only");
    return moments;
  };
  const times = pairsAt(archive, "train", stepHours);
  const now: Awaited<ReturnType<typeof momentsAt>>[] = [];
  const next: typeof now = [];
  for (const time of times) {
    now.push(await momentsAt(time));
    next.push(await momentsAt((time + leadSeconds(stepHours)) as ValidTime));
  }
  const hours = times.map(clock);
  const columns = (of: typeof now, moment: (one: (typeof now)[number]) => Float64Array): number[][] =>
    channels.map((_, channel) => of.map((one) => moment(one)[channel]));
  const [mean, logStd] = [
    ({ mean: m }: (typeof now)[number]) => m,
    ({ std }: (typeof now)[number]) => std.map(Math.log),
  ].map((moment) => {
    const present = columns(now, moment);
    return columns(next, moment).map((y, channel) => fitClockedLine(present, y, hours, channel));
  });
  return channels.map((_, channel) => ({ mean: mean[channel], logStd: logStd[channel] }));
}

/** Share of a regressor's own variance added to it: settles series too short or too steady to tell regressors apart. */
const RIDGE = 1e-3;
/** Pairs for each number fitted, below which only the channel's own moment is looked at. */
const PAIRS_A_REGRESSOR = 10;

/**
 * Least squares of y, which is column `own` a step later, on the columns x (one a channel, each one number a pair) and the clock, with a slight
 * ridge. A regressor without spread gets slope 0.
 */
export function fitClockedLine(
  x: readonly (readonly number[])[],
  y: readonly number[],
  hours: readonly (readonly [number, number])[],
  own: number,
): ClockedLine {
  const enough = y.length >= PAIRS_A_REGRESSOR * (x.length + 2);
  const used = enough ? x.map((_, channel) => channel) : [own];
  const columns = [...used.map((channel) => x[channel]), hours.map(([sin]) => sin), hours.map(([, cos]) => cos)];
  const centers = columns.map(average);
  const centerY = average(y);
  const centered = columns.map((column, k) => column.map((value) => value - centers[k]));
  const matrix = centered.map((a) => centered.map((b) => dot(a, b)));
  for (const [k, row] of matrix.entries()) row[k] = row[k] > 0 ? row[k] * (1 + RIDGE) : 1;
  const right = centered.map((a) =>
    dot(
      a,
      y.map((value) => value - centerY),
    ),
  );
  const solved = solve(matrix, right);
  const missed = y.map(
    (value, i) => value - centerY - centered.reduce((sum, column, k) => sum + solved[k] * column[i], 0),
  );
  const [sinHour, cosHour] = solved.slice(-2);
  return {
    intercept: centerY - dot(solved, centers),
    slopes: x.map((_, channel) => (used.includes(channel) ? solved[used.indexOf(channel)] : 0)),
    sinHour,
    cosHour,
    deviation: Math.sqrt(dot(missed, missed) / y.length),
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** Gaussian elimination of a small positive definite system; `matrix` and `right` are used up. */
function solve(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  for (let k = 0; k < n; k++) {
    for (let row = k + 1; row < n; row++) {
      const factor = matrix[row][k] / matrix[k][k];
      for (let column = k; column < n; column++) matrix[row][column] -= factor * matrix[k][column];
      right[row] -= factor * right[k];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let column = k + 1; column < n; column++) right[k] -= matrix[k][column] * right[column];
    right[k] /= matrix[k][k];
  }
  return right;
}
