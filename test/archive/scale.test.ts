import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type AppendOptions,
  appendFromGrib,
  type BuildOptions,
  buildFromGrib,
  MISSING,
  openArchive,
  validateArchive,
} from "../../src/archive/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { at, contents, message, putHours, values } from "./forged-hours.ts";

const VARIABLES = ["t2m", "d2m", "cape"] as const;
const scratch = scratchFolder("scale");
let folder = "";
let next = 0;
beforeEach(() => {
  folder = join(scratch, String(next++));
  putHours(join(folder, "grib"), range(0, 12), VARIABLES);
});

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const store = (name: string): string => join(folder, `${name}.zarr`);
const build = (name: string, options: BuildOptions = {}): Promise<unknown> =>
  buildFromGrib([join(folder, "grib")], store(name), options);
const append = (name: string, from: string, options: AppendOptions = {}): ReturnType<typeof appendFromGrib> =>
  appendFromGrib(store(name), [join(folder, from)], options);

function expectSameBytes(a: string, b: string): void {
  const [one, other] = [contents(store(a)), contents(store(b))];
  expect([...one.keys()]).toEqual([...other.keys()]);
  for (const [name, bytes] of one) expect(other.get(name)?.equals(bytes), name).toBe(true);
}

describe("an archive built", () => {
  it("on two threads has the bytes of one built on none", async () => {
    await build("none", { threads: 0 });
    await build("two", { threads: 2 });
    expectSameBytes("none", "two");
    expect((await validateArchive(store("two"), { threads: 2 })).problems).toEqual([]);
  });

  it("again after a kill keeps the hours that are whole and makes the others", async () => {
    await build("whole");
    // As a kill leaves it: shards and journal aside, one shard cut short, one journal line lost, one shard half written.
    cpSync(store("whole"), `${store("killed")}.partial`, { recursive: true });
    const partial = `${store("killed")}.partial`;
    await expect(build("killed", { variables: ["t2m", "refc"] })).rejects.toThrow("none with refc");
    await buildInto("journal");
    const shard = join(partial, "state", "c", "3", "0", "0", "0");
    writeFileSync(shard, readFileSync(shard).subarray(0, 40));
    rmSync(join(partial, "journal.partial", `${at(5)}.json`));
    writeFileSync(join(partial, "journal.partial", `${at(6)}.json`), '{"key": ');
    writeFileSync(`${shard}.123.partial`, "half");
    mkdirSync(join(partial, "state", "c", "99", "0", "0"), { recursive: true });
    writeFileSync(join(partial, "state", "c", "99", "0", "0", "0"), "of another build");
    await build("killed");
    expectSameBytes("whole", "killed");
    expect(existsSync(partial)).toBe(false);

    /** The journal of a whole build, as it stood before it was swept. */
    async function buildInto(name: string): Promise<void> {
      // The last file makes two messages contradict each other, so that the build stops before its end.
      const wrong = join(folder, "grib", "z.grib2");
      writeFileSync(wrong, message("t2m", 11, { values: values("t2m", 3) }));
      await expect(build(name)).rejects.toThrow("remove the file that is wrong");
      rmSync(wrong);
      cpSync(join(`${store(name)}.partial`, "journal.partial"), join(partial, "journal.partial"), { recursive: true });
    }
  });

  it("of other files than those of a killed build takes nothing over that is not its own", async () => {
    await build("right");
    putHours(join(folder, "other"), range(0, 12), ["t2m"]);
    writeFileSync(join(folder, "other", "z.grib2"), message("t2m", 11, { values: values("t2m", 3) }));
    await expect(buildFromGrib([join(folder, "other")], store("mixed"), { rounding: true })).rejects.toThrow("wrong");
    expect(readdirSync(`${store("mixed")}.partial`)).toContain("journal.partial");
    await build("mixed");
    expectSameBytes("right", "mixed");
  });
});

