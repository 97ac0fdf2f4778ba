/**
 * A forecast that is told the large scale: at every step the planes of the time that is asked for, and never from a cycle after the init time.
 * @module
 */
import type { LargeScale } from "../archive/index.ts";
import { formatHour, type InitTime, type LeadHours, validTime } from "../core/index.ts";
import { type LargeScaleReader, largeScaleReader, requireKnown, requireLargeScale } from "../run/index.ts";
import type { BatchForecaster } from "./forecaster.ts";
import type { ForecastMethod } from "./method.ts";

/** What the forecast may know, and what its provenance says of it. */
export interface KnownLargeScale {
  readonly reader: LargeScaleReader;
  readonly provenance: ForecastMethod["provenance"];
}

/**
 * What a forecast from `initTime` may know of the large scale at these leads; `undefined` for a method that asks for none.
 * @throws ConfigError when a store is needed and not given, or given and not needed; RequestError when it does not fit, lacks one of the times, or
 *   knows of it by later cycles only
 */
export function knownLargeScale(
  { asksLargeScale, space }: Pick<ForecastMethod, "asksLargeScale" | "space">,
  given: LargeScale | undefined,
  initTime: InitTime,
  leadHours: readonly LeadHours[],
): KnownLargeScale | undefined {
  const names = asksLargeScale?.variables.map(({ name }) => name) ?? [];
  const store = requireLargeScale(names, space.grid, given);
  if (store === undefined) return undefined;
  const run = { grid: space.grid, largeScale: asksLargeScale };
  const times = leadHours.map((lead) => validTime(initTime, lead));
  requireKnown(store, names, times, initTime);
  const reader = largeScaleReader(run, store, initTime);
  const cycles = times.flatMap((time) => reader.entryAt(time)?.initTime ?? []).sort((a, b) => a - b);
  const [oldest, newest] = [cycles[0], cycles[cycles.length - 1]].map(formatHour);
  return { reader, provenance: { largeScale: store.source, largeScaleCycles: `${oldest} to ${newest}` } };
}

/** A batch forecaster that is told at every step the large scale of the time that is asked for. */
export function underLargeScale(
  forecast: BatchForecaster,
  reader: LargeScaleReader,
  initTime: InitTime,
): BatchForecaster {
  return async (states, steps) => {
    const told = steps.map(async (step) => ({
      ...step,
      largeScale: await reader.at(validTime(initTime, step.leadHours)),
    }));
    return forecast(states, await Promise.all(told));
  };
}
