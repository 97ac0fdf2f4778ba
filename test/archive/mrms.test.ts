import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { archiveMrms, openArchive } from "../../src/archive/index.ts";
import { formatTime, HRRR_GRID, parseTime, sameGrid, type ValidTime } from "../../src/core/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { describeWithData } from "../shared-data.ts";

const folder = scratchFolder("mrms");
const valid = (text: string): ValidTime => parseTime(text, "test") as ValidTime;
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

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
    const refc = await archive.readField(valid("2019-06-10T00:04Z"), "refc");
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
    expect(archive.isWhole(valid("2019-06-10T00:00Z"))).toBe(false);
    const refc = await archive.readField(valid("2019-06-10T00:00Z"), "refc");
    expect(refc.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0)).toBe(353_989);
    expect(refc.reduce((most, value) => (value > most ? value : most), -99)).toBeGreaterThan(55);
  });

  const mosaic = readFileSync(join(data, "mrms", "MRMS_MergedReflectivityQCComposite_00.50_20220704-110040.grib2"));
  /** Section 1 begins at octet 17; its octets 17 to 19 are hour, minute and second. */
  const put = (name: string, time: readonly [number, number, number], change: (bytes: Buffer) => Buffer = (b) => b) => {
    const bytes = Buffer.from(mosaic);
    bytes.set(time, 16 + 16);
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, `${time.join("-")}.grib2`), change(bytes));
  };

  it("at odd seconds has each frame at its nearest step, keeps the true times, and finds the mosaic behind another message", async () => {
    const dew = readFileSync(join(data, "hrrr", "dpt2m.grib2"));
    put("odd", [11, 0, 40]);
    put("odd", [11, 2, 38], (bytes) => bytes.subarray(0, 300_000));
    put("odd", [11, 4, 30], () => dew);
    put("odd", [11, 4, 41], (bytes) => Buffer.concat([dew, bytes]));
    const path = join(folder, "odd.zarr");
    const summary = await archiveMrms([join(folder, "odd")], path, { stepMinutes: 2, splits: [] });
    const archive = await openArchive(path);
    expect(archive.times.map(formatTime)).toEqual([1, 3, 5].map((minute) => `2022-07-04T11:0${minute}:00Z`));
    const off = archive.times.map((time) => Number(archive.observedTime?.(time)) - time);
    expect(off).toEqual([-20, Number.NaN, -19]);
    const [a, b] = await Promise.all([0, 2].map((at) => archive.readField(archive.times[at], "refc")));
    // Two million cells: as bytes, in a moment.
    expect(Buffer.compare(bytesOf(a), bytesOf(b))).toBe(0);
    // Nothing is whole by default, and that is said; so is the frame that is cut off.
    expect(summary).toMatchObject({ frames: 2, wholeFrames: 0 });
    expect(summary.notes).toEqual([
      expect.stringMatching(
        /^11-2-38\.grib2 byte 0 .*got 300000 octets to the end of the file.*; the frame is missing$/,
      ),
      "11-4-30.grib2: 0/0/6, no mosaic, is passed over",
      expect.stringMatching(/^none of 2 frames is whole: .*--uncovered no-echo/),
    ]);
    expect(archive.provenance.notes).toEqual(summary.notes);
  });

  it("refuses files of several products, or frames of them, by name", async () => {
    const path = join(folder, "mixed.zarr");
    put("both", [11, 0, 0], (bytes) => Buffer.concat([readFileSync(frames[0]), bytes]));
    await expect(archiveMrms([join(folder, "both")], path, { stepMinutes: 2 })).rejects.toThrow(
      /expected one field of MergedReflectivityQCComposite \(209\/10\/0\) or PrecipRate \(209\/6\/1\), got 209\/6\/1, 209\/10\/0/,
    );
    put("one", [11, 0, 0]);
    await expect(archiveMrms([join(folder, "one"), ...frames], path, { stepMinutes: 2 })).rejects.toThrow(
      /expected frames of one product, MergedReflectivityQCComposite .* got PrecipRate \(2 of 3 files\)/,
    );
  });

  it("refuses a frame on another grid, which may have the same numbers", async () => {
    put("grids", [11, 0, 0]);
    // The first latitude, octets 47 to 50 of section 3, which begins behind sections 0 and 1.
    put("grids", [11, 2, 0], (bytes) => {
      const section3 = 16 + bytes.readUInt32BE(16);
      bytes.writeUInt32BE(bytes.readUInt32BE(section3 + 46) - 500_000, section3 + 46);
      bytes.writeUInt32BE(bytes.readUInt32BE(section3 + 55) - 500_000, section3 + 55);
      return bytes;
    });
    await expect(archiveMrms([join(folder, "grids")], join(folder, "g.zarr"), { stepMinutes: 2 })).rejects.toThrow(
      /11-2-0\.grib2: expected the grid of 11-0-0\.grib2, .*the 5 km composite has the same numbers/,
    );
  });

  it("refuses a step the frames do not keep, and files that are no mosaics", async () => {
    await expect(archiveMrms(frames, join(folder, "z.zarr"), { stepMinutes: 3 })).rejects.toThrow(
      "expected a time within 45 s of whole steps of 3 min from 2019-06-10T00:00:00Z, got 2019-06-10T00:04:00Z; choose another step with --step-minutes, such as 4",
    );
    const other = join(data, "hrrr", "dpt2m.grib2");
    await expect(archiveMrms([other], join(folder, "z.zarr"), { stepMinutes: 2 })).rejects.toThrow(
      "dpt2m.grib2: expected MRMS's MergedReflectivityQCComposite or PrecipRate, got neither",
    );
  });
});
