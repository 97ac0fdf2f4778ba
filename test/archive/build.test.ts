import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  appendFromGrib,
  type BuildOptions,
  type BuildSummary,
  buildFromGrib,
  MISSING,
  openArchive,
} from "../../src/archive/index.ts";
import { DecodeError, RequestError, utcSeconds, type ValidTime, type VariableName } from "../../src/core/index.ts";
import { type ForgedField, forgeMessage } from "./forge-grib.ts";

const NX = 6;
const NY = 5;

/** Multiples of 1/8 that differ by hour and variable and lie within every range. */
function values(variable: VariableName, hour: number): Float32Array {
  const base = { refc: 10, t2m: 290, d2m: 280, u10: 4, v10: -4, cape: 200, cin: -60 }[variable];
  return Float32Array.from({ length: NX * NY }, (_, cell) => base + ((cell * 3 + hour) % 16) / 8);
}

function message(variable: VariableName, hour: number, more: Partial<ForgedField> = {}): Uint8Array {
  const leadHours = more.leadHours ?? 1;
  const init = [2020, 5, 1, hour - leadHours] as const;
  return forgeMessage({ variable, init, leadHours, values: values(variable, hour), nx: NX, ny: NY, ...more });
}

const at = (hour: number): ValidTime => utcSeconds(2020, 5, 1, hour) as ValidTime;

let folder: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "updraft-build-"));
  out = join(folder, "x.zarr");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, ...parts: readonly Uint8Array[]): Promise<void> {
  const path = join(folder, "grib", name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.concat(parts));
}

const build = (options?: BuildOptions): Promise<BuildSummary> => buildFromGrib([join(folder, "grib")], out, options);

