import { join } from "node:path";
import { expect, it } from "vitest";
import { archiveMrms, openArchive } from "../../src/archive/index.ts";
import { HRRR_GRID, parseTime, sameGrid, type ValidTime } from "../../src/core/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { describeWithData } from "../shared-data.ts";

const folder = scratchFolder("mrms");
const at = (text: string): ValidTime => parseTime(text, "test") as ValidTime;

describeWithData("an archive of real MRMS rain", (data) => {
  const frames = ["00", "04"].map((minute) =>
    join(data, "mrms", "pysteps_20190610", `PrecipRate_00.00_20190610-00${minute}00.grib2`),
  );

  it("has a frame every two minutes, the one that is not there missing, storms on HRRR's grid", async () => {
    const path = join(folder, "x.zarr");
    await archiveMrms(frames, path, { stepMinutes: 2, uncovered: "no-echo", splits: [] });
    const archive = await openArchive(path);
    expect(sameGrid(archive.grid, HRRR_GRID)).toBe(true);
    expect(archive.times.map((time) => archive.isWhole(time))).toEqual([true, false, true]);
    const refc = await archive.readField(at("2019-06-10T00:04Z"), "refc");
    // 150 mm/h in the mosaic is 57.8 dBZ; the mean over a 3 km cell is weaker.
    const strongest = refc.reduce((most, value) => Math.max(most, value), -99);
    expect(strongest).toBeGreaterThan(50);
    expect(strongest).toBeLessThan(57.8);
    expect(refc.reduce((least, value) => Math.min(least, value), 99)).toBe(-10);
    expect(archive.provenance.notes[0]).toMatch(
      /^PrecipRate_.*: 353989 cells that no radar sees are given as no echo$/,
    );
  });

  it("keeps what no radar sees missing unless told otherwise, and the strongest echo when asked for it", async () => {
    const path = join(folder, "y.zarr");
    await archiveMrms(frames, path, { stepMinutes: 4, method: "maximum", splits: [] });
    const archive = await openArchive(path);
    expect(archive.isWhole(at("2019-06-10T00:00Z"))).toBe(false);
    const refc = await archive.readField(at("2019-06-10T00:00Z"), "refc");
    expect(refc.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0)).toBe(353_989);
    expect(refc.reduce((most, value) => (value > most ? value : most), -99)).toBeGreaterThan(55);
  });

  it("refuses a step the frames do not keep, and files that are no mosaics", async () => {
    await expect(archiveMrms(frames, join(folder, "z.zarr"), { stepMinutes: 3 })).rejects.toThrow(
      "expected a time whole steps of 3 min after 2019-06-10T00:00:00Z, got 2019-06-10T00:04:00Z",
    );
    const other = join(data, "hrrr", "dpt2m.grib2");
    await expect(archiveMrms([other], join(folder, "z.zarr"), { stepMinutes: 2 })).rejects.toThrow(
      "dpt2m.grib2: expected MRMS's MergedReflectivityQCComposite or PrecipRate, got neither",
    );
  });
});
