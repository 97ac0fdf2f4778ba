/** What forecasts are held to and compared with, from files: MRMS mosaics, storm reports, HREF and REFS probabilities. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cellFinder, HRRR_GRID, type InitTime, utcSeconds, type ValidTime } from "../../src/core/index.ts";
import {
  holdsMosaics,
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

  it("says of a mosaic that is cut off or empty that its hour cannot be judged, and reads the others", async () => {
    const place = join(folder, "damaged");
    mkdirSync(place);
    const name = (hour: number): string => `MRMS_MergedReflectivityQCComposite_00.50_20220704-${hour}0040.grib2`;
    const whole = readFileSync(join(data, "mrms", name(11)));
    writeFileSync(join(place, name(10)), whole.subarray(0, 300_000));
    writeFileSync(join(place, name(11)), whole);
    writeFileSync(join(place, name(12)), "");
    const truth = await radarTruth(place, { ...HRRR_GRID, nx: 20, ny: 20 });
    const hours = [-3600, 0, 3600].map((offset) => (noon + offset) as ValidTime);
    expect(hours.map(truth.refusal)).toEqual([undefined, undefined, undefined]);
    const [cut, sound, empty] = await Promise.all(hours.map(async (time) => truth.damage?.(time)));
    expect(cut).toMatch(/^damaged mosaic: .*100040\.grib2 .*expected a message of \d+ octets, got 300000/);
    expect(sound).toBeUndefined();
    expect(empty).toMatch(/^damaged mosaic: .*120040\.grib2 .*got an empty file/);
    expect(await truth.readField(noon, "refc")).toHaveLength(400);
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

describe("a folder of mosaics", () => {
  it.each([
    ["AWS", "MRMS_MergedReflectivityQCComposite_00.50_20220704-110040.grib2.gz"],
    ["IEM's mtarchive, which drops MRMS_", "MergedReflectivityQCComposite_00.50_20190610-010000.grib2.gz"],
  ])("is known by the names of %s", async (_, name) => {
    const place = join(folder, name.replaceAll(".", "-"));
    mkdirSync(place);
    expect(await holdsMosaics(place)).toBe(false);
    writeFileSync(join(place, name), "");
    expect(await holdsMosaics(place)).toBe(true);
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
    const read = await readReports(join(folder, "reports"));
    expect(read.reports).toHaveLength(2);
    const { happened } = reportedNearby(read, HRRR_GRID, 40);
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

  describe("of days whose files are not all there", () => {
    const at = (day: number, hour: number, minute = 0): ValidTime =>
      utcSeconds(2024, 5, day, hour, minute) as ValidTime;
    const header = { torn: "F_Scale", wind: "Speed", hail: "Size" };
    const put = (name: string, day: string, kind: keyof typeof header): void => {
      mkdirSync(join(folder, name, "reports"), { recursive: true });
      const text = `Time,${header[kind]},Location,County,State,Lat,Lon,Comments\n`;
      writeFileSync(join(folder, name, "reports", `${day}_rpts_filtered_${kind}.csv`), text);
    };
    const refusals = async (name: string, times: readonly ValidTime[]): Promise<(string | undefined)[]> => {
      const { refusal } = reportedNearby(await readReports(join(folder, name)), HRRR_GRID, 40);
      return times.map(refusal);
    };

    it("tells nothing of a day without a file: not that nothing happened", async () => {
      for (const kind of ["torn", "wind", "hail"] as const) put("days", "240504", kind);
      const why = "without reports of 2024-05-05, judged by all else";
      // The hour that ends at 12 UTC is the last of the day before; one that ends at 12:30 is of both.
      const times = [at(5, 11), at(5, 12), at(5, 12, 30), at(5, 13), at(6, 12), at(6, 13)];
      expect(await refusals("days", times)).toEqual([
        undefined,
        undefined,
        why,
        why,
        why,
        why.replace("05-05", "05-06"),
      ]);
      expect(await refusals("days", [at(4, 12), at(4, 13)])).toEqual([why.replace("05-05", "05-03"), undefined]);
    });

    it("tells nothing of a day that lacks a kind which other days have; a folder of one kind is about that kind", async () => {
      for (const kind of ["torn", "wind", "hail"] as const) put("kinds", "240504", kind);
      put("kinds", "240505", "torn");
      put("torn", "240505", "torn");
      expect(await refusals("kinds", [at(5, 13)])).toEqual([
        "without wind and hail reports of 2024-05-05, judged by all else",
      ]);
      expect(await refusals("torn", [at(5, 13)])).toEqual([undefined]);
    });

    it("tells nothing of hours after a file was last changed, by its manifest", async () => {
      put("early", "240505", "torn");
      const record = {
        path: "reports/240505_rpts_filtered_torn.csv",
        status: "held",
        initTime: "2024-05-05T00:00:00Z",
        leadHours: 0,
        source: "spc",
        url: "x",
        sourceBytes: 1,
        lastModified: "2024-05-05T20:10:00Z",
        absent: [],
        bytes: 1,
        sha256: "x",
      };
      writeFileSync(join(folder, "early", "manifest.jsonl"), `${JSON.stringify(record)}\n`);
      const why = "without reports of 2024-05-05, judged by all else";
      expect(await refusals("early", [at(5, 20), at(5, 21)])).toEqual([undefined, why]);
    });
  });

  it("says when a folder has no reports", async () => {
    expect((await readReports(folder)).reports).toHaveLength(2);
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