describe("hours that are appended", () => {
  it("make the archive that a build of all files makes, when the splits are cut anew", async () => {
    putHours(join(folder, "more"), range(12, 20), VARIABLES);
    await build("grown");
    const before = await openArchive(store("grown"));
    const summary = await append("grown", "more");
    expect(summary).toEqual({ files: 8, hours: 8, fields: 24, alreadyThere: 0, duplicates: 0, notes: [] });
    const grown = await openArchive(store("grown"));
    expect(grown.times).toHaveLength(20);
    expect(grown.splits).toEqual(before.splits);
    expect(grown.statistics).toEqual(before.statistics);
    expect(await grown.readField(at(17), "cape")).toEqual(values("cape", 17));
    expect((await validateArchive(store("grown"))).problems).toEqual([]);

    await append("grown", "more", { resplit: { fractions: { train: 0.6, validation: 0.2, test: 0.2 } } });
    putHours(join(folder, "grib"), range(12, 20), VARIABLES);
    await build("whole");
    expectSameBytes("whole", "grown");
  });

  it("fill holes and change nothing that is there, and the statistics follow", async () => {
    for (const hour of [2, 3]) rmSync(join(folder, "grib", `h00${hour}.grib2`));
    await build("holed");
    const holed = await openArchive(store("holed"));
    expect([...holed.quality(at(2))]).toEqual([MISSING, MISSING, MISSING]);
    putHours(join(folder, "late"), [2, 3, 4], VARIABLES);
    writeFileSync(join(folder, "late", "h004.grib2"), message("t2m", 4, { values: values("t2m", 9) }));
    expect(await append("holed", "late")).toMatchObject({ hours: 2, fields: 6, alreadyThere: 1 });
    const filled = await openArchive(store("holed"));
    expect(filled.isWhole(at(2))).toBe(true);
    expect(await filled.readField(at(4), "t2m")).toEqual(values("t2m", 4));
    expect(filled.statistics[0].count).toBe(holed.statistics[0].count + 2 * 30);
    expect((await validateArchive(store("holed"))).problems).toEqual([]);
    // A second time there is nothing to do, and nothing is done.
    const bytes = contents(store("holed"));
    expect(await append("holed", "late")).toMatchObject({ hours: 0, alreadyThere: 3 });
    expect(contents(store("holed"))).toEqual(bytes);
  });

  it("move the others up when they are earlier, and belong to no split until it is cut anew", async () => {
    await build("young");
    const young = await openArchive(store("young"));
    putHours(join(folder, "early"), range(-3, 0), VARIABLES);
    expect(await append("young", "early")).toMatchObject({ hours: 3, fields: 9, alreadyThere: 0 });
    const old = await openArchive(store("young"));
    expect(old.times).toHaveLength(15);
    expect(old.splits).toEqual(young.splits);
    expect(old.statistics).toEqual(young.statistics);
    expect(await old.readField(at(-2), "cape")).toEqual(values("cape", -2));
    expect(await old.readField(at(7), "cape")).toEqual(values("cape", 7));
    expect((await validateArchive(store("young"))).problems).toEqual([]);

    await append("young", "early", { resplit: { fractions: { train: 0.6, validation: 0.2, test: 0.2 } } });
    cpSync(join(folder, "early"), join(folder, "grib"), { recursive: true });
    await build("whole");
    expectSameBytes("whole", "young");
  });

  it("are refused when another process writes there, of another grid, or of no archive", async () => {
    await build("a");
    putHours(join(folder, "early"), [-3], VARIABLES);
    writeFileSync(`${store("a")}.lock`, JSON.stringify({ pid: 1, started: "0", host: "elsewhere" }));
    await expect(append("a", "early")).rejects.toThrow("got process 1 of elsewhere");
    rmSync(`${store("a")}.lock`);
    mkdirSync(join(folder, "shifted"));
    writeFileSync(join(folder, "shifted", "x.grib2"), message("t2m", 13, { shift: 500 }));
    await expect(append("a", "shifted")).rejects.toThrow("take files of one grid together");
    await expect(append("none", "grib")).rejects.toThrow("got no zarr.json there");
  });

  it("go on after a kill, even one between the two renames or after both", async () => {
    putHours(join(folder, "more"), range(12, 16), VARIABLES);
    await build("a");
    cpSync(store("a"), store("b"), { recursive: true });
    await append("a", "more");
    cpSync(store("b"), `${store("b")}.old.partial`, { recursive: true });
    rmSync(store("b"), { recursive: true });
    await append("b", "more");
    expectSameBytes("a", "b");
    // Replaced, and killed before what was replaced is gone; nothing is left to append.
    cpSync(store("b"), `${store("b")}.old.partial`, { recursive: true });
    await append("b", "more");
    expect(readdirSync(folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });
});

describe("validation", () => {
  /** What it finds after a change to a file. */
  async function found(file: string, change: (bytes: Buffer) => Buffer | undefined): Promise<readonly string[]> {
    await build("v", { overwrite: existsSync(store("v")) });
    const path = join(store("v"), file);
    const changed = change(existsSync(path) ? readFileSync(path) : Buffer.alloc(0));
    if (changed === undefined) rmSync(path);
    else writeFileSync(path, changed);
    return (await validateArchive(store("v"))).problems;
  }
  const flipped = (bytes: Buffer): Buffer => {
    bytes[bytes.length >> 1] ^= 4;
    return bytes;
  };

  it("of a sound archive finds nothing, and says what it looked at", async () => {
    await build("v");
    const { hours, missingHours, fields, arrays, problems } = await validateArchive(store("v"));
    expect({ hours, missingHours, fields, problems }).toEqual({ hours: 12, missingHours: 0, fields: 36, problems: [] });
    expect(arrays).toBe(12);
  });

  it.each([
    ["a shard with a flipped bit", "state/c/4/0/0/0", flipped, /v\.zarr\/state\[4, :, :, :\]/],
    ["a shard that is cut short", "state/c/4/0/0/0", (bytes: Buffer) => bytes.subarray(0, 100), /state\[4/],
    ["a shard that is gone", "state/c/4/0/0/0", () => undefined, /state\/c\/4\/0\/0\/0: absent/],
    ["a moment with a flipped bit", "moments/c/0/0/0", flipped, /v\.zarr\/moments/],
    ["a coordinate with a flipped bit", "latitude/c/0/0", flipped, /v\.zarr\/latitude/],
    [
      "a file too many",
      "state/c/4/0/0/1",
      () => Buffer.from("x"),
      /state\/c\/4\/0\/0\/1: a file that the format does not have/,
    ],
    [
      "metadata of another time",
      "latitude/zarr.json",
      (bytes: Buffer) => Buffer.from(bytes.toString().replace("degrees_north", "degrees_south")),
      /latitude\/zarr\.json: not the metadata of format version 3/,
    ],
    [
      "statistics that were edited",
      "zarr.json",
      (bytes: Buffer) => Buffer.from(bytes.toString().replace(/"physicalMean": [0-9.]+/, '"physicalMean": 1')),
      /statistics of t2m: others come out/,
    ],
    [
      "splits that overlap",
      "zarr.json",
      (bytes: Buffer) =>
        Buffer.from(bytes.toString().replace(/("split": "test",\s+"first": )"[^"]+"/, '$1"2020-05-01T00:00:00Z"')),
      /split test: begins 2020-05-01T00:00:00Z within the block before it/,
    ],
  ])("finds %s", async (_, file, change, complaint) => {
    const problems = await found(file, change);
    expect(problems.join("\n")).toMatch(complaint);
  });

  it("finds values that do not belong to what is said of them", async () => {
    await build("v");
    await build("w", { variables: ["d2m", "t2m", "cape"] });
    const shard = join("state", "c", "4", "0", "0", "0");
    cpSync(join(store("w"), shard), join(store("v"), shard));
    const { problems } = await validateArchive(store("v"));
    expect(problems.join("\n")).toMatch(/2020-05-01 04Z t2m: mean [\d.]+ is stored, [\d.]+ comes out/);
    expect(problems.join("\n")).toMatch(/2020-05-01 04Z d2m: quality 0 is stored, 32 comes out/);
  });

  it("looks past the end of a file", async () => {
    await build("v");
    appendFileSync(join(store("v"), "state", "c", "4", "0", "0", "0"), "more");
    expect((await validateArchive(store("v"))).problems).not.toEqual([]);
  });
});
