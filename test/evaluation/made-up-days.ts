/** Made-up weather whose truth is known, forecast by ensembles of any noise: as much as the truth's is right, less is too sure. */
import {
  type Ensemble,
  type Field,
  formatTime,
  HRRR_GRID,
  type InitTime,
  type LambertGrid,
  normals,
  utcSeconds,
  validTime,
} from "../../src/core/index.ts";
import { type Evaluation, evaluate, PROTOCOLS, type Protocol, type Truth } from "../../src/evaluation/index.ts";
import {
  type EventTally,
  fitCalibration,
  type ProbabilityCalibration,
  shareTally,
} from "../../src/recalibration/index.ts";
import { addTallies } from "../../src/verify/index.ts";

export const grid: LambertGrid = { ...HRRR_GRID, nx: 16, ny: 14 };
export const CELLS: number = grid.nx * grid.ny;
export const MEMBERS = 12;
const protocol: Protocol = {
  ...PROTOCOLS.native,
  thresholds: { refc: [20, 30, 50] },
  nearby: { variables: ["refc"], radiusKm: 4 },
  windowsKm: [3],
};
/** Noise of the truth about what can be known. */
export const NOISE = 0.6;
export const VALIDATION_DAYS = 40;
export const TEST_DAYS = 60;
const day = (offset: number): InitTime => (utcSeconds(2024, 5, 1, 15) + offset * 86_400) as InitTime;

/** A day's weather and a cell's, which all share, and noise of one's own. */
function weather(time: number, member: number, noise: number): Field {
  const draw = (purpose: string, of: number, count: number): Float32Array =>
    normals({ seed: 21, purpose, member: of, index: time / 60 }, count);
  const [today] = draw("day", 0, 1);
  const [cell, own] = [draw("cell", 0, CELLS), draw("own", member, CELLS)];
  return cell.map((value, at) => Math.max(-10, 12 + 8 * (0.7 * today + value + noise * own[at])));
}

export const truth: Truth = {
  path: "truth.zarr",
  source: "made up",
  synthetic: true,
  channels: ["refc"],
  grid,
  digest: async () => "made up",
  refusal: () => undefined,
  readField: async (time) => weather(time, 0, NOISE),
};

/** Forecasts of so many days from the first on, with that noise. */
export function judged(noise: number, first: number, days: number): Promise<Evaluation> {
  const forecasts = Array.from({ length: days }, (_, at) => {
    const initTime = day(first + at);
    const forecast: Ensemble = {
      channels: ["refc"],
      grid,
      initTime,
      leadHours: [1, 6],
      memberCount: MEMBERS,
      synthetic: true,
      method: "made up",
      readInitial: async () => weather(initTime, 0, 0),
      readMember: async (member, leadHours) => weather(validTime(initTime, leadHours), member + 1, noise),
    };
    return { path: `${at}.zarr`, forecast };
  });
  const systems = [{ kind: "ensemble" as const, name: "ours", forecasts }];
  return evaluate({ systems, truth, variables: ["refc"], protocol });
}

/** Fitted on the validation days; at +6 h the event of 20 dBZ is left out, and nearby all but 30 dBZ within 4 km. */
export async function fitted(noise: number): Promise<ProbabilityCalibration> {
  const { byDay } = await judged(noise, 0, VALIDATION_DAYS);
  const asked = [{ threshold: 20 }, { threshold: 30 }, { threshold: 50 }, { threshold: 30, withinKm: 4 }];
  const tallies = asked.flatMap(({ threshold, withinKm }): EventTally[] =>
    [1, 6].flatMap((leadHours) => {
      if (threshold === 20 && leadHours === 6) return [];
      const named = { threshold, name: `refc_ge${threshold}`, ...(withinKm !== undefined && { withinKm }) };
      const event = { quantity: "refc", direction: "atLeast", ...named } as const;
      const perDay = byDay("ours", leadHours).map(({ tallies: { events: own } }) => {
        const { count, events } = own[`refc>=${threshold}${withinKm === undefined ? "" : `@${withinKm}km`}`];
        return shareTally(count, events);
      });
      return [{ ...event, leadHours, tally: perDay.reduce((sum, one) => addTallies(sum, one)) }];
    }),
  );
  return fitCalibration(
    tallies,
    {
      split: "validation",
      blocks: [{ first: formatTime(day(0)), last: formatTime(validTime(day(VALIDATION_DAYS - 1), 6)) }],
      inits: Array.from({ length: VALIDATION_DAYS }, (_, at) => formatTime(day(at))),
    },
    { method: "beta", memberCount: MEMBERS },
  );
}

export const carriedBy = (calibration: ProbabilityCalibration, count: number): ProbabilityCalibration[] =>
  Array.from({ length: count }, () => calibration);
