import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
import {
  commonVariables,
  type EnsembleSystem,
  type Evaluation,
  evaluate,
  type NamedForecast,
  numbersOf,
  openCaseRecords,
  PROTOCOLS,
  persistenceOf,
  type System,
  scoreboard,
  type Truth,
  type ValueRow,
} from "../../src/evaluation/index.ts";
import { verdictOf } from "../../src/evaluation/scoreboard.ts";

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
  source: "test",
  synthetic: true,
  channels,
  grid,
  digest: async () => "made up",
  refusal: () => undefined,
  readField: (time, channel) => Promise.resolve(named(time, channel, 0)),
};

const systemOf = (forecasts: readonly NamedForecast[]): EnsembleSystem => ({
  kind: "ensemble",
  name: "forecast",
  forecasts,
});

async function judged(
  systems: readonly System[],
  against: Truth,
  options: Parameters<typeof evaluate>[1] = {},
): Promise<Evaluation> {
  const variables = commonVariables(systems, against);
  return evaluate({ systems, truth: against, variables, protocol: PROTOCOLS.native }, options);
}

interface Card extends Evaluation {
  readonly rows: readonly ValueRow[];
  readonly persistence: readonly ValueRow[];
}

/** The forecasts beside persistence. */
async function scored(
  forecasts: readonly NamedForecast[],
  against: Truth,
  options: Parameters<typeof evaluate>[1] = {},
): Promise<Card> {
  const system = systemOf(forecasts);
  const evaluation = await judged([system, persistenceOf(system)], against, options);
  const { values } = numbersOf(evaluation, against);
  const of = (name: string): ValueRow[] => values.filter((row) => row.system === name);
  return { ...evaluation, rows: of("forecast"), persistence: of("persistence") };
}

