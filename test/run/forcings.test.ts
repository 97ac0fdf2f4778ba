import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Archive, type StaticName, type Statics, solarZenithCosine } from "../../src/archive/index.ts";
import { cellCoordinates, type Grid, HRRR_GRID, parseTime, type ValidTime } from "../../src/core/index.ts";
import { forcingMaker, forcingPlanes, readStatics, staticsFor, writeStatics } from "../../src/run/index.ts";
import { scratchFolder } from "../cli/scratch.ts";

const grid: Grid = { ...HRRR_GRID, nx: 4, ny: 3 };
const noon = parseTime("2024-06-21T18Z", "test") as ValidTime;
const statics: Statics = {
  orography: Float32Array.from({ length: 12 }, (_, cell) => 100 * cell),
  land_mask: Float32Array.from({ length: 12 }, (_, cell) => cell % 2),
};

describe("forcings", () => {
  it("are the planes their names say, in the order given", () => {
    const forcings = ["hour", "solar", "orography", "land"] as const;
    expect(forcingPlanes(forcings)).toBe(5);
    const planes = forcingMaker(forcings, grid, statics)(noon);
    const plane = (at: number): number[] => [...planes.subarray(12 * at, 12 * (at + 1))];
    // 18 of 24 hours: sin(3 pi / 2) = -1, cos = 0.
    expect(plane(0)).toEqual(Array.from({ length: 12 }, () => -1));
    for (const value of plane(1)) expect(value).toBeCloseTo(0, 12);
    expect(plane(2)).toEqual([...solarZenithCosine(noon, cellCoordinates(grid))]);
    expect(plane(3).slice(0, 2)).toEqual([-1, Math.fround(100 / 550 - 1)]);
    expect(plane(3).at(-1)).toBe(1);
    expect(plane(4).slice(0, 4)).toEqual([-1, 1, -1, 1]);
  });

  it("come with the run: its static fields are kept in it, and missed when they are gone", async () => {
    const folder = scratchFolder("statics");
    const run = { forcings: ["orography", "hour"] as const, grid };
    await writeStatics(folder, run, { orography: statics.orography as Float32Array });
    expect(readStatics(folder, run)).toEqual({ orography: statics.orography });
    expect(() => readStatics(folder, { ...run, forcings: ["land"] })).toThrow(
      "expected land_mask of 3 x 4 cells, got none",
    );
    const bare = scratchFolder("bare");
    await writeStatics(bare, run, {});
    expect(existsSync(join(bare, "statics.safetensors"))).toBe(false);
    expect(readStatics(bare, { ...run, forcings: ["hour", "solar"] })).toEqual({});
  });

  it("are refused before anything is spent when the archive has no such field", async () => {
    const archive = { path: "x.zarr", statics: ["orography"], readStatic: async (name: StaticName) => statics[name] };
    const only = {
      ...archive,
      readStatic: async (name: StaticName) => (name === "orography" ? statics[name] : undefined),
    };
    expect(await staticsFor(archive as unknown as Archive, ["orography", "land"])).toEqual(statics);
    await expect(staticsFor(only as unknown as Archive, ["land"])).rejects.toThrow(
      "x.zarr: expected the static field land_mask for the forcing land, got orography; add it with `updraft archive append --static`",
    );
  });
});
