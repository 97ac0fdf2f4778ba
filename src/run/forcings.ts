/**
 * What the forecaster is told beside the state: functions of clock and place alone, about −1 … 1.
 *
 *   hour       2 planes   sin and cos of the UTC hour of the valid time of the input
 *   season     2          sin and cos of the year's phase
 *   position   2          latitude and longitude, each mapped to −1 … 1 over the grid
 *   solar      1          cosine of the sun's zenith angle, negative by night
 *   orography  1          height of the ground, mapped to −1 … 1 over the grid
 *   land       1          +1 land, −1 water
 *
 * The last two are the archive's static fields, which travel in the run (`statics.ts`).
 * @module
 */
import { type Statics, solarZenithCosine } from "../archive/index.ts";
import {
  cellCoordinates,
  cellCount,
  type Field,
  type Grid,
  hourOfDay,
  type ValidTime,
  yearFraction,
} from "../core/index.ts";
import type { Forcing } from "./description.ts";

const PLANES: Readonly<Record<Forcing, number>> = { hour: 2, season: 2, position: 2, solar: 1, orography: 1, land: 1 };

/** How many planes a list of forcings takes. */
export function forcingPlanes(forcings: readonly Forcing[]): number {
  return forcings.reduce((sum, forcing) => sum + PLANES[forcing], 0);
}

/**
 * Writes the planes for a state valid at `time`: [planes, ny, nx]. What does not change with time is computed once.
 * @throws RangeError when a static field is asked for that is not given
 */
export function forcingMaker(
  forcings: readonly Forcing[],
  grid: Grid,
  statics: Statics = {},
): (time: ValidTime) => Float32Array {
  const cells = cellCount(grid);
  const coordinates = cellCoordinates(grid);
  const fixed = new Map<Forcing, readonly Field[]>();
  for (const forcing of forcings) {
    if (forcing === "position") fixed.set(forcing, [coordinates.latitude, coordinates.longitude].map(toUnitRange));
    if (forcing === "orography") fixed.set(forcing, [toUnitRange(given(statics.orography, forcing))]);
    if (forcing === "land") fixed.set(forcing, [given(statics.land_mask, forcing).map((land) => 2 * land - 1)]);
  }
  const planesOf = (forcing: Forcing, time: ValidTime): readonly Field[] => {
    if (forcing === "solar") return [solarZenithCosine(time, coordinates)];
    if (forcing !== "hour" && forcing !== "season") return fixed.get(forcing) as readonly Field[];
    const phase = 2 * Math.PI * (forcing === "hour" ? hourOfDay(time) / 24 : yearFraction(time));
    return [Math.sin(phase), Math.cos(phase)].map((value) => new Float32Array(cells).fill(value));
  };
  return (time) => {
    const out = new Float32Array(forcingPlanes(forcings) * cells);
    let plane = 0;
    for (const forcing of forcings) for (const field of planesOf(forcing, time)) out.set(field, plane++ * cells);
    return out;
  };
}

function given(field: Field | undefined, forcing: Forcing): Field {
  if (field === undefined) throw new RangeError(`forcing ${forcing} without its static field`);
  return field;
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
