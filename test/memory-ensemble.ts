/** An ensemble held in memory whose every value says where it comes from, for tests of what reads ensembles. */
import {
  cellCount,
  type Ensemble,
  type Grid,
  HRRR_PROJECTION,
  type InitTime,
  type LeadHours,
  lambertGridFrom,
  utcSeconds,
  type VariableName,
} from "../src/core/index.ts";

/** A corner of HRRR's grid near Oklahoma City. */
export const SMALL_GRID: Grid = lambertGridFrom(HRRR_PROJECTION, {
  nx: 5,
  ny: 4,
  latitude0Degrees: 35,
  longitude0Degrees: -98,
  dxMeters: 3000,
  dyMeters: 3000,
});

/** member + lead/100 + cell/10 000 + 250 per channel, with one missing value in member 1. */
export function memoryEnsemble(overrides: Partial<Ensemble> = {}): Ensemble {
  const grid = overrides.grid ?? SMALL_GRID;
  const channels: readonly VariableName[] = overrides.channels ?? ["refc", "t2m", "u10", "v10", "cape"];
  const value = (member: number, lead: LeadHours, channel: VariableName): Float32Array => {
    const base = 250 * channels.indexOf(channel) + member + lead / 100;
    const field = Float32Array.from({ length: cellCount(grid) }, (_, cell) => base + cell / 10_000);
    if (member === 1) field[7] = Number.NaN;
    return field;
  };
  return {
    grid,
    channels,
    initTime: utcSeconds(2018, 7, 22, 12) as InitTime,
    leadHours: [1, 2, 6],
    memberCount: 3,
    synthetic: false,
    method: "DEF, s = 0.5, K = 1, 10 steps",
    readInitial: (channel) => Promise.resolve(value(0, 0, channel)),
    readMember: (member, lead, channel) => Promise.resolve(value(member, lead, channel)),
    ...overrides,
  };
}