describe("evaluate", () => {
  it("has a row for every variable and lead that pools the cells of all cases", async () => {
    const card = await scored([forecastFrom(day(0)), forecastFrom(day(1))], truth);
    expect(card.rows.map(({ variable, leadHours }) => [variable, leadHours])).toEqual([
      ["refc", 1],
      ["refc", 2],
      ["t2m", 1],
      ["t2m", 2],
    ]);
    const [alone, other] = await Promise.all([0, 1].map((offset) => scored([forecastFrom(day(offset))], truth)));
    const [row] = card.rows;
    expect([row.cases, row.cells, row.missingCells]).toEqual([2, 12, 0]);
    expect(row.crps).toBeCloseTo((alone.rows[0].crps + other.rows[0].crps) / 2, 12);
    expect(row.rmse ** 2).toBeCloseTo((alone.rows[0].rmse ** 2 + other.rows[0].rmse ** 2) / 2, 12);
    expect(row.rankCounts).toEqual(alone.rows[0].rankCounts.map((n, bin) => n + other.rows[0].rankCounts[bin]));
  });

  it("asks nothing in kilometers of a grid of degrees, and the same values and events as ever", async () => {
    const degrees = {
      kind: "latlon",
      nx: 3,
      ny: 2,
      latitude0Degrees: 49,
      longitude0Degrees: -10,
      dLatitudeDegrees: 0.25,
      dLongitudeDegrees: 0.25,
    } as const;
    const against = { ...truth, grid: degrees, channels: ["t2m"] as const };
    const system = systemOf([forecastFrom(day(0), { grid: degrees, channels: ["t2m"] })]);
    const evaluation = await evaluate({
      systems: [system],
      truth: against,
      variables: ["t2m"],
      protocol: PROTOCOLS.native,
    });
    const { values, events, fractions, spectra } = numbersOf(evaluation, against);
    const { rows } = await scored([forecastFrom(day(0))], truth);
    expect(values.map(({ crps }) => crps)).toEqual(rows.slice(2).map(({ crps }) => crps));
    expect(events.map(({ event, leadHours }) => `${event} ${leadHours}`)).toContain("t2m>=310.928 2");
    expect([...fractions, ...spectra]).toEqual([]);
  });

  it("compares with the initial state as persistence", async () => {
    const { rows, persistence } = await scored([forecastFrom(day(0))], truth);
    const initial = named(day(0), "t2m", 0);
    const happened = named(validTime(day(0), 2), "t2m", 0);
    const errors = Array.from(initial, (value, cell) => value - happened[cell]);
    const mae = errors.reduce((sum, error) => sum + Math.abs(error), 0) / 6;
    expect(persistence[3].comparableCrps).toBeCloseTo(mae, 12);
    expect(persistence[3].rmse).toBeCloseTo(Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / 6), 12);
    expect(rows[3].crpsSkillAgainstPersistence).toBeCloseTo(1 - rows[3].crps / mae, 12);
  });

  it("does not depend on the order of the forecasts", async () => {
    const forecasts = [forecastFrom(day(0)), forecastFrom(day(2)), forecastFrom(day(1))];
    const [one, other] = [await scored(forecasts, truth), await scored(forecasts.toReversed(), truth)];
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
        return (await scored([forecast], allAlike)).rows[0].rankCounts.join();
      }),
    );
    expect(new Set(ranks).size).toBeGreaterThan(1);
  });

  it("breaks them for init times at odd seconds too", async () => {
    const odd = (day(0) + 40) as InitTime;
    const read = (): Promise<Field> => Promise.resolve(new Float32Array(6));
    const forecast = forecastFrom(odd, { readInitial: read, readMember: read });
    const { rows } = await scored([forecast], { ...truth, readField: read });
    expect(rows[0].rankCounts.reduce((sum, count) => sum + count, 0)).toBe(rows[0].cells);
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
    const card = await scored([gappy, forecastFrom(day(1))], hole);
    expect(card.skipped).toEqual([{ path: gappy.path, initTime: day(0), leadHours: 2, reason: "missing" }]);
    expect(card.rows.map(({ cases }) => cases)).toEqual([2, 1, 2, 1]);
    expect([card.rows[0].cells, card.rows[0].missingCells]).toEqual([9, 3]);
    expect(card.cases).toHaveLength(3);
  });

  it("lists an hour of the truth that is found damaged when it is opened, and judges all others", async () => {
    const spoilt = (hour: number): Truth => ({
      ...truth,
      damage: async (time) => (time === validTime(day(0), hour) || hour === 0 ? "damaged mosaic: m.grib2" : undefined),
    });
    const { cases, skipped, rows } = await scored([forecastFrom(day(0))], spoilt(2));
    expect(cases).toEqual([{ initTime: day(0), leadHours: 1 }]);
    expect(skipped).toEqual([
      { path: `${day(0)}.zarr`, initTime: day(0), leadHours: 2, reason: "damaged mosaic: m.grib2" },
    ]);
    expect(new Set(rows.map(({ leadHours }) => leadHours))).toEqual(new Set([1]));
    await expect(scored([forecastFrom(day(0))], spoilt(0))).rejects.toThrow("none of 2 (damaged mosaic: m.grib2)");
  });

  it("counts as independent only init times a day or more apart", async () => {
    const inits = [day(0), day(0, 6), day(0, 23), day(1, 1), day(3)];
    const card = await scored(
      inits.map((init) => forecastFrom(init)),
      truth,
    );
    expect([card.initTimes.length, card.independentCases]).toEqual([5, 3]);
  });

  it("counts by storm reports only cases that they can tell of, lists the others, and judges these by all else", async () => {
    const happened = (): Field => Float32Array.of(1, 0, 0, 0, 0, 1);
    const told = validTime(day(0), 1);
    const reported = { refusal: (time: ValidTime) => (time === told ? undefined : "without reports"), happened };
    const systems = [systemOf([forecastFrom(day(0))])];
    const evaluation = await evaluate({ systems, truth, variables: channels, protocol: PROTOCOLS.native, reported });
    const { reports, values } = numbersOf(evaluation, truth);
    expect(reports.map(({ leadHours, cases, baseRate }) => [leadHours, cases, baseRate])).toEqual([
      [1, 1, expect.closeTo(1 / 3, 10)],
    ]);
    expect(values.filter(({ variable }) => variable === "refc").map(({ cases }) => cases)).toEqual([1, 1]);
    const [left] = evaluation.skipped;
    expect(evaluation.skipped).toHaveLength(1);
    expect(left).toEqual({ initTime: day(0), leadHours: 2, path: `${day(0)}.zarr`, reason: "without reports" });
    expect(evaluation.cases).toHaveLength(2);
  });

  it("reports every case it has scored", async () => {
    const seen: string[] = [];
    const hole: Truth = {
      ...truth,
      refusal: (time: ValidTime) => (time === validTime(day(0), 1) ? "missing" : undefined),
    };
    await scored([forecastFrom(day(0))], hole, { report: ({ done, total }) => seen.push(`${done}/${total}`) });
    expect(seen).toEqual(["1/1"]);
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
      "got Lambert 3x2, 3 km, 899.2 cells (2698 km) away",
    ],
    [
      "a truth without any of its variables",
      [forecastFrom(day(0))],
      { ...truth, channels: ["cape"] },
      "truth.zarr: expected a variable of refc,t2m, got cape",
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
    await expect(scored(forecasts, against)).rejects.toThrow(message);
  });

  it("scores the variables that all sides have, and cases that all systems have, and lists the rest", async () => {
    const lagged: EnsembleSystem = {
      ...systemOf([forecastFrom(day(0), { memberCount: 2, channels: ["t2m"] })]),
      name: "lagged",
    };
    const evaluation = await judged([systemOf([forecastFrom(day(0)), forecastFrom(day(1))]), lagged], truth);
    expect([evaluation.variables, evaluation.cases.length]).toEqual([["t2m"], 2]);
    expect(evaluation.skipped.map(({ reason }) => reason)).toEqual([
      "not forecast by lagged",
      "not forecast by lagged",
    ]);
    await expect(judged([lagged, lagged], truth)).rejects.toThrow(
      "lagged: expected a name of its own for every system",
    );
  });

  it("goes on from its records after a kill, to the same result, and refuses those of another request", async () => {
    const folder = mkdtempSync(join(tmpdir(), "updraft-cases-"));
    const path = join(folder, "cases.jsonl");
    const forecasts = [0, 1, 2].map((offset) => forecastFrom(day(offset)));
    const whole = await scored(forecasts, truth);
    const first = await openCaseRecords(path, { of: "this" });
    await scored(forecasts, truth, { records: first });
    await first.close();
    // Cut within the fourth line, as a kill would.
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, `${lines.slice(0, 3).join("\n")}\n${lines[3].slice(0, 40)}`);
    const second = await openCaseRecords(path, { of: "this" });
    let reads = 0;
    const counting: Truth = { ...truth, readField: (...args) => ((reads += 1), truth.readField(...args)) };
    const resumed = await scored(forecasts, counting, { records: second });
    await second.close();
    // Four of six cases, two variables each.
    expect(reads).toBe(8);
    expect(resumed.rows).toEqual(whole.rows);
    await expect(openCaseRecords(path, { of: "that" })).rejects.toThrow(
      "cases.jsonl: expected cases of these forecasts",
    );
    writeFileSync(path, `${lines[0]}\n{"initTime":"?"}\n`);
    await expect(openCaseRecords(path, { of: "this" })).rejects.toThrow(/cases.jsonl byte \d+: expected a judged case/);
    rmSync(folder, { recursive: true });
  });
});

