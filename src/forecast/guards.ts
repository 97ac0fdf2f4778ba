/**
 * Guards against a rollout that runs away: values beyond what the training hours ever showed are brought back to that range, and counted.
 * The physical floors, ceilings and hard ranges hold in any case (`run/codec.ts`); this is the narrower, optional guard.
 * @module
 */
import type { ChannelStatistics } from "../archive/index.ts";
import type { State } from "../core/index.ts";
import type { BatchForecaster } from "./forecaster.ts";

/** [low, high] of each channel, in physical units. */
export type Ranges = readonly (readonly [number, number])[];

/** The lowest and highest value of each channel over the training hours. */
export function trainingRanges(statistics: readonly ChannelStatistics[]): Ranges {
  return statistics.map(({ physicalMin, physicalMax }) => [physicalMin, physicalMax]);
}

/**
 * A forecaster whose every state stays within `ranges`; NaN stays NaN. `onClip` hears how many values of a state did not.
 * @example const guarded = clipped(forecast, trainingRanges(run.statistics), cells, count);
 */
export function clipped(
  forecast: BatchForecaster,
  ranges: Ranges,
  cells: number,
  onClip: (count: number) => void,
): BatchForecaster {
  return async (states, steps) => {
    const next = await forecast(states, steps);
    return next.map((state) => clip(state, ranges, cells, onClip));
  };
}

function clip(state: State, ranges: Ranges, cells: number, onClip: (count: number) => void): State {
  const out = state.slice();
  let count = 0;
  for (const [channel, [low, high]] of ranges.entries()) {
    for (let i = channel * cells; i < (channel + 1) * cells; i++) {
      if (out[i] < low) out[i] = low;
      else if (out[i] > high) out[i] = high;
      else continue;
      count++;
    }
  }
  if (count > 0) onClip(count);
  return out;
}
