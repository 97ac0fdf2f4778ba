import { describe, expect, it } from "vitest";
import { type Archive, MISSING, NON_FINITE, type Splits } from "../../src/archive/index.ts";
import { scoreTable } from "../../src/cli/score-report.ts";
import {
  type Ensemble,
  HRRR_GRID,
  type InitTime,
  utcSeconds,
  type ValidTime,
  validTime,
} from "../../src/core/index.ts";
import {
  archiveTruth,
  type EnsembleSystem,
  evaluate,
  heldOut,
  PROTOCOLS,
  persistenceOf,
  validTimesOf,
} from "../../src/evaluation/index.ts";
import { type Report, reportOf } from "../../src/report/index.ts";

const grid = { ...HRRR_GRID, nx: 2, ny: 1 };
const init = utcSeconds(2024, 5, 2, 3) as InitTime;
const hour = (lead: number): ValidTime => validTime(init, lead);

const forecast: Ensemble = {
  channels: ["t2m"],
  grid,
  initTime: init,
  leadHours: [1, 2, 3, 4],
  memberCount: 2,
  synthetic: false,
  method: "two guesses",
  readInitial: () => Promise.resolve(Float32Array.of(290, 290)),
  readMember: (member) => Promise.resolve(Float32Array.of(291 + member, 293 + member)),
};

/** Trains on +1 h, lacks +3 h, ends before +4 h. */
const archive = {
  path: "truth.zarr",
  channels: ["t2m"],
  grid,
  times: [0, 1, 2, 3].map(hour),
  synthetic: true,
  source: "sandbox",
  splits: [
    { split: "train", first: hour(0), last: hour(1) },
    { split: "test", first: hour(2), last: hour(3) },
  ],
  leadHours: () => 0,
  quality: (time: ValidTime) => Uint16Array.of(time === hour(3) ? MISSING : 0),
  readField: () => Promise.resolve(Float32Array.of(292, 292)),
} as unknown as Archive;

const system: EnsembleSystem = { kind: "ensemble", name: "forecast", forecasts: [{ path: "forecast.zarr", forecast }] };

async function reported({ allowTrainingHours = false } = {}): Promise<Report> {
  const bare = archiveTruth(archive);
  const truth = allowTrainingHours ? bare : heldOut(bare, [archive.splits]);
  const systems = [system, persistenceOf(system)];
  const evaluation = await evaluate({ systems, truth, variables: ["t2m"], protocol: PROTOCOLS.native });
  const trained = validTimesOf(evaluation.cases).filter((time) => time <= hour(1)).length;
  return reportOf(evaluation, truth, { trainingHours: trained });
}

describe("an archive as truth", () => {
  it("says so where it holds forecasts and no analyses", () => {
    const sourceOf = (leadHours: (time: ValidTime) => number): string => archiveTruth({ ...archive, leadHours }).source;
    expect(sourceOf(() => 12)).toBe("sandbox, forecasts of 12 h");
    expect(sourceOf((time) => (time === hour(0) ? 0 : 3))).toBe("sandbox, forecasts of up to 3 h");
    expect(sourceOf((time) => (time === hour(0) ? Number.NaN : 1))).toBe("sandbox, forecasts of 1 h");
  });

  it("refuses hours that train, that are missing and that lie outside, each for its reason", () => {
    const { refusal } = heldOut(archiveTruth(archive), [archive.splits]);
    expect([1, 2, 3, 4].map((lead) => refusal(hour(lead)))).toEqual([
      "in the training split, which only --allow-training-hours scores",
      undefined,
      "missing or damaged in the archive",
      "outside the archive",
    ]);
    expect(archiveTruth(archive).source).toBe("sandbox");
    // Cells no radar sees count for nobody; the others of that hour do.
    const holed = { ...archive, quality: () => Uint16Array.of(NON_FINITE) } as Archive;
    expect(archiveTruth(holed).refusal(hour(3))).toBeUndefined();
    expect(archiveTruth(archive).refusal(hour(1))).toBeUndefined();
  });

  it("refuses what any of the forecasts was trained on, though the archive has it for a test", () => {
    const elsewhere: Splits = [{ split: "train", first: hour(2), last: hour(2) }];
    expect(heldOut(archiveTruth(archive), [archive.splits, [], elsewhere]).refusal(hour(2))).toMatch(
      "in the training split",
    );
  });
});

describe("reportOf", () => {
  it("names what the numbers rest on and survives JSON, with undefined scores as null", async () => {
    const report = await reported();
    const parsed = JSON.parse(JSON.stringify(report)) as typeof report;
    expect(parsed).toMatchObject({
      synthetic: true,
      truth: { path: "truth.zarr", source: "sandbox" },
      systems: [{ name: "forecast", methods: ["two guesses"], memberCount: 2 }, { name: "persistence" }],
      initTimes: ["2024-05-02T03:00:00Z"],
      independentCases: 1,
      trainingHours: 0,
    });
    // Members 291, 292 and 293, 294 for 292: distances 1/2 and 3/2; half the mean difference of the pair is 1/2 in both.
    expect(parsed.values).toHaveLength(2);
    expect(parsed.values[0]).toMatchObject({
      variable: "t2m",
      units: "K",
      leadHours: 2,
      cells: 2,
      crps: 0.5,
      bias: 0.5,
    });
    expect(parsed.values[0].crpsSkillAgainstPersistence).toBe(0.75);
    expect(parsed.values[1]).toMatchObject({ system: "persistence", crps: null, comparableCrps: 2 });
    expect(parsed.skipped.map(({ validTime: time }) => time)).toEqual(
      [1, 3, 4].map((h) => `2024-05-02T0${3 + h}:00:00Z`),
    );
  });

  it("says how many hours of the training split it includes", async () => {
    const report = await reported({ allowTrainingHours: true });
    expect(report.trainingHours).toBe(1);
    expect(scoreTable(report)).toContain("INCLUDES 1 hour OF THE TRAINING SPLIT");
  });
});

describe("scoreTable", () => {
  it("writes no minus before what rounds to nothing", async () => {
    const report = await reported();
    const almost = { ...report, values: report.values.map((row) => ({ ...row, bias: -0.0001 })) };
    expect(scoreTable(almost)).toContain("  0.000  ");
    expect(scoreTable(almost)).not.toContain("-0.000");
  });

  it("aligns its columns under a heading that carries every warning", async () => {
    const lines = scoreTable(await reported()).split("\n");
    expect(lines.slice(0, 9)).toEqual([
      "two guesses, 2 members, against truth.zarr (sandbox)",
      "1 forecast from 2024-05-02T03:00:00Z; 1 independent case (init times a day or more apart; cells of one field are not samples)",
      "SYNTHETIC DATA: these numbers say nothing about real weather",
      "not scored: 1 hour in the training split, which only --allow-training-hours scores (first 2024-05-02T04:00:00Z)",
      "not scored: 1 hour missing or damaged in the archive (first 2024-05-02T06:00:00Z)",
      "not scored: 1 hour outside the archive (first 2024-05-02T07:00:00Z)",
      "",
      "variable  units  lead  cases  cells   CRPS  pers.  skill   RMSE  pers.   bias  spread  ratio",
      "t2m       K       +2h      1      2  0.500  2.000  0.750  1.118  2.000  0.500   0.707  0.775",
    ]);
  });
});
