import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import * as h5wasm from "h5wasm/node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ShapeError } from "../../src/core/index.ts";
import { type NetcdfDefinition, type WriteSlab, writeNetcdf } from "../../src/netcdf/index.ts";
import { canMount, tinyDisk } from "../tiny-disk.ts";

const mounts = canMount();
if (!mounts) process.stdout.write("SKIPPED for want of a file system that can be mounted here: NetCDF on full disks\n");

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "updraft-"));
  path = join(folder, "a.nc");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** v(t, x), streamed over t. */
function definition(nt: number, nx: number): NetcdfDefinition {
  return {
    dimensions: { t: nt, x: nx },
    variables: [
      {
        name: "t",
        dimensions: ["t"],
        values: Float64Array.from({ length: nt }, (_, i) => i),
        attributes: { units: "s" },
      },
      {
        name: "x",
        dimensions: ["x"],
        values: Int32Array.from({ length: nx }, (_, i) => i),
        attributes: { units: "m" },
      },
      { name: "v", dimensions: ["t", "x"], values: { over: 1 }, attributes: { long_name: "Größe in µm" } },
    ],
    attributes: { title: "test" },
  };
}

describe("writeNetcdf", () => {
  it("gives back any values, in any order of slabs", async () => {
    await h5wasm.ready;
    const slabs = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 800 })).chain(([nt, nx]) =>
      fc.record({
        nt: fc.constant(nt),
        nx: fc.constant(nx),
        order: fc.shuffledSubarray([...Array.from({ length: nt }).keys()], { minLength: nt }),
        first: fc.float(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(slabs, async ({ nt, nx, order, first }) => {
        const value = (t: number) => Float32Array.from({ length: nx }, (_, x) => (x === 0 ? first : t * 1000 + x));
        await writeNetcdf(
          path,
          definition(nt, nx),
          async (write) => {
            for (const t of order) write("v", [t], value(t));
          },
          { overwrite: true },
        );
        const file = new h5wasm.File(path, "r");
        const stored = file.get("v") as h5wasm.Dataset;
        for (let t = 0; t < nt; t++) expect(stored.slice([[t, t + 1], []])).toEqual(value(t));
        expect(stored.get_attribute("long_name", false)).toBe("Größe in µm");
        expect(stored.get_attached_scales(1)).toEqual(["/x"]);
        file.close();
      }),
      { numRuns: 30 },
    );
  });

  it("writes the same bytes at any time of day: HDF5 would stamp each object with the second it was made in", async () => {
    const at = async (milliseconds: number): Promise<Buffer> => {
      const clock = vi.spyOn(Date, "now").mockReturnValue(milliseconds);
      const fill = async (write: WriteSlab): Promise<void> => {
        for (const t of [0, 1]) write("v", [t], Float32Array.of(t, 1, 2));
      };
      // Sixteen more attributes than fit an object's header make the library begin another part of it.
      const wide = definition(2, 3);
      const attributes = Object.fromEntries(Array.from({ length: 16 }, (_, k) => [`note_${k}`, "x".repeat(300)]));
      await writeNetcdf(path, { ...wide, attributes: { ...wide.attributes, ...attributes } }, fill, {
        overwrite: true,
      });
      clock.mockRestore();
      return readFileSync(path);
    };
    const [first, second] = [await at(1_000_000_000_000), await at(1_700_000_000_000)];
    expect(second.equals(first)).toBe(true);
    // Opening checks every header's checksum.
    const file = new h5wasm.File(path, "r");
    expect((file.get("v") as h5wasm.Dataset).value).toEqual(Float32Array.of(0, 1, 2, 1, 1, 2));
    expect(file.get_attribute("note_15", false)).toBe("x".repeat(300));
    file.close();
  });

  it.each([
    ["a slab is missing", [[0]], "expected 2 slabs, got 1"],
    ["a slab comes twice", [[0], [0]], "expected each slab once, got it twice"],
    ["a slab lies outside", [[0], [2]], "expected an index below [2]"],
    ["an index has too many parts", [[0, 1]], "expected an index below [2]"],
  ])("leaves nothing when %s", async (_, indices, message) => {
    const writing = writeNetcdf(path, definition(2, 3), async (write) => {
      for (const index of indices) write("v", index, new Float32Array(3));
    });
    await expect(writing).rejects.toThrow(ShapeError);
    await expect(writing).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses a definition that does not hold together", async () => {
    const nothing = async () => {};
    const { dimensions, variables, attributes } = definition(2, 3);
    const without = { dimensions, attributes, variables: variables.slice(1) };
    await expect(writeNetcdf(path, without, nothing)).rejects.toThrow('dimension "t" has no coordinate variable');
    await expect(writeNetcdf(path, { ...definition(2, 3), dimensions: { t: 2, x: 4 } }, nothing)).rejects.toThrow(
      "expected 4 values, got 3",
    );
    await expect(writeNetcdf(path, { ...definition(2, 3), attributes: { title: "" } }, nothing)).rejects.toThrow(
      'attribute "title" is empty',
    );
    await expect(writeNetcdf(path, { ...definition(2, 3), dimensions: { t: 2 } }, nothing)).rejects.toThrow(
      'no dimension "x"',
    );
    expect(existsSync(path)).toBe(false);
  });

  it.skipIf(process.platform === "win32")("turns a full disk into one line, and leaves nothing", () => {
    // A file size limit of 80 kB stands for the full disk.
    const script = `
      import { writeNetcdf } from ${JSON.stringify(join(import.meta.dirname, "..", "..", "src", "netcdf", "index.ts"))};
      const axis = (n) => Float64Array.from({ length: n }, (_, i) => i);
      const definition = { dimensions: { t: 9, x: 9000 }, attributes: {}, variables: [
        { name: "t", dimensions: ["t"], values: axis(9), attributes: {} },
        { name: "x", dimensions: ["x"], values: axis(9000), attributes: {} },
        { name: "v", dimensions: ["t", "x"], values: { over: 1 }, attributes: {} } ] };
      const fill = async (write) => { for (let t = 0; t < 9; t++) write("v", [t], new Float32Array(9000).fill(t)); };
      try { await writeNetcdf(${JSON.stringify(path)}, definition, fill); }
      catch (error) { process.stdout.write(error.name + " " + error.message); }`;
    const node = `exec ${process.execPath} --import tsx --input-type=module`;
    const { stdout } = spawnSync("bash", ["-c", `trap '' XFSZ; ulimit -f 160; ${node}`], {
      encoding: "utf8",
      input: script,
      cwd: join(import.meta.dirname, "..", ".."),
      env: { ...process.env, TSX_DISABLE_CACHE: "1" },
    });
    expect(stdout).toBe(
      `RequestError ${path}: expected a file that can be written, got file too large; free the disk or choose another path`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keeps no file that ends before its superblock says, whoever cut it", async () => {
    const close = Reflect.get(h5wasm.File.prototype, "close");
    const cutting = vi.spyOn(h5wasm.File.prototype, "close").mockImplementation(function (this: h5wasm.File) {
      const { filename } = this;
      const ended = Reflect.apply(close, this, []);
      if (existsSync(filename)) truncateSync(filename, statSync(filename).size - 8);
      return ended;
    });
    // Large enough that what is cut off at its end is values, which no checksum of HDF5 guards.
    const writing = writeNetcdf(path, definition(1, 5000), async (write) => write("v", [0], new Float32Array(5000)));
    await expect(writing).rejects.toThrow(
      /a\.nc: expected (\d+) bytes, as its superblock says, got \d+ bytes that the disk kept/,
    );
    cutting.mockRestore();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!mounts)("has all its bytes or says so in one line, however little room there is", async () => {
    const small = definition(3, 4000);
    const fill = async (write: WriteSlab): Promise<void> => {
      for (const t of [0, 1, 2]) write("v", [t], new Float32Array(4000).fill(t + 0.5));
    };
    await writeNetcdf(path, small, fill);
    const whole = readFileSync(path);
    const place = join(folder, "disk");
    const disk = tinyDisk(place, 4);
    const ends = { refused: 0, whole: 0 };
    try {
      for (let kilobytes = 4; kilobytes <= whole.length / 1024 + 12; kilobytes += 4) {
        disk?.resize(kilobytes);
        const file = join(place, "a.nc");
        try {
          await writeNetcdf(file, small, fill);
          expect(readFileSync(file).equals(whole)).toBe(true);
          rmSync(file);
          ends.whole++;
        } catch (error) {
          expect(String(error)).toBe(
            `RequestError: ${file}: expected a file that can be written, got no space left on device; free the disk or choose another path`,
          );
          ends.refused++;
        }
        expect(readdirSync(place)).toEqual([]);
      }
    } finally {
      disk?.unmount();
    }
    expect(ends.whole).toBeGreaterThan(0);
    expect(ends.refused).toBeGreaterThan(10);
  });
});
