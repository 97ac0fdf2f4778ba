/** A tiny world for tests: four channels on 12 x 10 cells of HRRR's grid, smooth fields that differ by hour. @module */

import type { ArchiveDescription, ArchiveHour } from "../../src/archive/index.ts";
import {
  HRRR_PROJECTION,
  lambertGridFrom,
  type State,
  type StateSpace,
  utcSeconds,
  type ValidTime,
} from "../../src/core/index.ts";

export const SPACE: StateSpace = {
  channels: ["t2m", "d2m", "cape", "cin"],
  grid: lambertGridFrom(HRRR_PROJECTION, {
    nx: 12,
    ny: 10,
    latitude0Degrees: 38,
    longitude0Degrees: -98,
    dxMeters: 3000,
    dyMeters: 3000,
  }),
};
export const CELLS = 120;
export const FIRST = utcSeconds(2020, 5, 1) as ValidTime;

export function hour(at: number): ValidTime {
  return (FIRST + at * 3600) as ValidTime;
}

/** Values of hour `at`: warm, moist and quiet, changing by the hour. */
export function stateAt(at: number): State {
  const state = new Float32Array(4 * CELLS);
  for (let cell = 0; cell < CELLS; cell++) {
    const wave = Math.sin(cell / 17 + at / 3);
    state[cell] = 295 + 4 * wave;
    state[CELLS + cell] = 285 + 3 * wave;
    state[2 * CELLS + cell] = Math.max(0, 900 * wave);
    state[3 * CELLS + cell] = Math.min(0, -80 * wave);
  }
  return state;
}

export async function* hoursOf(
  indices: readonly number[],
  change: (state: State, at: number) => void = () => {},
): AsyncGenerator<ArchiveHour> {
  for (const at of indices) {
    const state = stateAt(at);
    change(state, at);
    await Promise.resolve();
    yield { time: hour(at), leadHours: 1, state };
  }
}

export function describeHours(count: number, more: Partial<ArchiveDescription> = {}): ArchiveDescription {
  return {
    space: SPACE,
    first: FIRST,
    last: hour(count - 1),
    source: "a test",
    synthetic: true,
    provenance: { madeBy: "test", inputs: ["nothing"], notes: [] },
    ...more,
  };
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
