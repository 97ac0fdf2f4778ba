import { describe, expect, it } from "vitest";
import {
  type Ensemble,
  type Field,
  HRRR_GRID,
  type InitTime,
  normals,
  utcSeconds,
  type ValidTime,
  type VariableName,
  validTime,
} from "../../src/core/index.ts";
import { type NamedForecast, scorecard, type Truth } from "../../src/verify/index.ts";

const grid = { ...HRRR_GRID, nx: 3, ny: 2 };
const channels: VariableName[] = ["refc", "t2m"];
const day = (offset: number, hour = 0): InitTime => (utcSeconds(2024, 5, 1, hour) + offset * 86_400) as InitTime;

/** A field that depends on everything that names it. */
function named(time: number, channel: VariableName, member: number): Field {
  return normals({ seed: 4, purpose: channel, member, index: time / 60 }, 6);
}

function forecastFrom(initTime: InitTime, changes: Partial<Ensemble> = {}): NamedForecast {
  const forecast: Ensemble = {
    channels,
    grid,
    initTime,
    leadHours: [1, 2],
    memberCount: 3,
    synthetic: true,
    method: "test",
    readInitial: (channel) => Promise.resolve(named(initTime, channel, 0)),
    readMember: (member, leadHours, channel) =>
      Promise.resolve(named(validTime(initTime, leadHours), channel, member + 1)),
    ...changes,
  };
  return { path: `${initTime}.zarr`, forecast };
}

const truth: Truth = {
  path: "truth.zarr",
  channels,
  grid,
  refusal: () => undefined,
  readField: (time, channel) => Promise.resolve(named(time, channel, 0)),
};

