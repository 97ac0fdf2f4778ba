/** What forecasts are held to and compared with, from files: MRMS mosaics, storm reports, HREF and REFS probabilities. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cellFinder, HRRR_GRID, type InitTime, utcSeconds, type ValidTime } from "../../src/core/index.ts";
import {
  PROTOCOLS,
  parseProtocol,
  probabilityFiles,
  radarTruth,
  readReports,
  reportedNearby,
  windowCells,
} from "../../src/evaluation/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { describeWithData } from "../shared-data.ts";

const folder = scratchFolder("truths");

describeWithData("radarTruth", (data) => {
  const noon = utcSeconds(2022, 7, 4, 11) as ValidTime;

  it("takes the mosaic nearest to a time, on the forecast's grid, echoes and all", async () => {
    const truth = await radarTruth(join(data, "mrms"), HRRR_GRID);
    expect(truth.channels).toEqual(["refc"]);
    expect(truth.refusal(noon)).toBeUndefined();
    // 11:00:40 is within five minutes of 11:05, not of 11:06.
    expect(truth.refusal((noon + 300) as ValidTime)).toBeUndefined();
    expect(truth.refusal((noon + 360) as ValidTime)).toBe("without an MRMS mosaic within five minutes");
    const field = await truth.readField(noon, "refc");
    expect(field).toHaveLength(1799 * 1059);
    const known = field.filter((value) => !Number.isNaN(value));
    expect(known.length).toBeGreaterThan(1_000_000);
    expect(known.reduce((least, value) => Math.min(least, value), 99)).toBe(-10);
    expect(known.reduce((most, value) => Math.max(most, value), -99)).toBeGreaterThan(50);
  });

  it("says when a folder has none", async () => {
    await expect(radarTruth(join(data, "hrrr"), HRRR_GRID)).rejects.toThrow(
      "expected a folder with MRMS mosaics, got none",
    );
    await expect(radarTruth("nowhere", HRRR_GRID)).rejects.toThrow(
      "nowhere: expected a folder with MRMS mosaics, got no folder",
    );
  });
});

describe("reportedNearby", () => {
  const csv = [
    "Time,F_Scale,Location,County,State,Lat,Lon,Comments",
    "2210,UNK,5 W WYNNE,CROSS,AR,38.5,-97.5,A TORNADO, SEEN (MEG)",
    "0130,UNK,NORMAN,CLEVELAND,OK,35.2,-97.4,(OUN)",
  ].join("\n");

  it("marks the cells within the radius for the hour that ends at a time, and nothing outside it", async () => {
    mkdirSync(join(folder, "reports"), { recursive: true });
    writeFileSync(join(folder, "reports", "240516_rpts_torn.csv"), csv);
    // The same report in the day's combined file counts once.
    writeFileSync(join(folder, "reports", "240516_rpts.csv"), csv);
    const reports = await readReports(join(folder, "reports"));
    expect(reports).toHaveLength(2);
    const happened = reportedNearby(reports, HRRR_GRID, 40);
    const at = (day: number, hour: number, minute = 0): ValidTime =>
      utcSeconds(2024, 5, day, hour, minute) as ValidTime;
    const { i, j } = cellFinder(HRRR_GRID)(38.5, -97.5);
    const cell = Math.round(j) * HRRR_GRID.nx + Math.round(i);
    const field = happened(at(16, 23));
    expect(field[cell]).toBe(1);
    const marked = field.reduce((sum, value) => sum + value, 0);
    // A disc of 13.33 cells has 553 or so about a place between cell centers.
    expect(Math.abs(marked - Math.PI * (40 / 3) ** 2)).toBeLessThan(20);
    expect(field[cell + 14]).toBe(0);
    for (const time of [at(16, 22), at(16, 23, 11)]) expect(happened(time)[cell]).toBe(0);
    // Before 12 UTC belongs to the next date.
    expect(happened(at(17, 2)).some((value) => value === 1)).toBe(true);
  });

  it("says when a folder has no reports", async () => {
    await expect(readReports(folder)).resolves.toHaveLength(2);
    mkdirSync(join(folder, "empty"));
    await expect(readReports(join(folder, "empty"))).rejects.toThrow("expected a folder with storm reports");
  });
});

describeWithData("probabilityFiles", (data) => {
  it("takes no forecast for a probability", async () => {
    mkdirSync(join(folder, "refs"));
    cpSync(
      join(data, "hrrr", "noaa-hrrr-conus-lambert-refc.grib2"),
      join(folder, "refs", "refs.t00z.prob.f06.conus.grib2"),
    );
    const system = await probabilityFiles("REFS", join(folder, "refs"), HRRR_GRID);
    expect(system.covers(utcSeconds(2024, 1, 1) as InitTime, 0)).toBe(false);
    const event = { kind: "cell", variable: "refc", threshold: 40 } as const;
    expect(await system.read(utcSeconds(2024, 1, 1) as InitTime, 0, event)).toBeUndefined();
    await expect(probabilityFiles("REFS", join(folder, "reports"), HRRR_GRID)).rejects.toThrow(
      "expected a folder with probability files",
    );
  });
});

describe("protocols", () => {
  it("ask EVS's questions: thresholds, windows of 1 and 17 cells of 5.08 km, events within 40 km", () => {
    expect(parseProtocol("evs", "--protocol")).toBe(PROTOCOLS.evs);
    expect(PROTOCOLS.evs.thresholds.refc).toEqual([20, 30, 40, 50]);
    // 86.36 km are 28.8 cells of 3 km, and 17 of 5.08 km.
    expect(PROTOCOLS.evs.windowsKm.map((km) => [windowCells(km, 3), windowCells(km, 5.08)])).toEqual([
      [1, 1],
      [29, 17],
    ]);
    expect(PROTOCOLS.evs.nearby.radiusKm).toBe(40);
    expect(() => parseProtocol("met", "--protocol")).toThrow('--protocol: expected native or evs, got "met"');
  });
});
