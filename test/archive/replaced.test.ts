/** A store whose path comes to name another while it is open: its own values or an error, never the other's hours. */
import { cpSync, renameSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { appendFromGrib, buildFromGrib, openArchive } from "../../src/archive/index.ts";
import { createForecast, openForecast } from "../../src/forecast/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { CELLS, FIRST, SPACE, stateAt } from "./example.ts";
import { at, putHours, values } from "./forged-hours.ts";

const scratch = scratchFolder("replaced");
let folder = "";
let next = 0;
beforeEach(() => {
  folder = join(scratch, String(next++));
});

const REPLACED =
  "expected the store that was opened here, got another one, which has taken its place meanwhile; run the";
const path = (): string => join(folder, "x.zarr");
const hours = (from: number, to: number): string => {
  const grib = join(folder, `from-${from}`);
  const all = Array.from({ length: to - from }, (_, i) => from + i);
  putHours(grib, all, ["t2m", "d2m"]);
  return grib;
};

describe("an archive that is open", () => {
  it("gives no other hours once earlier ones are appended, which move all others up", async () => {
    await buildFromGrib([hours(0, 8)], path());
    const open = await openArchive(path());
    expect(await open.readField(at(5), "t2m")).toEqual(values("t2m", 5));
    await appendFromGrib(path(), [hours(-3, 0)]);
    await expect(open.readField(at(5), "t2m")).rejects.toThrow(REPLACED);
    await expect(open.readState(at(5))).rejects.toThrow(REPLACED);
    await expect(open.readField(at(7), "t2m")).rejects.toThrow(REPLACED);
    expect(await (await openArchive(path())).readField(at(5), "t2m")).toEqual(values("t2m", 5));
  });

  it("nor once another is built over it, nor while nothing lies there, and is itself again when it is put back", async () => {
    await buildFromGrib([hours(0, 8)], path());
    const open = await openArchive(path());
    renameSync(path(), join(folder, "aside.zarr"));
    await expect(open.readField(at(5), "t2m")).rejects.toThrow(REPLACED);
    await buildFromGrib([hours(2, 9)], path());
    await expect(open.readField(at(5), "t2m")).rejects.toThrow(REPLACED);
    rmSync(path(), { recursive: true });
    renameSync(join(folder, "aside.zarr"), path());
    expect(await open.readField(at(5), "t2m")).toEqual(values("t2m", 5));
  });

  it("is the same in a copy that keeps its times, as on file systems that number files anew", async () => {
    await buildFromGrib([hours(0, 8)], path());
    // A copy keeps milliseconds.
    utimesSync(join(path(), "zarr.json"), at(0), at(0));
    const open = await openArchive(path());
    cpSync(path(), join(folder, "copy.zarr"), { recursive: true, preserveTimestamps: true });
    rmSync(path(), { recursive: true });
    renameSync(join(folder, "copy.zarr"), path());
    expect(await open.readField(at(5), "t2m")).toEqual(values("t2m", 5));
  });

  it("is opened by another thread as itself only", async () => {
    await buildFromGrib([hours(0, 8)], path());
    const { identity } = await openArchive(path());
    expect((await openArchive(path(), identity)).times).toHaveLength(8);
    await appendFromGrib(path(), [hours(-3, 0)]);
    await expect(openArchive(path(), identity)).rejects.toThrow(REPLACED);
  });
});

describe("a forecast that is open", () => {
  it("gives no members of another that has taken its place", async () => {
    await put(0);
    const open = await openForecast(path());
    expect(await open.readMember(0, 1, "t2m")).toEqual(stateAt(0).slice(0, CELLS));
    rmSync(path(), { recursive: true });
    await put(1);
    await expect(open.readMember(0, 1, "t2m")).rejects.toThrow(REPLACED);
    await expect(open.readInitial("t2m")).rejects.toThrow(REPLACED);
  });
});

/** A forecast whose only state is that of some hour; all else, the metadata among it, is alike. */
async function put(hour: number): Promise<void> {
  const writer = await createForecast(path(), {
    space: SPACE,
    initTime: FIRST as number as Parameters<typeof createForecast>[1]["initTime"],
    leadHours: [1],
    memberCount: 1,
    synthetic: true,
    method: "made up",
    provenance: { seed: 1 },
    initial: stateAt(9),
  });
  await writer.write(0, 1, stateAt(hour));
  await writer.finish();
}
