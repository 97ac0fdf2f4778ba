import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as h5wasm from "h5wasm/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cellCoordinates, type Ensemble, RequestError, ShapeError } from "../../src/core/index.ts";
import { exportNetcdf } from "../../src/products/export/index.ts";
import { memoryEnsemble } from "../memory-ensemble.ts";
import { describeWithPeer, runPeer } from "../peer.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "updraft-"));
  path = join(folder, "forecast.nc");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every value of the ensemble in the file's order. */
async function valuesOf(ensemble: Ensemble, channel: Ensemble["channels"][number]): Promise<number[]> {
  const values: number[] = [];
  for (let member = 0; member < ensemble.memberCount; member++) {
    for (const lead of ensemble.leadHours) values.push(...(await ensemble.readMember(member, lead, channel)));
  }
  return values;
}

describe("exportNetcdf", () => {
  it("writes exactly the values of every member and lead", async () => {
    const ensemble = memoryEnsemble();
    await exportNetcdf(ensemble, path);
    await h5wasm.ready;
    const file = new h5wasm.File(path, "r");
    for (const channel of ensemble.channels) {
      const stored = file.get(channel) as h5wasm.Dataset;
      expect(stored.shape).toEqual([3, 3, 4, 5]);
      expect(stored.value).toEqual(Float32Array.from(await valuesOf(ensemble, channel)));
    }
    file.close();
    expect(readdirSync(folder)).toEqual(["forecast.nc"]);
  });

  it("writes only the variables and leads asked for, in the forecast's order", async () => {
    await exportNetcdf(memoryEnsemble(), path, { quantities: ["cape", "refc"], leadHours: [6, 2] });
    const file = new h5wasm.File(path, "r");
    expect(file.keys().filter((name) => ["refc", "t2m", "u10", "v10", "cape"].includes(name))).toEqual([
      "refc",
      "cape",
    ]);
    expect((file.get("forecast_period") as h5wasm.Dataset).value).toEqual(Float64Array.of(2, 6));
    expect(
      (file.get("cape") as h5wasm.Dataset).slice([
        [0, 1],
        [1, 2],
        [0, 1],
        [0, 1],
      ]),
    ).toEqual(Float32Array.of(1000.06));
    expect(file.keys()).not.toContain("height_2m");
    file.close();
  });

  it.each([
    [
      "a variable the forecast lacks",
      { quantities: ["cin"] as const },
      "expected a quantity out of refc,t2m,u10,v10,wind,cape,updraft, got cin",
    ],
    ["a lead the forecast lacks", { leadHours: [2, 3] }, "expected a lead hour out of 1,2,6, got 3"],
    ["no lead at all", { leadHours: [] }, "got none"],
  ])("refuses %s and leaves nothing behind", async (_, options, message) => {
    await expect(exportNetcdf(memoryEnsemble(), path, options)).rejects.toThrow(RequestError);
    await expect(exportNetcdf(memoryEnsemble(), path, options)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keeps an existing file unless told to overwrite it", async () => {
    writeFileSync(path, "precious");
    await expect(exportNetcdf(memoryEnsemble(), path)).rejects.toThrow("an existing file; add --overwrite");
    await exportNetcdf(memoryEnsemble(), path, { overwrite: true });
    const file = new h5wasm.File(path, "r");
    expect(file.keys()).toContain("refc");
    file.close();
  });

  it("makes the folder of the file, and names what is in its way", async () => {
    const deep = join(folder, "not", "yet", "there", "f.nc");
    await exportNetcdf(memoryEnsemble(), deep);
    expect(readdirSync(dirname(deep))).toEqual(["f.nc"]);
    await expect(exportNetcdf(memoryEnsemble(), join(deep, "f.nc"))).rejects.toMatchObject({ path: deep });
  });

  it("leaves the old file in place when a member cannot be read half-way", async () => {
    writeFileSync(path, "precious");
    const whole = memoryEnsemble();
    const broken = memoryEnsemble({
      readMember: (member, lead, channel) =>
        member === 2 ? Promise.reject(new Error("unreadable")) : whole.readMember(member, lead, channel),
    });
    await expect(exportNetcdf(broken, path, { overwrite: true })).rejects.toThrow("unreadable");
    expect(readdirSync(folder)).toEqual(["forecast.nc"]);
  });

  it("refuses a field of another size", async () => {
    const ensemble = memoryEnsemble({ readMember: () => Promise.resolve(new Float32Array(19)) });
    await expect(exportNetcdf(ensemble, path)).rejects.toThrow(ShapeError);
    expect(existsSync(path)).toBe(false);
  });

  it("reports every field once", async () => {
    const done: number[] = [];
    await exportNetcdf(memoryEnsemble(), path, { quantities: ["refc"], report: (event) => done.push(event.done) });
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describeWithPeer("NetCDF and other readers", () => {
  it("show netCDF4-python and xarray the same CF-1.11 file", async () => {
    const ensemble = memoryEnsemble();
    await exportNetcdf(ensemble, path);
    const seen = JSON.parse(runPeer("read_netcdf.py", [path]));
    expect(seen.format).toBe("NETCDF4");
    expect(Object.entries(seen.dimensions)).toEqual([
      ["realization", 3],
      ["time", 3],
      ["y", 4],
      ["x", 5],
    ]);
    expect(seen.unlimited).toEqual([]);
    expect(seen.attributes).toEqual({
      Conventions: "CF-1.11",
      title: "Ensemble forecast, 3 members, init 2018-07-22 12Z",
      source: "DEF, s = 0.5, K = 1, 10 steps",
      history: "updraft export",
      comment: "Experimental: not an official forecast.",
    });
    expect(seen.variables.crs.attributes).toEqual({
      crs_wkt: expect.stringMatching(/^PROJCRS\[/),
      spatial_ref: seen.variables.crs.attributes.crs_wkt,
      grid_mapping_name: "lambert_conformal_conic",
      standard_parallel: 38.5,
      longitude_of_central_meridian: -97.5,
      latitude_of_projection_origin: 38.5,
      false_easting: 0,
      false_northing: 0,
      earth_radius: 6371229,
    });
    expect(seen.variables.u10).toEqual({
      dtype: "float32",
      dimensions: ["realization", "time", "y", "x"],
      attributes: {
        standard_name: "x_wind",
        long_name: "10 m wind, along grid x",
        units: "m s-1",
        comment: "grid-relative",
        coordinates: "forecast_period forecast_reference_time latitude longitude height_10m",
        grid_mapping: "crs",
        _FillValue: "NaN",
      },
    });
    expect(seen.variables.cape.attributes.units).toBe("J kg-1");
    expect(seen.variables.latitude.dimensions).toEqual(["y", "x"]);

    // A float32 longitude near 98 is 3.8e-6 degree sharp, 0.35 m here.
    const FLOAT32_METERS = 1;
    expect(seen.corner.proj).toHaveLength(3);
    for (const [x, y] of seen.corner.proj) {
      expect(Math.hypot(x - seen.corner.stored[0], y - seen.corner.stored[1])).toBeLessThan(FLOAT32_METERS);
    }

    expect(seen.xarray).toMatchObject({
      sizes: { realization: 3, time: 3, y: 4, x: 5 },
      variables: ["refc", "t2m", "u10", "v10", "cape"],
      time: ["2018-07-22T13:00:00", "2018-07-22T14:00:00", "2018-07-22T18:00:00"],
      reference: "2018-07-22T12:00:00",
      lead: [1, 2, 6],
      // Its unit is "hours", which xarray takes for a difference of times where it is asked to.
      period: "timedelta64[ns]",
    });
    expect(seen.xarray.coords).toEqual([
      "crs",
      "forecast_period",
      "forecast_reference_time",
      "height_10m",
      "height_2m",
      "latitude",
      "longitude",
      "realization",
      "time",
      "x",
      "y",
    ]);
    for (const channel of ensemble.channels) {
      const expected = (await valuesOf(ensemble, channel)).map((value) => (Number.isNaN(value) ? "NaN" : value));
      expect(seen.xarray.values[channel]).toEqual(expected);
    }
  });

  it("say on a synthetic forecast that it is synthetic", async () => {
    await exportNetcdf(memoryEnsemble({ synthetic: true }), path, { quantities: ["refc"] });
    const { attributes } = JSON.parse(runPeer("read_netcdf.py", [path]));
    expect(attributes.title).toMatch(/^SYNTHETIC /);
    expect(attributes.comment).toBe("Synthetic: a made-up atmosphere, not the weather of any place or time.");
  });

  it("find plain latitude and longitude axes on a latitude-longitude grid", async () => {
    const grid = {
      kind: "latlon",
      nx: 3,
      ny: 2,
      latitude0Degrees: 30,
      longitude0Degrees: -100,
      dLatitudeDegrees: 0.5,
      dLongitudeDegrees: 0.25,
    } as const;
    await exportNetcdf(memoryEnsemble({ grid }), path, { quantities: ["t2m"] });
    const seen = JSON.parse(runPeer("read_netcdf.py", [path]));
    expect(seen.variables.t2m.dimensions).toEqual(["realization", "time", "latitude", "longitude"]);
    expect(seen.variables.t2m.attributes.coordinates).toBe("forecast_period forecast_reference_time height_2m");
    expect(seen.variables.crs.attributes).toEqual({ grid_mapping_name: "latitude_longitude", earth_radius: 6371229 });
  });
});

const ncdump = spawnSync("ncdump", ["-h"]).error === undefined;
if (!ncdump) process.stderr.write("SKIPPED for want of ncdump (Debian netcdf-bin): NetCDF headers\n");

describe.skipIf(!ncdump)("ncdump", () => {
  it("prints the header and finds the coordinates of every cell", async () => {
    const ensemble = memoryEnsemble();
    await exportNetcdf(ensemble, path, { quantities: ["refc"] });
    const { status, stdout } = spawnSync("ncdump", ["-v", "latitude", path], { encoding: "utf8" });
    expect(status).toBe(0);
    expect(stdout).toContain("float refc(realization, time, y, x) ;");
    expect(stdout).toContain('refc:standard_name = "equivalent_reflectivity_factor" ;');
    expect(stdout).toContain("refc:_FillValue = NaNf ;");
    expect(stdout).toContain("double forecast_reference_time ;");
    const first = cellCoordinates(ensemble.grid).latitude[0];
    expect(stdout).toMatch(new RegExp(`latitude =\\s+${first.toFixed(0)},`));
  });
});
