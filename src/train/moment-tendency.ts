/**
 * Where a forecast's field mean and standard deviation come from in field mode: two least-squares lines a channel, fitted on pairs of
 * the training split (decision 8). Causal: nothing of the verifying field enters.
 *
 *   m' = a + b m + c sin h + d cos h,    and the same for ln s;   h the UTC hour of m
 *
 * What each line misses is kept as its standard deviation, for members whose moments are to differ.
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
  return channels.map((_, channel) => ({
    mean: fitClockedLine(
      now.map(({ mean }) => mean[channel]),
      next.map(({ mean }) => mean[channel]),
      hours,
    ),
    logStd: fitClockedLine(
      now.map(({ std }) => Math.log(std[channel])),
      next.map(({ std }) => Math.log(std[channel])),
      hours,
    ),
  }));
}

/** Share of a regressor's own variance added to it: settles series too short or too steady to tell regressors apart. */
const RIDGE = 1e-3;

/** Least squares of y on x and the clock, with a slight ridge. A regressor without spread gets slope 0. */
export function fitClockedLine(
  x: readonly number[],
  y: readonly number[],
  hours: readonly (readonly [number, number])[],
): ClockedLine {
  const columns = [x, hours.map(([sin]) => sin), hours.map(([, cos]) => cos)];
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
  const [slope, sinHour, cosHour] = solve(matrix, right);
  const intercept = centerY - slope * centers[0] - sinHour * centers[1] - cosHour * centers[2];
  const missed = y.map((value, i) => value - intercept - slope * x[i] - sinHour * hours[i][0] - cosHour * hours[i][1]);
  return { intercept, slope, sinHour, cosHour, deviation: Math.sqrt(dot(missed, missed) / y.length) };
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
