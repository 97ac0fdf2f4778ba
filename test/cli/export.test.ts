import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as h5wasm from "h5wasm/node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exportCommand } from "../../src/cli/commands/export.ts";
import { cellCount } from "../../src/core/index.ts";
import { createForecast } from "../../src/forecast/index.ts";
import { memoryEnsemble } from "../memory-ensemble.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "updraft-"));
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const run = (...args: string[]): Promise<unknown> => exportCommand().exitOverride().parseAsync(args, { from: "user" });

/** A forecast store on disk with the values of a memory ensemble. */
async function storeOf(ensemble: ReturnType<typeof memoryEnsemble>): Promise<string> {
  const path = join(folder, "F.zarr");
  const { channels, grid, initTime, leadHours, memberCount, synthetic, method } = ensemble;
  const stateAt = async (member: number, lead: number): Promise<Float32Array> => {
    const state = new Float32Array(channels.length * cellCount(grid));
    for (const [at, channel] of channels.entries()) {
      state.set(await ensemble.readMember(member, lead, channel), at * cellCount(grid));
    }
    return state;
  };
  const space = { channels, grid };
  const provenance = { seed: 1 };
  const initial = await stateAt(0, 0);
  const writer = await createForecast(path, {
    space,
    initTime,
    leadHours,
    memberCount,
    synthetic,
    method,
    provenance,
    initial,
  });
  for (let member = 0; member < memberCount; member++) {
    for (const lead of leadHours) await writer.write(member, lead, await stateAt(member, lead));
  }
  await writer.finish();
  return path;
}

it("exports a forecast store and prints where the file lies", async () => {
  const ensemble = memoryEnsemble();
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const [store, file] = [await storeOf(ensemble), join(folder, "F.nc")];
  await run(store, "--netcdf", file, "--variables", "refc,cape", "--leads", "2,6");
  expect(printed).toHaveBeenCalledExactlyOnceWith(`${file}\n`);
  await h5wasm.ready;
  const opened = new h5wasm.File(file, "r");
  const cape = opened.get("cape") as h5wasm.Dataset;
  expect(cape.shape).toEqual([3, 2, 4, 5]);
  expect(cape.slice([[2, 3], [1, 2], [], []])).toEqual(await ensemble.readMember(2, 6, "cape"));
  opened.close();
});

describe("the history of a NetCDF file", () => {
  const historyOf = (file: string): unknown => {
    const opened = new h5wasm.File(file, "r");
    const history = opened.get_attribute("history", false);
    opened.close();
    return history;
  };
  const begun = new Date("2026-05-06T21:14:08.700Z");

  it("tells when, with which version, by which command, of which forecast, and not where the file lies", async () => {
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const store = await storeOf(memoryEnsemble());
    utimesSync(join(store, "zarr.json"), begun, begun);
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    const [file, again] = [join(folder, "F.nc"), join(folder, "elsewhere.nc")];
    await run(store, "--netcdf", file, "--variables", "refc", "--leads", "2,6");
    expect(historyOf(file)).toBe(
      `2026-05-06T21:14:08Z updraft ${version}: updraft export F.zarr --netcdf --variables refc --leads 2,6; ` +
        `forecast: ${memoryEnsemble().method} (seed 1)`,
    );
    // HDF5's own clock is a year on.
    vi.spyOn(Date, "now").mockReturnValue(begun.getTime() + 3.2e10);
    await run(store, "--netcdf", again, "--leads", "2,6", "--variables", "refc");
    expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
  });

  it("takes the time from SOURCE_DATE_EPOCH where that is set, and refuses one that is no time", async () => {
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const [store, file] = [await storeOf(memoryEnsemble()), join(folder, "F.nc")];
    vi.stubEnv("SOURCE_DATE_EPOCH", "1700000000");
    await run(store, "--netcdf", file, "--products", "probability", "--thresholds", "refc=<=20");
    expect(historyOf(file)).toMatch(/^2023-11-14T22:13:20Z .* --products probability --thresholds 'refc=<=20'; /);
    vi.stubEnv("SOURCE_DATE_EPOCH", "yesterday");
    await expect(run(store, "--netcdf", join(folder, "G.nc"))).rejects.toThrow(
      "SOURCE_DATE_EPOCH: expected whole seconds since 1970-01-01T00Z, got yesterday",
    );
    vi.unstubAllEnvs();
  });
});

it("refuses a store that is not there, in one line, and leaves nothing", async () => {
  await expect(run(join(folder, "no.zarr"), "--netcdf", join(folder, "F.nc"))).rejects.toMatchObject({ exitCode: 2 });
  expect(readdirSync(folder)).toEqual([]);
});

it("refuses calibrated probabilities of a forecast that carries no calibration", async () => {
  const store = await storeOf(memoryEnsemble());
  const wanted = run(store, "--netcdf", join(folder, "F.nc"), "--products", "probability", "--calibrated");
  await expect(wanted).rejects.toThrow("expected a forecast that carries a calibration of its probabilities, got none");
  expect(readdirSync(folder)).toEqual(["F.zarr"]);
});

it.each(["1,,2", "soon", "0", "-1", ""])("refuses the leads %j", async (leads) => {
  const store = await storeOf(memoryEnsemble());
  await expect(run(store, "--netcdf", join(folder, "F.nc"), "--leads", leads)).rejects.toThrow(
    "--leads: expected hours, like 18 or 0.5,",
  );
  expect(readdirSync(folder)).toEqual(["F.zarr"]);
});
