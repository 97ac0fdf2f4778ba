import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Archive,
  type BuildSummary,
  buildFromGrib,
  openArchive,
  pairsAt,
  VOIDED,
} from "../../src/archive/index.ts";
import { formatTime, HRRR_GRID, type LambertGrid, utcSeconds, type ValidTime } from "../../src/core/index.ts";
import { peerPython, runPeer } from "../peer.ts";
import { describeWithData } from "../shared-data.ts";

describeWithData("41 real HRRR hours", (data) => {
  let folder: string;
  let summary: BuildSummary;
  let archive: Archive;
  const series = join(data, "hrrr_series");
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "updraft-series-"));
    summary = await buildFromGrib([series], join(folder, "h.zarr"), { source: "NOAA HRRR" });
    archive = await openArchive(join(folder, "h.zarr"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("become an archive of six variables, without reflectivity, and copies count once", () => {
    expect(archive.channels).toEqual(["t2m", "d2m", "u10", "v10", "cape", "cin"]);
    expect(archive.times.map(formatTime).filter((_, at) => at === 0 || at === 40)).toEqual([
      "2018-07-22T01:00:00Z",
      "2018-07-23T17:00:00Z",
    ]);
    expect(archive.times).toHaveLength(41);
    expect(archive.times.every((time) => archive.isWhole(time) && archive.leadHours(time) === 1)).toBe(true);
    // Two renamed files, six fields each.
    const notes = ["d2m: 1 cell is far below all around them, in 1 hour, and missing"];
    expect(summary).toEqual({ files: 43, fields: 246, duplicates: 12, absent: ["refc"], notes });
    expect(pairsAt(archive, "train", 1)).toHaveLength(22);
  });

  test("lie where the crop of the full grid lies, columns 366 to 406 and rows 711 to 788", () => {
    const grid = archive.grid as LambertGrid;
    // GRIB states the corner to a millionth of a degree, a tenth of a metre.
    expect(Math.abs(grid.x0Meters - (HRRR_GRID.x0Meters + 366 * 3000))).toBeLessThan(1);
    expect(Math.abs(grid.y0Meters - (HRRR_GRID.y0Meters + 711 * 3000))).toBeLessThan(1);
  });

  test("lack one cell, a dew point of 209 K at 2018-07-22 10Z, which is flagged and in no statistic", async () => {
    const outlier = utcSeconds(2018, 7, 22, 10) as ValidTime;
    for (const time of archive.times) {
      expect([...archive.quality(time)], formatTime(time)).toEqual([0, time === outlier ? VOIDED : 0, 0, 0, 0, 0]);
      expect([...archive.voidedCells(time)]).toEqual([0, time === outlier ? 1 : 0, 0, 0, 0, 0]);
    }
    const field = await archive.readField(outlier, "d2m");
    expect(field.findIndex(Number.isNaN)).toBe(60 * 41 + 36);
    // The next lowest value of the 23 training hours, by ecCodes and NumPy; 23 hours of 41 x 78 cells but one.
    expect(archive.statistics[1]).toMatchObject({ count: 23 * 41 * 78 - 1 });
    expect(archive.statistics[1].physicalMin).toBeCloseTo(253.13, 2);
  });

  test("of the full grid lack the three cells of a real dew point that are pinned near 192 K, and no other", async () => {
    const path = join(folder, "dew.zarr");
    await buildFromGrib([join(data, "hrrr", "dpt2m.grib2")], path);
    const dew = await openArchive(path);
    const [time] = dew.times;
    const field = await dew.readField(time, "d2m");
    const lost = [...field.keys()].filter((cell) => Number.isNaN(field[cell]));
    // By ecCodes and NumPy: 192.12, 193.50 and 193.19 K in these rows and columns; the next value is 225.44 K.
    expect(lost).toEqual([895 * 1799 + 285, 896 * 1799 + 285, 920 * 1799 + 285]);
    expect([...dew.quality(time)]).toEqual([VOIDED]);
    expect(dew.isWhole(time)).toBe(true);
    expect(dew.statistics[0]).toMatchObject({ count: 1799 * 1059 - 3 });
    expect(dew.statistics[0].physicalMin).toBeCloseTo(225.44, 2);
  });

  test.skipIf(peerPython === undefined)("hold in xarray the very numbers that ecCodes decodes", () => {
    const compared: unknown = JSON.parse(runPeer("compare_hrrr_series.py", [archive.path, series]));
    expect(compared).toEqual({
      fields: 246,
      different: 0,
      missing: [["2018-07-22T10:00", "d2m", 60, 36, expect.closeTo(209.45, 2)]],
    });
  });

  test("a cut-off file and the full grid: the real REFC message comes through whole", async () => {
    const path = join(folder, "refc.zarr");
    const { notes } = await buildFromGrib([join(data, "hrrr", "hrrr.t11z.wrfsfcf12.grib2")], path);
    expect(notes).toEqual([expect.stringMatching(/byte 1971449 .*125703 octets to the end of the file/)]);
    const full = await openArchive(path);
    expect([full.grid.ny, full.grid.nx]).toEqual([1059, 1799]);
    const field = await full.readField(full.times[0], "refc");
    // Authority: ecCodes 2.28, listed in shared/data/SOURCES.md as [-10..68.69].
    expect([Math.min(...sample(field)), largest(field)]).toEqual([-10, 68.6875]);
    expect([...full.quality(full.times[0])]).toEqual([0]);
  });

  test("744 hours of ERA5, stored north to south, come out south to north", async () => {
    const path = join(folder, "era5.zarr");
    await buildFromGrib([join(data, "era5_uk")], path);
    const era5 = await openArchive(path);
    expect(era5.times).toHaveLength(744);
    expect(era5.grid).toMatchObject({ kind: "latlon", nx: 49, ny: 33 });
    const field = await era5.readField(era5.times[0], "t2m");
    const mean = (row: number): number => field.subarray(row * 49, (row + 1) * 49).reduce((a, b) => a + b) / 49;
    // In March the Channel is warmer than the sea north of Scotland.
    expect(mean(0)).toBeGreaterThan(mean(32));
  });
});

const sample = (field: Float32Array): Float32Array => field.filter((_, cell) => cell % 97 === 0);
const largest = (field: Float32Array): number => field.reduce((a, b) => Math.max(a, b));
