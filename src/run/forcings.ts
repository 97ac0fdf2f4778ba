/**
 * What the forecaster is told beside the state: functions of clock and place alone, one plane each, in −1 … 1.
 *
 *   hour      sin and cos of the UTC hour of the valid time of the input
 *   season    sin and cos of the year's phase
 *   position  latitude and longitude, each mapped to −1 … 1 over the grid
 * @module
 */
import { cellCoordinates, cellCount, type Grid, hourOfDay, type ValidTime, yearFraction } from "../core/index.ts";
import type { Forcing } from "./description.ts";

const PLANES_PER_FORCING = 2;

/** How many planes a list of forcings takes. */
export function forcingPlanes(forcings: readonly Forcing[]): number {
  return PLANES_PER_FORCING * forcings.length;
}

/** Writes the planes for a state valid at `time`: [planes, ny, nx]. Positions are computed once. */
export function forcingMaker(forcings: readonly Forcing[], grid: Grid): (time: ValidTime) => Float32Array {
  const cells = cellCount(grid);
  const { latitude, longitude } = cellCoordinates(grid);
  const position = [latitude, longitude].map(toUnitRange);
  return (time) => {
    const out = new Float32Array(forcingPlanes(forcings) * cells);
    for (const [at, forcing] of forcings.entries()) {
      const start = at * PLANES_PER_FORCING * cells;
      if (forcing === "position") {
        for (const [k, plane] of position.entries()) out.set(plane, start + k * cells);
        continue;
      }
      const phase = 2 * Math.PI * (forcing === "hour" ? hourOfDay(time) / 24 : yearFraction(time));
      out.fill(Math.sin(phase), start, start + cells);
      out.fill(Math.cos(phase), start + cells, start + 2 * cells);
    }
    return out;
  };
}

function toUnitRange(values: Float32Array): Float32Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const half = (high - low) / 2;
  return half > 0 ? values.map((value) => (value - low) / half - 1) : new Float32Array(values.length);
}
