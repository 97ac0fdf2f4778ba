/** A corner of HRRR's grid of Alaska through everything: archived, forecast, verified, drawn, exported, as the contiguous states are. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openArchive } from "../../src/archive/index.ts";
import {
  cellLocator,
  describeGrid,
  HRRR_ALASKA_GRID,
  type InitTime,
  isPlane,
  sameGrid,
  subGrid,
  utcSeconds,
  VARIABLE_NAMES,
  VARIABLES,
  type ValidTime,
  type VariableName,
} from "../../src/core/index.ts";
import { encodeMessage, fieldsOf, scanMessages, toGrid } from "../../src/grib2/index.ts";
import { runBeside } from "../cli/run-beside.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { describeWithPeer, runPeer } from "../peer.ts";
import { describeWithData } from "../shared-data.ts";

/** Anchorage and Prince William Sound. */
const GRID = subGrid(HRRR_ALASKA_GRID, { i: 770, j: 520, nx: 60, ny: 45 });
const folder = scratchFolder("alaska");
const START = utcSeconds(2024, 1, 1);

/** Storms that move east, warm in the south; winds along the grid. */
function valuesOf(variable: VariableName, hour: number): Float32Array {
  return Float32Array.from({ length: GRID.nx * GRID.ny }, (_, cell) => {
    const [i, j] = [cell % GRID.nx, Math.floor(cell / GRID.nx)];
    const rain = Math.exp(-((i - 12 - 5 * hour) ** 2 + (j - 22) ** 2) / 60);
    const of: Record<VariableName, number> = {
      refc: -10 + 60 * rain,
      t2m: 275 - 0.3 * j + hour,
      d2m: 270 - 0.3 * j + rain,
      u10: 8 + 4 * rain,
      v10: 3 - hour,
      cape: 200 * rain,
      cin: -5 * rain,
    };
    return of[variable];
  });
}

const updraft = async (...args: readonly string[]): Promise<string> => {
  const { status, stdout, stderr } = await runBeside(args, folder);
  expect(status, `${args.join(" ")}\n${stderr}`).toBe(0);
  return stdout;
};

beforeAll(async () => {
  mkdirSync(join(folder, "grib"));
  for (let hour = 0; hour < 6; hour++) {
    const initTime = (START + 3600 * hour) as InitTime;
    const messages = VARIABLE_NAMES.map((name) =>
      encodeMessage({
        grid: GRID,
        values: valuesOf(name, hour),
        decimals: 2,
        parameter: VARIABLES[name].grib,
        generatingProcess: 2,
        initTime,
        leadHours: 0,
        note: "a test",
      }),
    );
    writeFileSync(join(folder, "grib", `h${hour}.grib2`), Buffer.concat(messages));
  }
  await updraft("archive", "build", "--grib", "grib", "--out", "a.zarr", "--splits", "1,0,0");
  await updraft(
    ..."forecast --method persistence --archive a.zarr --init 2024-01-01T01Z --members 1 --leads 2 --out f.zarr".split(
      " ",
    ),
  );
}, 60_000);

describe("HRRR's grid of Alaska", () => {
  it("is archived with its projection, every cell where the message says", async () => {
    const archive = await openArchive(join(folder, "a.zarr"));
    expect(sameGrid(archive.grid, GRID)).toBe(true);
    expect(describeGrid(archive.grid)).toBe("polar stereographic 60x45, 3 km");
    const state = await archive.readState((START + 3600 * 3) as ValidTime);
    const cells = GRID.nx * GRID.ny;
    expect(Math.max(...state.subarray(0, cells))).toBeCloseTo(Math.max(...valuesOf("refc", 3)), 1);
    expect(await updraft("archive", "inspect", "a.zarr")).toContain("polar stereographic 60x45, 3 km");
  });

  it("is verified, windows of kilometers included", { timeout: 60_000 }, async () => {
    await updraft("verify", "f.zarr", "--against", "a.zarr", "--allow-training-hours", "--out", "scores.json");
    const text = readFileSync(join(folder, "scores.json"), "utf8");
    expect(text).toContain('"fractions');
    expect(text).toContain('"radiusKm"');
  });

  it("is drawn", { timeout: 60_000 }, async () => {
    await updraft("maps", "f.zarr", "--out", "maps", "--variables", "refc,u10", "--leads", "2");
    const pictures = readdirSync(join(folder, "maps"), { recursive: true }).filter((name) =>
      String(name).endsWith(".png"),
    );
    expect(pictures.length).toBeGreaterThan(3);
  });

  it("is exported as GRIB2 on its own grid, and winds stay along it", async () => {
    await updraft("export", "f.zarr", "--grib2", "f.grib2", "--products", "mean");
    const fields = [...scanMessages(readFileSync(join(folder, "f.grib2")), "f")].flatMap((found) =>
      found.kind === "message" ? fieldsOf(found) : [],
    );
    for (const { grid } of fields) {
      expect(sameGrid(toGrid(grid), GRID)).toBe(true);
      expect(grid).toMatchObject({ template: 20, windComponents: "grid" });
    }
  });
});

