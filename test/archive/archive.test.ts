import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Archive,
  createArchive,
  HARD_RANGE,
  isArchive,
  MISSING,
  NON_FINITE,
  openArchive,
  pairsAt,
} from "../../src/archive/index.ts";
import { DecodeError, RequestError, type ValidTime } from "../../src/core/index.ts";
import { CELLS, describeHours, hour, hoursOf, range, SPACE, stateAt } from "./example.ts";

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), "updraft-archive-")), "x.zarr");
});
afterEach(() => rm(join(path, ".."), { recursive: true, force: true }));

async function build(
  count: number,
  present = range(count),
  change?: Parameters<typeof hoursOf>[1],
  more: Parameters<typeof describeHours>[1] = {},
): Promise<Archive> {
  await createArchive(path, describeHours(count, more), hoursOf(present, change));
  return openArchive(path);
}

describe("an archive", () => {
  test("gives back every state and field exactly, and says what it is", async () => {
    const archive = await build(6);
    expect(archive.channels).toEqual(SPACE.channels);
    expect(archive.grid).toEqual(SPACE.grid);
    expect(archive).toMatchObject({ path, stepHours: 1, synthetic: true, source: "a test" });
    expect(archive.times).toEqual(range(6).map(hour));
    expect(archive.provenance).toEqual({ madeBy: "test", inputs: ["nothing"], notes: [] });
    expect(await archive.readState(hour(4))).toEqual(stateAt(4));
    expect(await archive.readField(hour(2), "cape")).toEqual(stateAt(2).slice(2 * CELLS, 3 * CELLS));
    expect(archive.leadHours(hour(0))).toBe(1);
    expect(await isArchive(path)).toBe(true);
  });

  test("a missing hour is recorded, read as NaN and never filled", async () => {
    const archive = await build(6, [0, 1, 3, 5]);
    expect(archive.times).toHaveLength(6);
    expect([...archive.quality(hour(2))]).toEqual([MISSING, MISSING, MISSING, MISSING]);
    expect(archive.isWhole(hour(2))).toBe(false);
    expect(archive.leadHours(hour(4))).toBeNaN();
    expect((await archive.readState(hour(2))).every(Number.isNaN)).toBe(true);
    expect((await archive.readField(hour(2), "cin")).every(Number.isNaN)).toBe(true);
  });

  test("a missing channel leaves the others usable and the hour not whole", async () => {
    const archive = await build(4, range(4), (state, at) => {
      if (at === 1) state.fill(Number.NaN, 2 * CELLS, 3 * CELLS);
    });
    expect([...archive.quality(hour(1))]).toEqual([0, 0, MISSING, 0]);
    expect(archive.isWhole(hour(1))).toBe(false);
    expect((await archive.readField(hour(1), "cape")).every(Number.isNaN)).toBe(true);
    expect(await archive.readField(hour(1), "d2m")).toEqual(stateAt(1).slice(CELLS, 2 * CELLS));
  });

  test("statistics come from whole hours of the training split alone", async () => {
    const splits = [
      { split: "train", first: hour(0), last: hour(3) },
      { split: "test", first: hour(5), last: hour(7) },
    ] as const;
    const spoil = (state: Float32Array, at: number): void => {
      if (at === 1) state[0] = Number.NaN;
      if (at === 2) state[0] = 400;
      if (at >= 4) state.fill(300, 0, CELLS);
    };
    const archive = await build(8, range(8), spoil, { splits });
    expect(archive.splits).toEqual(splits);
    expect([1, 2].map((at) => archive.quality(hour(at))[0])).toEqual([NON_FINITE, HARD_RANGE | 8 | 16]);
    const kept = [0, 3].flatMap((at) => [...stateAt(at).subarray(0, CELLS)]);
    const mean = kept.reduce((a, b) => a + b) / kept.length;
    const [t2m] = archive.statistics;
    expect(t2m.count).toBe(2 * CELLS);
    expect(t2m.mean).toBeCloseTo(mean, 10);
    expect(t2m.std).toBeCloseTo(Math.sqrt(kept.reduce((a, b) => a + (b - mean) ** 2, 0) / kept.length), 10);
    expect(t2m.physicalMax).toBe(Math.max(...kept));
  });

  test("without a whole training hour the statistics say so with a count of 0", async () => {
    const archive = await build(2, [1], (state) => state.fill(Number.NaN, 0, CELLS), {
      splits: [{ split: "train", first: hour(0), last: hour(1) }],
    });
    expect(archive.statistics[0]).toMatchObject({ count: 0, mean: Number.NaN, std: Number.NaN });
  });

  test("a single hour is an archive", async () => {
    const archive = await build(1);
    expect(archive.splits).toEqual([{ split: "train", first: hour(0), last: hour(0) }]);
    expect(await archive.readState(hour(0))).toEqual(stateAt(0));
    expect(() => archive.quality(hour(1))).toThrow(RequestError);
  });

  test("building it twice gives the same bytes", async () => {
    await build(5);
    const files = (await readdir(path, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
    const read = () => Promise.all(files.map((file) => readFile(join(file.parentPath, file.name))));
    const before = await read();
    await build(5, range(5), undefined, { overwrite: true });
    expect(await read()).toEqual(before);
  });
});

describe("pairs", () => {
  test("are two whole hours a lead apart in one block", async () => {
    const splits = [
      { split: "train", first: hour(0), last: hour(5) },
      { split: "validation", first: hour(6), last: hour(9) },
    ] as const;
    const archive = await build(10, [0, 1, 3, 4, 5, 6, 7, 8, 9], undefined, { splits });
    const at = (times: readonly ValidTime[]): number[] => times.map((time) => (time - hour(0)) / 3600);
    expect(at(pairsAt(archive, "train", 1))).toEqual([0, 3, 4]);
    expect(at(pairsAt(archive, "train", 3))).toEqual([0, 1]);
    expect(at(pairsAt(archive, "validation", 1))).toEqual([6, 7, 8]);
    expect(pairsAt(archive, "test", 1)).toEqual([]);
  });
});

describe("what goes wrong", () => {
  test("a path without an archive", async () => {
    await expect(openArchive(path)).rejects.toThrow(RequestError);
    await expect(openArchive(path)).rejects.toThrow(/expected a Zarr v3 group, got no zarr.json there; check the path/);
    expect(await isArchive(path)).toBe(false);
  });

  test("a time off the axis and a channel that is not there", async () => {
    const archive = await build(3);
    await expect(archive.readState(hour(3))).rejects.toThrow(
      "expected a time of 2020-05-01T00:00:00Z to 2020-05-01T02:00:00Z every 1 h, got 2020-05-01T03:00:00Z",
    );
    await expect(archive.readState((hour(1) + 60) as ValidTime)).rejects.toThrow(RequestError);
    await expect(archive.readField(hour(0), "refc")).rejects.toThrow("expected one of t2m,d2m,cape,cin, got refc");
  });

  test("an archive that is already there is kept, unless told otherwise", async () => {
    await build(3);
    await expect(createArchive(path, describeHours(4), hoursOf(range(4)))).rejects.toThrow(RequestError);
    expect((await openArchive(path)).times).toHaveLength(3);
    await createArchive(path, describeHours(4, { overwrite: true }), hoursOf(range(4)));
    expect((await openArchive(path)).times).toHaveLength(4);
    expect(await readdir(join(path, ".."))).toEqual(["x.zarr"]);
  });

  test("overwriting replaces an archive and nothing else", async () => {
    await mkdir(path);
    await writeFile(join(path, "thesis.txt"), "years of work");
    await expect(createArchive(path, describeHours(3, { overwrite: true }), hoursOf(range(3)))).rejects.toThrow(
      "got a file or folder; --overwrite replaces archives only: choose another path",
    );
    expect(await readdir(path)).toEqual(["thesis.txt"]);
  });

  test("a build that fails leaves nothing behind", async () => {
    await expect(createArchive(path, describeHours(3), hoursOf([0, 1, 1]))).rejects.toThrow("hours must ascend");
    await expect(createArchive(path, describeHours(3), hoursOf([7]))).rejects.toThrow("is not on the time axis");
    expect(await readdir(join(path, ".."))).toEqual([]);
  });

  test("a lost shard is an error, not a missing hour", async () => {
    const archive = await build(3);
    await rm(join(path, "state/c/1"), { recursive: true });
    await expect(archive.readState(hour(1))).rejects.toThrow(DecodeError);
  });

  test("metadata that were changed are named", async () => {
    await build(3);
    const file = join(path, "zarr.json");
    const text = await readFile(file, "utf8");
    const edited = async (from: string, to: string): Promise<unknown> => {
      await writeFile(file, text.replace(from, to));
      return openArchive(path);
    };
    await expect(edited('"channels": [', '"channels": ["dew",')).rejects.toThrow("attribute updraft.channels.0");
    await expect(edited('"nx": 12', '"nx": 1e9')).rejects.toThrow("attribute updraft.grid.nx");
    await expect(edited('"nx": 12', '"nx": 13')).rejects.toThrow("expected shape 3x4x10x13, got 3x4x10x12");
    await expect(edited('"stepHours": 1', '"stepHours": 0.7')).rejects.toThrow("attribute updraft.last");
    await expect(edited('"version": 3', '"version": 1')).rejects.toThrow(
      "expected updraft-archive version 2 or 3, got version 1",
    );
    await expect(edited("updraft-archive", "updraft-forecast")).rejects.toThrow('got "updraft-forecast"');
  });
});
