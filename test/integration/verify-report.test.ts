/**
 * From 41 real HRRR hours to a report, in seconds: the forecasts are ensembles of the hours before (what a forecaster without a model has),
 * so that scores and words are of real weather. One summer day and a half supports no claim, and the report has to say so.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { openArchive } from "../../src/archive/index.ts";
import { initFromAnalysis, parseTime, SECONDS_PER_HOUR, type ValidTime } from "../../src/core/index.ts";
import { createForecast } from "../../src/forecast/index.ts";
import type { Report } from "../../src/report/index.ts";
import { runUpdraft, updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { describeWithData } from "../shared-data.ts";

describeWithData("a report on 41 real HRRR hours", (data) => {
  const folder = scratchFolder("verify-report");
  const verify = ["verify", "ours", "--against", "idaho.zarr", "--baseline", "fewer=fewer", "--scoreboard"];

  beforeAll(async () => {
    updraft(["archive", "build", "--grib", join(data, "hrrr_series"), "--out", "idaho.zarr"], folder);
    const archive = await openArchive(join(folder, "idaho.zarr"));
    const first = parseTime("2018-07-23T06Z", "test") as ValidTime;
    for (const [name, memberCount] of [
      ["ours", 6],
      ["fewer", 3],
    ] as const) {
      for (const later of [0, 3]) {
        const start = (first + later * SECONDS_PER_HOUR) as ValidTime;
        const writer = await createForecast(join(folder, name, `${later}.zarr`), {
          space: archive,
          initTime: initFromAnalysis(start),
          leadHours: [1, 3],
          memberCount,
          synthetic: false,
          method: "the hours before",
          provenance: { madeBy: "test" },
          initial: await archive.readState(start),
        });
        for (const lead of [1, 3]) {
          for (let member = 0; member < memberCount; member++) {
            const before = (start - member * SECONDS_PER_HOUR) as ValidTime;
            await writer.write(member, lead, await archive.readState(before));
          }
        }
        await writer.finish();
      }
    }
  }, 120_000);

  it("is written whole, says that one day shows nothing, and goes on where it was without reading a field again", () => {
    const printed = updraft([...verify, "--report", "report"], folder);
    expect(printed).toContain("the hours before, 6 members, against idaho.zarr");
    expect(printed).toContain("too few days");
    expect(printed.trimEnd().endsWith(join("report", "report.html"))).toBe(true);
    const files = readdirSync(join(folder, "report"), { recursive: true, encoding: "utf8" });
    for (const name of ["report.html", "scores.csv", "scores.json", "cases.jsonl", "plots/values_t2m.png"]) {
      expect(files).toContain(name);
    }
    const html = readFileSync(join(folder, "report", "report.html"), "utf8");
    expect(html).toContain("show nothing about others");
    const report = JSON.parse(readFileSync(join(folder, "report", "scores.json"), "utf8")) as Report;
    expect(report).toMatchObject({ cases: 4, independentCases: 1, trainingHours: 0, synthetic: false });
    expect(report.days).toEqual(["2018-07-22"]);
    const t2m = report.pooled.values.filter(({ variable }) => variable === "t2m");
    expect(t2m.map(({ system }) => system)).toEqual(["forecast", "fewer", "persistence"]);
    for (const row of t2m) expect(row.comparableCrps).toBeGreaterThan(0);
    expect(new Set(report.scoreboard.map(({ verdict }) => verdict))).toEqual(new Set(["too few days"]));

    const records = readFileSync(join(folder, "report", "cases.jsonl"));
    updraft([...verify, "--report", "report"], folder);
    expect(readFileSync(join(folder, "report", "cases.jsonl")).equals(records)).toBe(true);
    const other = runUpdraft([...verify, "--report", "report", "--protocol", "evs"], folder);
    expect(other.status).toBe(2);
    expect(other.stderr.trim().split("\n").at(-1)).toContain(
      "expected cases of these forecasts, this truth and this protocol",
    );
  }, 120_000);
});