describeWithPeer("exports of HRRR's grid of Alaska", () => {
  const corner = cellLocator(GRID)(GRID.nx - 1, GRID.ny - 1);

  it("are NetCDF of CF's polar_stereographic, and PROJ finds the far corner by each description", async () => {
    await updraft("export", "f.zarr", "--netcdf", "f.nc", "--variables", "refc,u10");
    const seen = JSON.parse(runPeer("read_netcdf.py", [join(folder, "f.nc")]));
    expect(seen.variables.crs.attributes).toMatchObject({
      grid_mapping_name: "polar_stereographic",
      straight_vertical_longitude_from_pole: -135,
      latitude_of_projection_origin: 90,
      standard_parallel: 60,
      earth_radius: 6_371_229,
    });
    // A float32 longitude near 150 is 1.5e-5 degree sharp, 0.85 m here.
    const FLOAT32_METERS = 2;
    expect(seen.corner.proj).toHaveLength(3);
    for (const [x, y] of seen.corner.proj) {
      expect(Math.hypot(x - seen.corner.stored[0], y - seen.corner.stored[1])).toBeLessThan(FLOAT32_METERS);
    }
    const checked = JSON.parse(runPeer("check_cf.py", [join(folder, "f.nc"), "refc"]));
    if (!isPlane(GRID)) throw new Error("a part of a plane is one");
    const { x0Meters, y0Meters, dxMeters, nx, ny } = GRID;
    const [west, south] = [x0Meters - dxMeters / 2, y0Meters - dxMeters / 2];
    expect(checked.gdal.bounds).toEqual([
      expect.closeTo(west, 1),
      expect.closeTo(south, 1),
      expect.closeTo(west + nx * dxMeters, 1),
      expect.closeTo(south + ny * dxMeters, 1),
    ]);
  });

  it("are GRIB2 whose far corner ecCodes and GDAL put on the same place", async () => {
    await updraft("export", "f.zarr", "--grib2", "p.grib2", "--products", "mean", "--variables", "refc");
    const places = JSON.parse(runPeer("grib2_places.py", [join(folder, "p.grib2")]));
    for (const [longitude, latitude] of [places.ecCodes, places.GDAL]) {
      expect(latitude).toBeCloseTo(corner.latitudeDegrees, 4);
      expect(((longitude + 540) % 360) - 180).toBeCloseTo(corner.longitudeDegrees, 4);
    }
  });
});

describeWithData("a real message of HRRR over Alaska", (data) => {
  it("becomes an archive whose statistics are those of ecCodes", { timeout: 60_000 }, async () => {
    const file = join(data, "hrrr", "noaa-hrrr-alaska-polar-refc.grib2");
    await updraft("archive", "build", "--grib", file, "--variables", "refc", "--out", "real.zarr", "--splits", "1,0,0");
    const archive = await openArchive(join(folder, "real.zarr"));
    expect(archive.grid).toEqual(HRRR_ALASKA_GRID);
    const state = await archive.readState(START as ValidTime);
    // ecCodes 2.28 over all 1,193,781 values: -10 to 48.56 dBZ.
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of state) [least, most] = [Math.min(least, value), Math.max(most, value)];
    expect(least).toBe(-10);
    expect(most).toBeCloseTo(48.56, 2);
  });
});
