import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DecodeError, RequestError } from "../../src/core/index.ts";
import { withChecksum } from "../../src/zarr/crc32c.ts";
import {
  type ArrayDescription,
  discardPartial,
  exists,
  folderStore,
  hasShard,
  openFolder,
  openGroup,
  partialPath,
  publish,
  tileOf,
  writeGroup,
  writeShard,
  writeWhole,
} from "../../src/zarr/index.ts";

const STATE: ArrayDescription = {
  name: "state",
  dataType: "float32",
  dimensions: ["time", "channel", "y", "x"],
  shape: [2, 2, 6, 4],
  attributes: { long_name: "a state" },
  sharding: { shard: [1, 2, 6, 4], tile: [1, 1, 3, 2] },
};
const NAMES: ArrayDescription = {
  name: "channel",
  dataType: "string",
  dimensions: ["channel"],
  shape: [2],
  attributes: {},
};
const TIME: ArrayDescription = { name: "time", dataType: "int64", dimensions: ["time"], shape: [2], attributes: {} };

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "updraft-zarr-")), "x.zarr");
});
afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

const ramp = (length: number, from = 0): Float32Array => Float32Array.from({ length }, (_, i) => from + i / 3);

async function writeExample(): Promise<void> {
  await writeGroup(folder, { title: "example" }, [STATE, NAMES, TIME]);
  await writeShard(folder, STATE, [0, 0, 0, 0], ramp(48));
  await writeShard(folder, STATE, [1, 0, 0, 0], ramp(48, 100));
  await writeWhole(folder, NAMES, ["refc", "größe"]);
  await writeWhole(folder, TIME, BigInt64Array.from([0n, 3600n]));
}

const open = () => openGroup(folderStore(folder), folder);

describe("a group in a folder", () => {
  test("gives back what was written, in C order", async () => {
    await writeExample();
    const group = await open();
    expect(group.attributes).toEqual({ title: "example" });
    const state = await group.array("state");
    expect(state.shape).toEqual([2, 2, 6, 4]);
    expect(state.dimensions).toEqual(["time", "channel", "y", "x"]);
    expect(await state.read("float32", [1, null, null, null])).toEqual(ramp(48, 100));
    expect(await state.read("float32", [0, 1, null, null])).toEqual(ramp(48).slice(24));
    expect(await state.read("float32")).toEqual(Float32Array.from([...ramp(48), ...ramp(48, 100)]));
    expect(await (await group.array("channel")).read("string")).toEqual(["refc", "größe"]);
    expect(await (await group.array("time")).read("int64")).toEqual(BigInt64Array.from([0n, 3600n]));
  });

  test("NaN cells stay NaN, and a tile of nothing but NaN takes no room", async () => {
    await writeExample();
    const full = (await readFile(join(folder, "state/c/0/0/0/0"))).length;
    const values = ramp(48).fill(Number.NaN, 0, 24);
    values[30] = Number.NaN;
    await writeShard(folder, STATE, [0, 0, 0, 0], values);
    expect((await readFile(join(folder, "state/c/0/0/0/0"))).length).toBeLessThan(full);
    expect(await (await (await open()).array("state")).read("float32", [0, null, null, null])).toEqual(values);
  });

  test("writing the same values gives the same bytes", async () => {
    await writeExample();
    const before = await readFile(join(folder, "state/c/1/0/0/0"));
    await writeExample();
    expect(await readFile(join(folder, "state/c/1/0/0/0"))).toEqual(before);
    expect((await readdir(folder, { recursive: true })).filter((name) => name.includes("partial"))).toEqual([]);
  });

  test("knows which shards are there", async () => {
    await writeGroup(folder, {}, [STATE]);
    await writeShard(folder, STATE, [1, 0, 0, 0], ramp(48));
    expect([await hasShard(folder, STATE, [0, 0, 0, 0]), await hasShard(folder, STATE, [1, 0, 0, 0])]).toEqual([
      false,
      true,
    ]);
  });

  test("values that do not fill the shard or the array are refused", async () => {
    await expect(writeShard(folder, STATE, [0, 0, 0, 0], ramp(47))).rejects.toThrow(RangeError);
    await expect(writeWhole(folder, TIME, new BigInt64Array(3))).rejects.toThrow("time holds 2 values, got 3");
    await expect(writeShard(folder, TIME, [0], ramp(2))).rejects.toThrow("time is not sharded");
  });

  test("HRRR's seven channels survive, tile by tile", async () => {
    const [ty, tx] = tileOf(1059, 1799);
    const big: ArrayDescription = {
      ...STATE,
      shape: [1, 7, 1059, 1799],
      sharding: { shard: [1, 7, 1059, 1799], tile: [1, 1, ty, tx] },
    };
    const values = Float32Array.from({ length: 7 * 1059 * 1799 }, (_, i) => Math.fround(280 + 10 * Math.sin(i / 500)));
    await writeGroup(folder, {}, [big]);
    await writeShard(folder, big, [0, 0, 0, 0], values);
    const got = await (await (await open()).array("state")).read("float32", [0, 6, null, null]);
    expect(Buffer.compare(Buffer.from(got.buffer), Buffer.from(values.slice(6 * 1059 * 1799).buffer))).toBe(0);
  });
});

