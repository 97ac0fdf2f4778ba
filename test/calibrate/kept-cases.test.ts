import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { createArchive, hoursDigest, openArchive } from "../../src/archive/index.ts";
import { keptCase } from "../../src/calibrate/kept-cases.ts";
import { CELLS, describeHours, hour, hoursOf, range } from "../archive/example.ts";
import { scratchFolder } from "../cli/scratch.ts";

vi.mock("node:fs/promises", async (original) => {
  const own = await original<typeof import("node:fs/promises")>();
  return { ...own, rm: vi.fn(own.rm) };
});

describe("a case of a calibration that is kept", () => {
  const scratch = scratchFolder("kept");
  const schema = z.array(z.number());
  const made: number[] = [];
  const kept = (key: readonly unknown[]): Promise<number[]> =>
    keptCase({ scratch, name: "s=0.5", key, schema }, async () => [made.push(1)]);

  it("is made once for a key, and again where a byte of it is another", async () => {
    expect(await kept(["one"])).toEqual([1]);
    expect(await kept(["one"])).toEqual([1]);
    expect(await kept(["two"])).toEqual([2]);
    expect(readdirSync(scratch)).toHaveLength(2);
    for (const name of readdirSync(scratch)) {
      const path = join(scratch, name);
      writeFileSync(path, readFileSync(path, "utf8").replace(/"value":\[./, '"value":[7'));
    }
    expect(await kept(["one"])).toEqual([3]);
    writeFileSync(join(scratch, readdirSync(scratch)[0]), "{");
    expect([await kept(["one"]), await kept(["two"])].map(([value]) => value)).not.toContain(7);
  });
});

describe("the forecast that a case is computed from", () => {
  const scratch = scratchFolder("kept-store");
  const schema = z.number();

  it("loses its name before its parts once the case is kept, so that no half of it is gone on from", async () => {
    let made = 0;
    const make = async (store: string): Promise<number> => {
      expect(existsSync(store)).toBe(false);
      mkdirSync(join(store, "state"), { recursive: true });
      return ++made;
    };
    // A kill at the moment at which its parts go.
    vi.mocked(rm).mockImplementation(async (path) => {
      if (!statSync(path).isDirectory()) return;
      throw new Error("killed");
    });
    await expect(keptCase({ scratch, name: "", key: ["one"], schema }, make)).rejects.toThrow("killed");
    vi.mocked(rm).mockRestore();
    expect(readdirSync(scratch).filter((name) => name.endsWith(".zarr"))).toEqual([]);
    expect(await keptCase({ scratch, name: "", key: ["one"], schema }, make)).toBe(1);
  });
});

describe("the digest of hours", () => {
  const folder = scratchFolder("hours-digest");
  const put = async (name: string, hours: number, change?: Parameters<typeof hoursOf>[1]) => {
    await createArchive(join(folder, name), describeHours(hours), hoursOf(range(hours), change));
    return openArchive(join(folder, name));
  };

  it("is that of another archive with the same hours, wherever it lies and however long it is", async () => {
    const [one, longer] = [await put("one.zarr", 30), await put("longer.zarr", 31)];
    const asked = [3, 4, 5].map(hour);
    expect(await hoursDigest(one, asked)).toBe(await hoursDigest(longer, asked.toReversed()));
    expect(await hoursDigest(one)).not.toBe(await hoursDigest(longer));
    expect(await hoursDigest(one, [hour(30)])).not.toBe(await hoursDigest(longer, [hour(30)]));
  });

  it("is another where one cell of one hour is, be it missing, and where values change places", async () => {
    const one = await put("first.zarr", 6);
    const digests = [await hoursDigest(one)];
    const changes: readonly NonNullable<Parameters<typeof hoursOf>[1]>[] = [
      (state, at) => void (at === 2 && (state[0] += 0.001)),
      (state, at) => void (at === 2 && (state[7] = Number.NaN)),
      (state, at) => void (at === 2 && (state[8] = Number.NaN)),
      (state, at) => void (at === 2 && state.set(state.slice(0, CELLS).toReversed())),
    ];
    for (const [k, change] of changes.entries()) digests.push(await hoursDigest(await put(`${k}.zarr`, 6, change)));
    expect(new Set(digests).size).toBe(5);
  });
});
