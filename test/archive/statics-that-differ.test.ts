import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { appendFromGrib, buildFromGrib, openArchive } from "../../src/archive/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { forgeMessage } from "./forge-grib.ts";

const folder = scratchFolder("statics");
const [nx, ny] = [6, 5];

/** An hour of temperature above ground of some height. */
function hourOf(hour: number, height: number, shift = 0): Buffer {
  const put = (variable: "t2m" | "orography", value: number): Uint8Array =>
    forgeMessage({
      variable,
      init: [2020, 5, 1, hour],
      leadHours: 0,
      values: Float32Array.from(
        { length: nx * ny },
        (_, cell) => value + (variable === "t2m" ? cell / 8 + hour : 0) + cell / 8,
      ),
      nx,
      ny,
      ...(variable === "orography" && { shift }),
    });
  return Buffer.concat([put("t2m", 290), put("orography", height)]);
}

/** Files by name, each of an hour and its ground. */
function files(
  name: string,
  all: Readonly<Record<string, readonly [hour: number, height: number, shift?: number]>>,
): string {
  mkdirSync(join(folder, name), { recursive: true });
  for (const [file, [hour, height, shift]] of Object.entries(all)) {
    writeFileSync(join(folder, name, file), hourOf(hour, height, shift));
  }
  return join(folder, name);
}

async function ground(path: string): Promise<number | undefined> {
  return (await (await openArchive(path)).readStatic("orography"))?.[0];
}

it("of files that agree there is nothing to say, whatever their hours", async () => {
  const path = join(folder, "same.zarr");
  const { notes } = await buildFromGrib([files("same", { "a.grib2": [0, 100], "b.grib2": [1, 100] })], path);
  expect([notes, await ground(path)]).toEqual([[], 100]);
});

it("that differ are told, and the choice is that of most hours, or of the latest, never of names", async () => {
  for (const [name, names] of Object.entries({ forward: ["a", "b", "c"], backward: ["c", "b", "a"] })) {
    const [x, y, z] = names.map((letter) => `${letter}.grib2`);
    const path = join(folder, `${name}.zarr`);
    const { notes } = await buildFromGrib([files(name, { [x]: [0, 103], [y]: [1, 100], [z]: [2, 100] })], path);
    expect(await ground(path)).toBe(100);
    expect(notes).toEqual([
      `orography is not the same in all files: up to 3 m in 30 of 30 cells between that of 2 messages up to 2020-05-01T02:00:00Z (${z}), which is taken, and that of 1 message up to 2020-05-01T00:00:00Z (${x})`,
    ]);
    expect((await openArchive(path)).provenance.notes).toEqual(notes);
    const tie = join(folder, `${name}-tie.zarr`);
    await buildFromGrib([files(`${name}-tie`, { [x]: [0, 103], [y]: [1, 100] })], tie);
    expect(await ground(tie)).toBe(100);
  }
});

it("of an archive stay when hours with others are appended, with a note", async () => {
  const path = join(folder, "append.zarr");
  await buildFromGrib([files("append", { "a.grib2": [0, 100] })], path);
  const { notes } = await appendFromGrib(path, [files("more", { "b.grib2": [1, 104.5] })]);
  expect(notes).toEqual(["orography of the files is not the archive's, which stays: up to 4.5 m in 30 of 30 cells"]);
  expect(await ground(path)).toBe(100);
});

it("on another grid than the fields are refused, not stored as if they lay on it", async () => {
  await expect(buildFromGrib([files("grid", { "a.grib2": [0, 100, 100] })], join(folder, "g.zarr"))).rejects.toThrow(
    /a\.grib2: expected static fields on the archive's grid, Lambert 6x5, 3 km, got Lambert 6x5, 3 km, 3\.7 cells \(11 km\) away/,
  );
});
