/**
 * Where a forecast's field mean and standard deviation come from in field mode: two least-squares lines a channel, fitted on pairs of
 * the training split (decision 8). Causal: nothing of the verifying field enters.
 *
 *   m' = a + b m,    ln s' = c + d ln s
 * @module
 */
import { type Archive, pairsAt } from "../archive/index.ts";
import { SECONDS_PER_HOUR, type ValidTime } from "../core/index.ts";
import type { LineFit, MomentTendency } from "../run/index.ts";
import type { StateReader } from "./states.ts";

/** One pair of lines a channel. */
export async function fitMomentTendency(
  archive: Archive,
  { channels, stepHours }: { channels: Archive["channels"]; stepHours: number },
  readState: StateReader,
): Promise<MomentTendency[]> {
  const now: { mean: Float64Array; std: Float64Array }[] = [];
  const next: typeof now = [];
  for (const time of pairsAt(archive, "train", stepHours)) {
    const later = (time + stepHours * SECONDS_PER_HOUR) as ValidTime;
    for (const [list, at] of [
      [now, time],
      [next, later],
    ] as const) {
      const { moments } = await readState(at);
      if (moments === undefined) throw new RangeError("moments exist in field mode only");
      list.push(moments);
    }
  }
  return channels.map((_, channel) => ({
    mean: fitLine(
      now.map(({ mean }) => mean[channel]),
      next.map(({ mean }) => mean[channel]),
    ),
    logStd: fitLine(
      now.map(({ std }) => Math.log(std[channel])),
      next.map(({ std }) => Math.log(std[channel])),
    ),
  }));
}

/** Least squares y = a + b x. Points without spread in x give y's mean and slope 0. */
export function fitLine(x: readonly number[], y: readonly number[]): LineFit {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const centerX = mean(x);
  const centerY = mean(y);
  let covariance = 0;
  let variance = 0;
  for (const [at, value] of x.entries()) {
    covariance += (value - centerX) * (y[at] - centerY);
    variance += (value - centerX) ** 2;
  }
  const slope = variance > 0 ? covariance / variance : 0;
  return { intercept: centerY - slope * centerX, slope };
}
