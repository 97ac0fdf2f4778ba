/** The report of an ensemble that is too sure and carries a calibration: raw beside calibrated in words, tables, pictures and files. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { calibrationTable } from "../../src/cli/score-report.ts";
import { type CalibrationEffect, calibrationEffect } from "../../src/evaluation/index.ts";
import { csvOf, type Report, reportOf, writeReport } from "../../src/report/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { carriedBy, fitted, judged, NOISE, truth, VALIDATION_DAYS } from "../evaluation/made-up-days.ts";

const folder = scratchFolder("calibration-report");
const days = 20;
let report: Report;
let effect: CalibrationEffect;
beforeAll(async () => {
  const evaluation = await judged(0.15 * NOISE, VALIDATION_DAYS + 2, days);
  effect = calibrationEffect(evaluation, carriedBy(await fitted(0.15 * NOISE), days)) as CalibrationEffect;
  report = reportOf(evaluation, truth, { trainingHours: 0, calibration: effect });
  await writeReport(report, folder);
});

describe("a report of calibrated probabilities", () => {
  it("says in words what calibration does to each event, raw first", () => {
    const [first] = report.verdicts.filter(({ topic }) => topic === "calibration");
    const [{ raw, calibrated }] = effect.rows;
    expect(first).toEqual({
      topic: "calibration",
      judgment: "good",
      text:
        `Composite reflectivity at least 20 dBZ: Brier score ${raw.brier.toPrecision(3)} raw, ` +
        `${calibrated.brier.toPrecision(3)} calibrated; reliability term ${raw.reliability.toPrecision(2)} and ${calibrated.reliability.toPrecision(2)}.`,
    });
    const html = readFileSync(join(folder, "report.html"), "utf8");
    expect(html).toContain("Fitted by beta on 40 cases of the validation split, 12 members.");
    expect(html).toContain(`${raw.brier.toPrecision(3)} → ${calibrated.brier.toPrecision(3)}`);
    expect(html).toContain(
      "refc ≥ 20 dBZ at +6 h; at +6 h this threshold and lead were not asked for when the run was calibrated",
    );
    expect(html).toContain('<figure id="calibrated_refc_ge30">');
  });

  it("draws a sheet an event, and none of events that did not happen", () => {
    expect(readdirSync(join(folder, "plots")).filter((name) => name.startsWith("calibrated"))).toEqual([
      "calibrated_refc_ge20.png",
      "calibrated_refc_ge30.png",
      "calibrated_refc_ge30_within4km.png",
    ]);
  });

  it("holds every number in CSV and on the terminal", () => {
    const lines = csvOf(report).split("\n");
    const [{ raw, calibrated, interval, cases, cells }] = effect.rows;
    for (const [score, value] of [
      ["raw.brier", raw.brier],
      ["calibrated.brier", calibrated.brier],
      ["raw.reliability", raw.reliability],
      ["calibrated.logScore", calibrated.logScore],
      ["raw.points[3].observedFrequency", raw.points[3].observedFrequency],
      ["interval.low", interval.low],
    ] as const) {
      expect(lines).toContain(`calibration,refc>=20,ours,1,${cases},${cells},${score},${value},,`);
    }
    const [table] = calibrationTable(report);
    expect(table).toMatch(/refc >= 20 dBZ +better +\+1h +20 +0\.0\d{3} +0\.0\d{3}/);
    expect(table).toContain("not calibrated: refc >= 20 dBZ at +6 h:");
  });

  it("says nothing where the forecasts carry none, and the reason where none may be judged", () => {
    const refused = "1 of 2 forecasts carry no calibration";
    expect(calibrationTable({ ...report, calibration: { refused } })).toEqual([
      `calibrated probabilities are not judged: ${refused}\n`,
    ]);
    const { calibration: _, ...without } = report;
    expect(calibrationTable(without)).toEqual([]);
    expect(csvOf(without)).not.toContain("calibration,");
  });
});