describe("damage", () => {
  test("a flipped byte in a chunk or in the index is a DecodeError that names the array", async () => {
    await writeExample();
    const path = join(folder, "state/c/0/0/0/0");
    const whole = await readFile(path);
    for (const at of [0, 20, whole.length - 60, whole.length - 1]) {
      const damaged = Uint8Array.from(whole);
      damaged[at] ^= 1;
      await writeFile(path, damaged);
      const reading = (await open()).array("state").then((state) => state.read("float32", [0, null, null, null]));
      await expect(reading, `byte ${at}`).rejects.toThrow(DecodeError);
      await expect(reading).rejects.toThrow("state[0, :, :, :]");
    }
  });

  test("every truncation of a shard is a DecodeError, never a field of zeros", async () => {
    await writeExample();
    const path = join(folder, "state/c/0/0/0/0");
    const { length } = await readFile(path);
    for (let size = length - 1; size >= 0; size -= 17) {
      await truncate(path, size);
      const state = await (await open()).array("state");
      await expect(state.read("float32", [0, null, null, null]), `${size} bytes`).rejects.toThrow(DecodeError);
    }
  });

  test("an index that asks for more than the file holds is refused before anything is allocated", async () => {
    await writeExample();
    const path = join(folder, "state/c/0/0/0/0");
    const whole = new Uint8Array(await readFile(path));
    // Eight tiles of 16 bytes and a checksum, which is made right again for the length that is forged.
    const start = whole.length - 8 * 16 - 4;
    new DataView(whole.buffer).setBigUint64(start + 8, 2n ** 40n, true);
    whole.set(withChecksum(whole.slice(start, -4)), start);
    await writeFile(path, whole);
    const state = await (await open()).array("state");
    await expect(state.read("float32", [0, 0, null, null])).rejects.toThrow(
      `expected bytes 0 to ${2 ** 40}, got a file of ${whole.length} bytes`,
    );
  });

  test("a shard that is not there is an error, not a field of fill values", async () => {
    await writeExample();
    await rm(join(folder, "state/c/1"), { recursive: true });
    const state = await (await open()).array("state");
    await expect(state.read("float32", [1, 0, null, null])).rejects.toThrow(/state\/c\/1\/0\/0\/0: expected a chunk/);
  });

  test("a shape too large to be ours is refused before anything is allocated", async () => {
    await writeGroup(folder, {}, [
      { ...STATE, shape: [1, 1, 2 ** 20, 2 ** 20], sharding: { shard: [1, 1, 2 ** 20, 2 ** 20], tile: [1, 1, 1, 1] } },
    ]);
    const state = await (await open()).array("state");
    await expect(state.read("float32")).rejects.toThrow("at most 268435456 values at once");
  });

  test("another data type than expected is refused", async () => {
    await writeExample();
    await expect((await (await open()).array("time")).read("float32")).rejects.toThrow("expected float32, got int64");
  });

  test("broken metadata is a DecodeError, absent metadata a RequestError", async () => {
    await expect(open()).rejects.toThrow(RequestError);
    await mkdir(folder, { recursive: true });
    await expect(open()).rejects.toThrow("expected a Zarr v3 group, got no zarr.json there; check the path");
    await writeFile(join(folder, "zarr.json"), "{ not json");
    await expect(open()).rejects.toThrow(DecodeError);
    await writeExample();
    await expect((await open()).array("nope")).rejects.toThrow(DecodeError);
  });
});

describe("a store appears at once", () => {
  test("publishing sweeps what killed writers left and renames", async () => {
    const aside = partialPath(folder);
    await writeGroup(aside, {}, [TIME]);
    await writeFile(join(aside, "time", "leftover.123.partial"), "half");
    await publish(folder);
    expect(await exists(aside)).toBe(false);
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(["time", "time/zarr.json", "zarr.json"]);
  });

  test("what is already there is replaced only when asked", async () => {
    await writeGroup(folder, { age: "old" }, []);
    await writeGroup(partialPath(folder), { age: "new" }, []);
    await expect(publish(folder)).rejects.toThrow(RequestError);
    expect((await open()).attributes).toEqual({ age: "old" });
    await publish(folder, { overwrite: true });
    expect((await open()).attributes).toEqual({ age: "new" });
    expect(await readdir(join(folder, ".."))).toEqual(["x.zarr"]);
  });

  test("a partial store can be thrown away, present or not", async () => {
    await writeGroup(partialPath(folder), {}, []);
    await discardPartial(folder);
    await discardPartial(folder);
    expect(await exists(partialPath(folder))).toBe(false);
  });
});

test.each([
  ["a NetCDF file", [0x43, 0x44, 0x46, 0x01]],
  ["an HDF5 file (NetCDF-4 is one)", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["a GRIB1 file", [...Buffer.from("GRIB"), 0, 0, 9, 1]],
  ["an empty file", []],
  ["a file of another kind", [1, 2, 3]],
])("where a store should be, %s is called what it is", async (kind, content) => {
  await writeFile(folder, Uint8Array.from(content));
  await expect(openFolder(folder)).rejects.toThrow(
    `expected a Zarr store, which is a folder, got ${kind}; name the folder`,
  );
  await expect(openFolder(folder)).rejects.toThrow(RequestError);
});