describe("scorecard", () => {
  it("has a row for every variable and lead that pools the cells of all cases", async () => {
    const card = await scorecard([forecastFrom(day(0)), forecastFrom(day(1))], truth);
    expect(card.rows.map(({ variable, leadHours }) => [variable, leadHours])).toEqual([
      ["refc", 1],
      ["refc", 2],
      ["t2m", 1],
      ["t2m", 2],
    ]);
    const [alone, other] = await Promise.all([0, 1].map((offset) => scorecard([forecastFrom(day(offset))], truth)));
    const [row] = card.rows;
    expect([row.cases, row.cells, row.missingCells]).toEqual([2, 12, 0]);
    expect(row.crps).toBeCloseTo((alone.rows[0].crps + other.rows[0].crps) / 2, 12);
    expect(row.rmse ** 2).toBeCloseTo((alone.rows[0].rmse ** 2 + other.rows[0].rmse ** 2) / 2, 12);
    expect(row.rankCounts).toEqual(alone.rows[0].rankCounts.map((n, bin) => n + other.rows[0].rankCounts[bin]));
  });

  it("compares with the initial state as persistence", async () => {
    const { rows } = await scorecard([forecastFrom(day(0))], truth);
    const initial = named(day(0), "t2m", 0);
    const happened = named(validTime(day(0), 2), "t2m", 0);
    const errors = Array.from(initial, (value, cell) => value - happened[cell]);
    const mae = errors.reduce((sum, error) => sum + Math.abs(error), 0) / 6;
    expect(rows[3].persistenceCrps).toBeCloseTo(mae, 12);
    expect(rows[3].persistenceRmse).toBeCloseTo(Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / 6), 12);
    expect(rows[3].crpsSkillAgainstPersistence).toBeCloseTo(1 - rows[3].crps / mae, 12);
  });

  it("does not depend on the order of the forecasts", async () => {
    const forecasts = [forecastFrom(day(0)), forecastFrom(day(2)), forecastFrom(day(1))];
    const [one, other] = [await scorecard(forecasts, truth), await scorecard(forecasts.toReversed(), truth)];
    expect(other.initTimes).toEqual(one.initTimes);
    for (const [at, row] of one.rows.entries()) {
      expect(other.rows[at].rankCounts).toEqual(row.rankCounts);
      expect(other.rows[at].crps).toBeCloseTo(row.crps, 12);
    }
  });

  it("breaks ties of rank by other random numbers in every case", async () => {
    const zeros = (): Promise<Field> => Promise.resolve(new Float32Array(6));
    const allAlike: Truth = { ...truth, readField: zeros };
    const ranks = await Promise.all(
      [0, 1, 2].map(async (offset) => {
        const forecast = forecastFrom(day(offset), { readInitial: zeros, readMember: zeros });
        return (await scorecard([forecast], allAlike)).rows[0].rankCounts.join();
      }),
    );
    expect(new Set(ranks).size).toBeGreaterThan(1);
  });

  it("skips and lists what the truth refuses, and counts cells missing on any side", async () => {
    const hole: Truth = {
      ...truth,
      refusal: (time) => (time === validTime(day(0), 2) ? "missing" : undefined),
      readField: async (time, channel) => (await truth.readField(time, channel)).fill(Number.NaN, 0, 1),
    };
    const gappy = forecastFrom(day(0), {
      readInitial: (channel) => Promise.resolve(named(day(0), channel, 0).fill(Number.NaN, 1, 2)),
    });
    const card = await scorecard([gappy, forecastFrom(day(1))], hole);
    expect(card.skipped).toEqual([{ path: gappy.path, initTime: day(0), leadHours: 2, reason: "missing" }]);
    expect(card.rows.map(({ cases }) => cases)).toEqual([2, 1, 2, 1]);
    expect([card.rows[0].cells, card.rows[0].missingCells]).toEqual([9, 3]);
    expect(card.validTimes).toHaveLength(3);
  });

  it("counts as independent only init times a day or more apart", async () => {
    const inits = [day(0), day(0, 6), day(0, 23), day(1, 1), day(3)];
    const card = await scorecard(
      inits.map((init) => forecastFrom(init)),
      truth,
    );
    expect([card.initTimes.length, card.independentCases]).toEqual([5, 3]);
  });

  it("reports every field it has scored or skipped", async () => {
    const seen: string[] = [];
    const hole: Truth = {
      ...truth,
      refusal: (time: ValidTime) => (time === validTime(day(0), 1) ? "missing" : undefined),
    };
    await scorecard([forecastFrom(day(0))], hole, ({ done, total }) => seen.push(`${done}/${total}`));
    expect(seen).toEqual(["3/4", "4/4"]);
  });

  it.each<[string, NamedForecast[], Truth, string]>([
    [
      "another grid",
      [forecastFrom(day(0), { grid: { ...grid, nx: 4 } })],
      truth,
      "expected the grid of truth.zarr, Lambert 3x2, 3 km, got Lambert 4x2, 3 km; give the archive",
    ],
    [
      "the same grid elsewhere",
      [forecastFrom(day(0), { grid: { ...grid, x0Meters: 0 } })],
      truth,
      "got Lambert 3x2, 3 km elsewhere",
    ],
    [
      "a channel the truth lacks",
      [forecastFrom(day(0))],
      { ...truth, channels: ["refc"] },
      "truth.zarr: expected channels refc,t2m of",
    ],
    [
      "ensembles of different size",
      [forecastFrom(day(0)), forecastFrom(day(1), { memberCount: 4 })],
      truth,
      "expected 3 members of refc,t2m as in",
    ],
    ["an init time twice", [forecastFrom(day(0)), forecastFrom(day(0))], truth, "expected forecasts of different init"],
    [
      "nothing that can be scored",
      [forecastFrom(day(0))],
      { ...truth, refusal: () => "outside the archive" },
      "truth.zarr: expected at least one valid time of the forecasts that can be scored, got none of 2 (outside the archive)",
    ],
  ])("refuses %s, in one line", async (_, forecasts, against, message) => {
    await expect(scorecard(forecasts, against)).rejects.toThrow(message);
  });
});
