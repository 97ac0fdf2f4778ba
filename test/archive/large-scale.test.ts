/** A store of the large scale: what goes in comes out, from memory and from GRIB2, and what is wrong is refused. */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  archiveLargeScale,
  createLargeScale,
  cutOut,
  type LargeScaleFields,
  openLargeScale,
  windowAround,
} from "../../src/archive/index.ts";
import {
  cellCoordinates,
  cellCount,
  type Field,
  HRRR_GRID,
  type InitTime,
  type LatLonGrid,
  leadTime,
  parseTime,
  type ValidTime,
} from "../../src/core/index.ts";
import { encodeMessage } from "../../src/grib2/index.ts";
import { GFS_PARAMETERS } from "../../src/sources/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import {
  AROUND,
  cycle,
  cyclesOf,
  fieldOn,
  hour,
  largeScaleArchive,
  MADE_UP,
  madeUpFields,
  T850,
} from "../large-scale-world.ts";
import { describeWithData } from "../shared-data.ts";

const folder = scratchFolder("large-scale-store");
const header = { variables: [T850, { ...T850, name: "z500" }], grid: AROUND, source: "made up", provenance: MADE_UP };
const { grid: domain } = largeScaleArchive();

async function* given(...entries: readonly LargeScaleFields[]): AsyncGenerator<LargeScaleFields> {
  yield* entries;
}

