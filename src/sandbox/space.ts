/**
 * What the sandbox's channels are and where its cells lie: a window of HRRR's own 3 km cells around 38.5° N 97.5° W.
 * @module
 */
import { ConfigError, HRRR_GRID, type LambertGrid, type StateSpace, VARIABLE_NAMES } from "../core/index.ts";
import { isTransformable } from "./fourier.ts";

const DEFAULT_NX = 64;
const DEFAULT_NY = 48;
/** Below this the spectrum holds no range of scales. */
const SMALLEST_SIDE = 8;

export interface SandboxGridOptions {
  /** Columns and rows, each 2^a 3^b 5^c and at least 8; 64 and 48 unless told. */
  readonly nx?: number;
  readonly ny?: number;
}

/** A state space that is known to be on HRRR's projection. */
export interface SandboxSpace extends StateSpace {
  readonly grid: LambertGrid;
}

/** The seven channels and a window of HRRR's own cells around 38.5° N 97.5° W. @throws ConfigError as `sandboxHours`. */
export function sandboxSpace({ nx = DEFAULT_NX, ny = DEFAULT_NY }: SandboxGridOptions = {}): SandboxSpace {
  for (const [side, size, largest] of [
    ["nx", nx, HRRR_GRID.nx],
    ["ny", ny, HRRR_GRID.ny],
  ] as const) {
    if (size >= SMALLEST_SIDE && size <= largest && isTransformable(size)) continue;
    throw new ConfigError({
      place: `sandbox.${side}`,
      expected: `a size 2^a 3^b 5^c from ${SMALLEST_SIDE} to ${largest}`,
      got: String(size),
      remedy: "take for example 48, 64, 96 or 128",
    });
  }
  const column = (HRRR_GRID.nx - nx) >> 1;
  const row = (HRRR_GRID.ny - ny) >> 1;
  const { dxMeters, dyMeters } = HRRR_GRID;
  const x0Meters = HRRR_GRID.x0Meters + column * dxMeters;
  const y0Meters = HRRR_GRID.y0Meters + row * dyMeters;
  return { channels: VARIABLE_NAMES, grid: { ...HRRR_GRID, nx, ny, x0Meters, y0Meters } };
}
