/** A small forecast held in memory: storms that move east, over a corner of Oklahoma. For tests and for looking at maps. */
import {
  type Ensemble,
  type Field,
  HRRR_GRID,
  type InitTime,
  type LambertGrid,
  utcSeconds,
  VARIABLE_NAMES,
} from "../../src/core/index.ts";

/** The part of HRRR's grid whose south-west cell is column i, row j. */
export function cropOfHrrr(i: number, j: number, nx: number, ny: number): LambertGrid {
  const { x0Meters, y0Meters, dxMeters, dyMeters } = HRRR_GRID;
  return { ...HRRR_GRID, nx, ny, x0Meters: x0Meters + i * dxMeters, y0Meters: y0Meters + j * dyMeters };
}

export const SAMPLE_GRID: LambertGrid = cropOfHrrr(880, 400, 64, 48);

/** Members differ by where their storms stand and how warm they are. */
export function sampleEnsemble(options: Partial<Ensemble> = {}): Ensemble {
  const { grid = SAMPLE_GRID } = options;
  const state = (member: number, lead: number, channel: string): Field =>
    Float32Array.from({ length: grid.nx * grid.ny }, (_, cell) => {
      const i = cell % grid.nx;
      const j = Math.floor(cell / grid.nx);
      const storm = (x: number, y: number, size: number): number =>
        Math.exp(-((i - x - 2 * lead - member) ** 2 + (j - y + (member % 3)) ** 2) / (2 * size * size));
      const rain = Math.max(storm(12, 30, 4), 0.9 * storm(30, 12, 6), 0.6 * storm(24, 22, 8));
      const values: Record<string, number> = {
        refc: -10 + 75 * rain,
        t2m: 305 - 0.15 * j - 8 * rain + 0.3 * member,
        d2m: 292 - 0.1 * (grid.nx - i) + 2 * rain + 0.2 * member,
        u10: 6 + 12 * rain + 0.5 * member,
        v10: 3 - 8 * rain,
        cape: 2500 * Math.max(0, Math.sin(i / 14) - 0.4 * rain) + 60 * member,
        cin: -Math.max(0, 160 * Math.cos(j / 15) - 20 * member),
      };
      return values[channel];
    });
  return {
    grid,
    channels: VARIABLE_NAMES,
    initTime: utcSeconds(2018, 7, 22, 12) as InitTime,
    leadHours: [1, 6],
    memberCount: 8,
    synthetic: true,
    method: "DEF, s = 0.5, K = 1, 10 steps",
    start: { source: "NOAA HRRR", leadHours: 0 },
    readInitial: (channel) => Promise.resolve(state(0, 0, channel)),
    readMember: (member, lead, channel) => Promise.resolve(state(member, lead, channel)),
    ...options,
  };
}