describe("scoreboard", () => {
  /** Truth plus noise of this size, another for every member. */
  const noisy = (size: number, memberCount: number, name: string, days: number): EnsembleSystem => ({
    kind: "ensemble",
    name,
    forecasts: Array.from({ length: days }, (_, offset) =>
      forecastFrom(day(offset), {
        memberCount,
        leadHours: [1],
        readMember: async (member, leadHours, channel) => {
          const time = validTime(day(offset), leadHours);
          const noise = normals({ seed: 5, purpose: `${name} ${channel}`, member, index: time / 60 }, 6);
          return named(time, channel, 0).map((value, cell) => value + size * noise[cell]);
        },
      }),
    ),
  });

  it("finds the better of two systems on enough days, whichever comes first, and nothing between equals", async () => {
    const [good, poor, alike] = [noisy(0.3, 3, "good", 30), noisy(3, 2, "poor", 30), noisy(0.3, 3, "alike", 30)];
    const board = async (...systems: System[]): Promise<string> => {
      const rows = scoreboard(await judged(systems, truth)).filter(({ metric }) => metric === "CRPS t2m");
      expect(rows).toHaveLength(1);
      return rows[0].verdict;
    };
    expect(await board(good, poor)).toBe("better");
    expect(await board(poor, good)).toBe("worse");
    expect(await board(good, alike)).toBe("no difference shown");
  });

  it("takes what sums in another order differ by for no difference", () => {
    const grounds = { days: 30, eventDays: 30, score: 2.5 };
    expect(verdictOf({ low: -4e-16, high: -2e-16 }, grounds)).toBe("no difference shown");
    expect(verdictOf({ low: -4e-6, high: -2e-6 }, grounds)).toBe("better");
    expect(verdictOf({ low: 2e-6, high: 4e-6 }, grounds)).toBe("worse");
  });

  it("says nothing of fewer than ten days", async () => {
    const rows = scoreboard(await judged([noisy(0.3, 3, "good", 9), noisy(3, 2, "poor", 9)], truth));
    expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(["too few days"]));
    const [crps] = rows;
    expect(crps.difference).toBeCloseTo(crps.firstScore - crps.otherScore, 12);
    expect(crps.interval.low).toBeLessThanOrEqual(crps.difference);
    expect(crps.interval.high).toBeGreaterThanOrEqual(crps.difference);
    expect(crps.skill).toBeCloseTo(1 - crps.firstScore / crps.otherScore, 12);
  });
});