describe("a store", () => {
  it("gives back every field of every cycle, and what is missing as missing", async () => {
    const path = join(folder, "a.zarr");
    await createLargeScale(path, header, madeUpFields(cyclesOf([0, 1, 6, 7])));
    const store = await openLargeScale(path);
    expect(store).toMatchObject({ path, source: "made up", grid: AROUND, provenance: MADE_UP });
    expect(store.entriesAt(hour(7)).map(({ initTime }) => initTime)).toEqual([cycle(-6), cycle(6)]);
    expect(store.entriesAt(hour(2))).toEqual([]);
    for (const time of [hour(0), hour(1), hour(6), hour(7)]) {
      for (const entry of store.entriesAt(time)) {
        expect(entry.names).toEqual(["t850"]);
        expect(await store.readField(entry, "t850")).toEqual(fieldOn(AROUND, time, entry.initTime));
        await expect(store.readField(entry, "z500")).rejects.toThrow("has no z500");
      }
    }
  });

  it("takes entries in order alone, whole fields alone, and leaves nothing when it fails", async () => {
    const path = join(folder, "b.zarr");
    const entry = (valid: number, init: number): LargeScaleFields => ({
      validTime: hour(valid),
      initTime: cycle(init),
      fields: new Map([["t850", fieldOn(AROUND, hour(valid), cycle(init))]]),
    });
    const write = (...entries: LargeScaleFields[]): Promise<void> => createLargeScale(path, header, given(...entries));
    await expect(write(entry(1, 0), entry(0, 0))).rejects.toThrow("out of order");
    await expect(write(entry(1, 0), entry(1, 0))).rejects.toThrow("out of order");
    await expect(write(entry(0, 6))).rejects.toThrow("cycle 2024-05-06 06Z says nothing of 2024-05-06 00Z");
    await expect(write()).rejects.toThrow("expected at least one valid time of the large scale, got none");
    const holed = fieldOn(AROUND, hour(0), cycle(0)).with(3, Number.NaN);
    await expect(write({ ...entry(0, 0), fields: new Map([["t850", holed]]) })).rejects.toThrow("finite values");
    await expect(openLargeScale(path)).rejects.toThrow("got no zarr.json there");
  });

  it("is replaced when asked to, and nothing else is", async () => {
    const path = join(folder, "c.zarr");
    await createLargeScale(path, header, madeUpFields(cyclesOf([0])));
    await expect(createLargeScale(path, header, madeUpFields(cyclesOf([1])))).rejects.toThrow(
      "expected nothing there yet",
    );
    await createLargeScale(path, { ...header, overwrite: true }, madeUpFields(cyclesOf([1])));
    expect((await openLargeScale(path)).entriesAt(hour(1))).toHaveLength(2);
    const other = join(folder, "other");
    mkdirSync(other);
    await expect(createLargeScale(other, { ...header, overwrite: true }, madeUpFields(cyclesOf([1])))).rejects.toThrow(
      "--overwrite replaces stores of the large scale only",
    );
  });

  it("that was damaged says so, and nothing is allocated on its word", async () => {
    const path = join(folder, "d.zarr");
    const damaged = async (file: string, change: (text: string) => string): Promise<unknown> => {
      rmSync(path, { recursive: true, force: true });
      await createLargeScale(path, header, madeUpFields(cyclesOf([0, 1])));
      writeFileSync(join(path, file), change(readFileSync(join(path, file), "latin1")), "latin1");
      const store = await openLargeScale(path);
      return store.readField(store.entriesAt(hour(0))[0], "t850");
    };
    await expect(
      damaged("time/zarr.json", (text) => text.replace(/"shape": \[\s*4/, '"shape": [\n9e9')),
    ).rejects.toThrow(/time/);
    await expect(
      damaged("field/zarr.json", (text) => text.replace(/"shape": \[\s*4/, '"shape": [\n999')),
    ).rejects.toThrow("field/zarr.json: expected what the group's own zarr.json says of this array");
    await expect(
      damaged("zarr.json", (text) => text.replace('"updraft-large-scale"', '"updraft-archive"')),
    ).rejects.toThrow("expected a store of the large scale, version 1");
    await expect(damaged("field/c/0/0/0/0", (text) => text.slice(0, -20))).rejects.toThrow(/field/);
  });
});

describe("the cells around a domain", () => {
  const globe: LatLonGrid = {
    kind: "latlon",
    nx: 1440,
    ny: 721,
    latitude0Degrees: -90,
    longitude0Degrees: 0,
    dLatitudeDegrees: 0.25,
    dLongitudeDegrees: 0.25,
  };
  const place = (longitude: number): LatLonGrid => ({
    ...globe,
    nx: 5,
    ny: 3,
    latitude0Degrees: 10.1,
    longitude0Degrees: longitude,
  });

  it("hold it with the margin, over the seam of a grid round the Earth too", () => {
    const longitudes = cellCoordinates(globe).longitude;
    for (const longitude of [100.1, -0.6, 359.5, -180.3, 179.6, 0]) {
      const window = windowAround(globe, place(longitude), 2, "globe");
      const cut = cutOut(longitudes, globe, window);
      // As an offset from the domain's own west: two cells before it to two cells behind its east.
      const offsets = [...cut.subarray(0, window.nx)].map((at) => ((at - longitude + 540) % 360) - 180);
      expect(Math.max(offsets[2], -0.25), String(longitude)).toBe(offsets[2]);
      expect(offsets[2], String(longitude)).toBeLessThanOrEqual(1e-4);
      expect(offsets.at(-3), String(longitude)).toBeGreaterThanOrEqual(1 - 1e-4);
      expect(offsets.at(-3), String(longitude)).toBeLessThan(1.25);
      for (let i = 1; i < offsets.length; i++) expect(offsets[i] - offsets[i - 1]).toBeCloseTo(0.25, 3);
    }
  });

  it("of HRRR are a small part of GFS", () => {
    const { nx, ny } = windowAround(globe, HRRR_GRID, 2, "globe");
    // 134.10 to 60.92 W and 21.14 to 52.62 N: out to 134.25, 60.75, 21.00 and 52.75, and two cells more on each side.
    expect([nx, ny]).toEqual([(134.25 - 60.75) / 0.25 + 1 + 4, (52.75 - 21) / 0.25 + 1 + 4]);
  });

  it("must be there", () => {
    const part = { ...globe, nx: 40, ny: 40, latitude0Degrees: 10, longitude0Degrees: 100 };
    expect(windowAround(part, place(100), 2, "part")).toEqual({ column: 0, row: 0, nx: 7, ny: 6 });
    for (const longitude of [99.9, 109.1, -100]) {
      expect(() => windowAround(part, place(longitude), 0, "part"), String(longitude)).toThrow(
        "part: expected fields around the domain, 10.10 to 10.60 N",
      );
    }
  });
});

const selected = ["t850", "z500"].map((name) => ({ name, ...GFS_PARAMETERS[name] }));

interface Forged {
  readonly name: string;
  readonly valid: number;
  readonly init: number;
  readonly error?: number;
  readonly hole?: boolean;
}

function forge({ name, valid, init, error = 0, hole = false }: Forged): Uint8Array {
  const initTime: InitTime = cycle(init);
  const values = fieldOn(AROUND, hour(valid), initTime, error);
  const { discipline, category, number, levelType, levelValue } = GFS_PARAMETERS[name].selector;
  return encodeMessage({
    grid: AROUND,
    values: hole ? values.with(30, Number.NaN) : values,
    decimals: 3,
    parameter: { discipline, category, number, levelType, ...(levelValue !== undefined && { levelValue }) },
    generatingProcess: 2,
    initTime,
    leadHours: leadTime(initTime, hour(valid)),
    note: "made up",
  });
}

function writeFiles(name: string, files: Record<string, readonly Forged[]>): string {
  const into = join(folder, name);
  mkdirSync(into, { recursive: true });
  for (const [file, messages] of Object.entries(files)) {
    writeFileSync(join(into, `${file}.grib2`), "");
    for (const message of messages) appendFileSync(join(into, `${file}.grib2`), forge(message));
  }
  return into;
}

describe("a store from GRIB2 files", () => {
  const options = { variables: selected, domain, source: "made up" };

  it("holds every cycle's word of every time, cut to the domain, copies once, fields with holes not at all", async () => {
    const files = writeFiles("whole", {
      old: [0, 1].map((valid) => ({ name: "t850", valid, init: -6 })),
      new: [
        { name: "t850", valid: 1, init: 0 },
        { name: "z500", valid: 1, init: 0 },
        { name: "z500", valid: 0, init: -6, hole: true },
      ],
      copy: [{ name: "t850", valid: 1, init: 0 }],
    });
    const path = join(folder, "whole.zarr");
    const summary = await archiveLargeScale([files], path, options);
    expect(summary).toMatchObject({
      files: 3,
      entries: 3,
      validTimes: 2,
      fields: 4,
      duplicates: 1,
      names: ["t850", "z500"],
    });
    expect(summary.notes).toEqual([
      expect.stringMatching(/^new\.grib2 byte \d+: z500 has missing cells and is left out$/),
    ]);
    const store = await openLargeScale(path);
    expect(store.provenance).toMatchObject({ inputs: ["copy.grib2", "new.grib2", "old.grib2"], notes: summary.notes });
    expect(store.variables[1]).toEqual({ name: "z500", longName: "geopotential height at 500 hPa", units: "m" });
    expect(store.entriesAt(hour(0)).map(({ names }) => names)).toEqual([["t850"]]);
    expect(store.entriesAt(hour(1)).map(({ names }) => names)).toEqual([["t850"], ["t850", "z500"]]);
    const window = windowAround(AROUND, domain, 2, "test");
    for (const entry of store.entriesAt(hour(1))) {
      const field = await store.readField(entry, "t850");
      expect(field).toHaveLength(cellCount(store.grid));
      const truth = cutOut(fieldOn(AROUND, hour(1), entry.initTime), AROUND, window);
      // Three decimals are kept.
      for (const [at, value] of field.entries()) expect(Math.abs(value - truth[at])).toBeLessThan(6e-4);
    }
  });

  it("is refused when two fields of one cycle differ, when nothing is there, and when a file is cut off", async () => {
    const rivals = writeFiles("rivals", {
      a: [{ name: "t850", valid: 1, init: 0 }],
      b: [{ name: "t850", valid: 1, init: 0, error: 1 }],
    });
    const out = join(folder, "refused.zarr");
    await expect(archiveLargeScale([rivals], out, options)).rejects.toThrow(
      "b.grib2 byte 0: expected one t850 for 2024-05-06 01Z of cycle 2024-05-06 00Z, got another than in a.grib2 byte 0",
    );
    await expect(archiveLargeScale([rivals], out, { ...options, variables: selected.slice(1) })).rejects.toThrow(
      "2 files: expected fields of z500, got none of them; fetch them with `updraft fetch gfs`",
    );
    const cut = join(folder, "cut.grib2");
    const whole = forge({ name: "t850", valid: 1, init: 0 });
    writeFileSync(cut, whole.subarray(0, whole.length - 9));
    await expect(archiveLargeScale([cut], out, options)).rejects.toThrow("the file is cut off: fetch it again");
    const one = join(rivals, "a.grib2");
    await expect(archiveLargeScale([one], out, { ...options, domain: HRRR_GRID })).rejects.toThrow(
      "expected fields around the domain, 21.14 to 52.62 N",
    );
  });
});

describeWithData("a store from real GFS", (data) => {
  it("has 500 hPa over HRRR's domain, a day ahead, whatever the packing", async () => {
    const fields: Field[] = [];
    for (const [packing, day] of [
      ["complex", "2020-10-27"],
      ["jpeg", "2022-02-11"],
      ["png", "2022-02-11"],
    ]) {
      const path = join(folder, `${packing}.zarr`);
      const file = join(data, "other_grib", `gfs.${packing}.grib2`);
      await archiveLargeScale([file], path, { variables: selected, domain: HRRR_GRID, source: "NOAA GFS" });
      const store = await openLargeScale(path);
      expect([store.grid.nx, store.grid.ny, store.grid.latitude0Degrees]).toEqual([299, 132, 20.5]);
      const time = parseTime(day, "test") as ValidTime;
      const [entry] = store.entriesAt(time);
      expect(leadTime(entry.initTime, time)).toBe(24);
      const field = await store.readField(entry, "z500");
      expect(field.reduce((least, value) => Math.min(least, value))).toBeGreaterThan(5000);
      expect(field.reduce((most, value) => Math.max(most, value))).toBeLessThan(5960);
      fields.push(field);
    }
    // One field, packed by other means.
    for (const [cell, value] of fields[1].entries()) expect(Math.abs(fields[2][cell] - value)).toBeLessThan(0.01);
  });
});