describe("building from GRIB2", () => {
  test("puts every message at its variable and valid time, from folders, plain or zipped", async () => {
    await put("a/h6.grib2", message("d2m", 6), message("t2m", 6));
    await put("b/h7.grb2.gz", gzipSync(Buffer.concat([message("t2m", 7), message("d2m", 7)])));
    await put("notes.txt", new TextEncoder().encode("not GRIB"));
    const summary = await build();
    expect(summary).toEqual({
      files: 2,
      fields: 4,
      duplicates: 0,
      absent: ["refc", "u10", "v10", "cape", "cin"],
      notes: [],
    });
    const archive = await openArchive(out);
    expect(archive.channels).toEqual(["t2m", "d2m"]);
    expect(archive.times).toEqual([at(6), at(7)]);
    for (const hour of [6, 7]) {
      expect(await archive.readField(at(hour), "t2m")).toEqual(values("t2m", hour));
      expect(await archive.readField(at(hour), "d2m")).toEqual(values("d2m", hour));
      expect(archive.leadHours(at(hour))).toBe(1);
    }
    expect(archive.provenance).toEqual({
      madeBy: "updraft archive build",
      inputs: ["a/h6.grib2", "b/h7.grb2.gz"],
      notes: [],
    });
    expect(archive.grid).toMatchObject({ kind: "lambert", nx: NX, ny: NY, dxMeters: 3000 });
  });

  test("named variables come in the order named, and one that is nowhere is refused", async () => {
    await put("h.grib2", message("t2m", 6), message("cape", 6), message("cin", 6));
    await build({ variables: ["cape", "t2m"] });
    expect((await openArchive(out)).channels).toEqual(["cape", "t2m"]);
    await expect(build({ variables: ["t2m", "refc"], overwrite: true })).rejects.toThrow(
      "expected each in at least one of 1 files, got none with refc; leave it out, or add files that hold it",
    );
  });

  test("a gap of an hour and a variable that is missing once are recorded", async () => {
    await put("h.grib2", message("t2m", 6), message("d2m", 6), message("t2m", 9));
    await build();
    const archive = await openArchive(out);
    expect(archive.times).toHaveLength(4);
    expect([...archive.quality(at(7))]).toEqual([MISSING, MISSING]);
    expect([...archive.quality(at(9))]).toEqual([0, MISSING]);
    expect(archive.isWhole(at(6))).toBe(true);
    expect(archive.isWhole(at(9))).toBe(false);
  });

  test("the smallest lead wins", async () => {
    await put("f06.grib2", message("t2m", 8, { leadHours: 6, values: values("t2m", 3) }));
    await put("f01.grib2", message("t2m", 8, { leadHours: 1 }));
    await put("f03.grib2", message("t2m", 8, { leadHours: 3, values: values("t2m", 5) }));
    await build();
    const archive = await openArchive(out);
    expect(await archive.readField(at(8), "t2m")).toEqual(values("t2m", 8));
    expect(archive.leadHours(at(8))).toBe(1);
  });

  test("copies are counted; two different fields that claim to be the same are an error", async () => {
    await put("a.grib2", message("t2m", 6));
    await put("b.grib2", message("t2m", 6));
    expect((await build()).duplicates).toBe(1);
    await put("c.grib2", message("t2m", 6, { values: values("t2m", 7) }));
    await expect(build({ overwrite: true })).rejects.toThrow(DecodeError);
    await expect(build({ overwrite: true })).rejects.toThrow(/c\.grib2 byte 0: expected the values of a\.grib2 byte 0/);
  });

  test("of a cut-off file the whole messages count, and the damage is told", async () => {
    const second = message("d2m", 6);
    await put("cut.grib2", message("t2m", 6), second.subarray(0, second.length - 9));
    await put("whole.grib2", message("t2m", 7), message("d2m", 7));
    const { notes } = await build();
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^cut\.grib2 byte \d+ .*the file is cut off: fetch it again$/);
    const archive = await openArchive(out);
    expect(archive.provenance.notes).toEqual(notes);
    expect([...archive.quality(at(6))]).toEqual([0, MISSING]);
  });

  test("stray octets between messages are passed over and told", async () => {
    await put("stray.grib2", message("t2m", 6), Uint8Array.of(71), message("t2m", 7));
    const { notes } = await build();
    expect(notes).toEqual([
      expect.stringMatching(/^stray\.grib2 byte \d+: 1 stray octets between messages were passed over$/),
    ]);
    expect((await openArchive(out)).times).toEqual([at(6), at(7)]);
  });

  test("a message whose data are damaged gives way to the next lead, and is told", async () => {
    const broken = message("t2m", 6);
    // Section 5's count of values, octet 9 of it: one too many.
    const section5 = broken.length - 4 - (5 + 2 * NX * NY) - 6 - 21;
    broken[section5 + 8]++;
    await put("broken.grib2", broken);
    await put("older.grib2", message("t2m", 6, { leadHours: 2 }));
    const { notes } = await build();
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^broken\.grib2 byte \d+ section 5/);
    expect((await openArchive(out)).leadHours(at(6))).toBe(2);
    await rm(join(folder, "grib", "older.grib2"));
    await expect(build({ overwrite: true })).rejects.toThrow(DecodeError);
  });

  test("two grids in one archive are refused, naming both files", async () => {
    await put("a.grib2", message("t2m", 6));
    await put("b.grib2", message("t2m", 7, { shift: 100 }));
    await expect(build()).rejects.toThrow(
      "a.grib2: expected the grid of b.grib2, Lambert 6x5, 3 km, got Lambert 6x5, 3 km, 3.7 cells (11 km) away; take files of one grid together",
    );
  });

  test("two grids some meters apart are one, that of most fields, with a note, whatever the files are called", async () => {
    // As HRRR's before and after July 2018: a thousandth of a degree of latitude is 0.037 of a cell.
    await put("b.grib2", message("t2m", 6), message("t2m", 7));
    await put("a.grib2", message("t2m", 8, { shift: 1 }));
    const note =
      /^a\.grib2: its grid lies 0\.037 of a cell \(111 m\) from that of b\.grib2; taken for the same \(up to 0\.05 of a cell\)$/;
    expect((await build()).notes).toEqual([expect.stringMatching(note)]);
    const { grid } = await openArchive(out);
    await put("c.grib2", message("t2m", 9, { shift: 1 }));
    const { notes } = await appendFromGrib(out, [join(folder, "grib")]);
    expect(notes).toEqual([
      expect.stringMatching(/^a\.grib2: its grid lies 0\.037 of a cell .* from that of .*\.zarr; taken/),
    ]);
    expect((await openArchive(out)).grid).toEqual(grid);
  });

  test("winds that do not follow the grid are refused", async () => {
    await put("a.grib2", message("u10", 6, { flags: 0x30 }));
    await expect(build()).rejects.toThrow(
      "expected winds along the grid, as HRRR has them, got eastward and northward winds",
    );
  });

  test("a .gz that unpacks to more than `grib2 ls` takes is not unpacked", async () => {
    // Members one behind the other, each of 16 MB of zeros: half a gigabyte and a little in half a megabyte.
    const member = gzipSync(Buffer.alloc(2 ** 24));
    await put("a.grib2.gz", Buffer.concat(Array.from({ length: 33 }, () => member)));
    await expect(build()).rejects.toThrow(/a\.grib2\.gz: expected gzip'd data of at most 536870912 bytes unpacked/);
  });

  test("a time off the steps is refused, naming a step that would do", async () => {
    await put("a.grib2", message("t2m", 6), message("t2m", 7));
    await expect(build({ stepHours: 3 })).rejects.toThrow(/a\.grib2: expected a valid time whole steps of 3 h after/);
    await expect(build({ stepHours: 3 })).rejects.toThrow(RequestError);
    // Neither 2 h nor 5 h, which the first odd time would suggest, is a step of all three.
    await put("b.grib2", message("t2m", 8), message("t2m", 11));
    await rm(join(folder, "grib", "a.grib2"));
    await put("c.grib2", message("t2m", 6));
    await expect(build({ stepHours: 2 })).rejects.toThrow(
      /b\.grib2: expected .* 2 h after .*; leave it out, or choose another step: --step-hours 1$/,
    );
    await expect(build({ stepHours: 1 })).resolves.toMatchObject({ fields: 3 });
  });

  test("wrong paths, empty folders and files without weather are refused, leaving nothing behind", async () => {
    await expect(build()).rejects.toThrow("expected a GRIB2 file or a folder of them, got nothing; check the path");
    await put("readme.md", new Uint8Array(3));
    await expect(build()).rejects.toThrow(/expected files named \*\.grib2/);
    await put("junk.grib2", new Uint8Array(30));
    await expect(build()).rejects.toThrow(RequestError);
    expect(await readdir(folder)).toEqual(["grib"]);
  });

  test("an archive that is there is refused before any file is read", async () => {
    await put("a.grib2", message("t2m", 6));
    await build();
    await expect(buildFromGrib(["nowhere"], out)).rejects.toThrow("replace an archive with --overwrite");
  });
});
