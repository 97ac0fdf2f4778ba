/**
 * The main job on real data: 41 consecutive hours of HRRR over SW Idaho, six of the seven variables, from GRIB2 files to scores.
 * DEF to the letter: field normalisation with the sampler's corrector. Two minutes of training on 23 hours of one summer day make no
 * skilful model, so nothing is asserted of skill that a model of that size and luck could miss.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { openArchive } from "../../src/archive/index.ts";
import { parseTime, type ValidTime } from "../../src/core/index.ts";
import { openForecast } from "../../src/forecast/index.ts";
import { updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { describeWithData } from "../shared-data.ts";

const CONFIG = `
seed: 1
normalization: field
forcings: [hour, position, solar, orography]
forecaster:
  network: { patch: 1, widths: [16, 32], blocksPerLevel: 1, groups: 8 }
  epochs: 6
  stepsPerEpoch: 11
  batch: 2
  learningRate: 1.0e-3
denoiser:
  network: { patch: 1, widths: [16, 32], blocksPerLevel: 1, groups: 8 }
  epochs: 8
  stepsPerEpoch: 20
  batch: 2
  learningRate: 2.0e-3
`;

const INIT = "2018-07-23T11Z";
const CHANNELS = ["t2m", "d2m", "u10", "v10", "cape", "cin"];

describeWithData("the main job on 41 real HRRR hours", (data) => {
  const folder = scratchFolder("real");
  const run = (line: string): string => updraft(line.split(" "), folder);

  beforeAll(() => {
    writeFileSync(join(folder, "config.yaml"), CONFIG);
    updraft(["archive", "build", "--grib", join(data, "hrrr_series"), "--out", "idaho.zarr"], folder);
    run("train --config config.yaml --archive idaho.zarr --out run");
    run(`forecast --run run --archive idaho.zarr --init ${INIT} --members 8 --leads 6 --out f.zarr`);
  }, 600_000);

  it("archives every hour, flags the 209 K dew point and invents no reflectivity", async () => {
    const archive = await openArchive(join(folder, "idaho.zarr"));
    expect(archive.channels).toEqual(CHANNELS);
    expect(archive.times).toHaveLength(41);
    const flagged = archive.times.filter((time) => archive.quality(time).some((mask) => mask !== 0));
    expect(flagged).toEqual([parseTime("2018-07-22T10Z", "test")]);
  });

  it("learns: G beats the persistence it begins as, and the denoiser finds the noise", () => {
    const lines = readFileSync(join(folder, "run", "metrics.jsonl"), "utf8")
      .trim()
      .split("\n");
    const losses = lines.map(
      (line) => JSON.parse(line) as { stage: string; trainLoss: number; validationLoss: number },
    );
    const [first, ...rest] = losses.filter(({ stage }) => stage === "forecaster");
    expect((rest.at(-1) as typeof first).trainLoss).toBeLessThan(0.9 * first.trainLoss);
    // Noise of unit variance: 1 is what knowing nothing costs.
    expect((losses.at(-1) as typeof first).validationLoss).toBeLessThan(0.2);
  });

  it("forecasts 8 members that are finite, physical, distinct and near the weather they started from", async () => {
    const forecast = await openForecast(join(folder, "f.zarr"));
    const archive = await openArchive(join(folder, "idaho.zarr"));
    expect([forecast.memberCount, [...forecast.leadHours], [...forecast.channels]]).toEqual([
      8,
      [1, 2, 3, 4, 5, 6],
      CHANNELS,
    ]);
    expect(await forecast.readInitial("t2m")).toEqual(
      await archive.readField(parseTime(INIT, "test") as ValidTime, "t2m"),
    );
    const means = new Set<number>();
    for (let member = 0; member < 8; member++) {
      const t2m = await forecast.readMember(member, 6, "t2m");
      const cape = await forecast.readMember(member, 6, "cape");
      const cin = await forecast.readMember(member, 6, "cin");
      const mean = t2m.reduce((sum, value) => sum + value, 0) / t2m.length;
      means.add(t2m[1000]);
      expect(mean).toBeGreaterThan(280);
      expect(mean).toBeLessThan(320);
      expect(cape.every((value) => value >= 0)).toBe(true);
      expect(cin.every((value) => value <= 0)).toBe(true);
    }
    expect(means.size).toBe(8);
  });

  it("draws individual maps, one a variable and metric", () => {
    const maps = JSON.parse(run("maps f.zarr --out maps --leads 6 --members 2 --json")) as unknown[];
    const drawn = readdirSync(join(folder, "maps"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".png"),
    );
    expect(drawn).toHaveLength(maps.length);
    for (const name of [
      "01_current_state/t2m_f000.png",
      "02_ensemble_mean/cape_f006.png",
      "03_ensemble_spread/d2m_f006.png",
      "04_probability_maps/t2m_ge90F_f006.png",
      "05_sample_members/wind_m01_f006.png",
    ]) {
      expect(drawn).toContain(name);
      expect(statSync(join(folder, "maps", name)).size).toBeGreaterThan(5000);
    }
  });

  it("exports NetCDF and scores every variable and lead beside persistence", () => {
    run("export f.zarr --netcdf f.nc");
    expect(readFileSync(join(folder, "f.nc")).subarray(1, 4).toString()).toBe("HDF");
    const report = JSON.parse(run("verify f.zarr --against idaho.zarr --json")) as {
      values: { system: string; variable: string; crps: number; spread: number }[];
      independentCases: number;
    };
    expect(report.independentCases).toBe(1);
    const own = report.values.filter(({ system }) => system === "forecast");
    expect(own).toHaveLength(CHANNELS.length * 6);
    for (const { variable, crps, spread } of own) {
      expect(Number.isFinite(crps), variable).toBe(true);
      // This morning began without CAPE and CIN anywhere, and a field that is constant has no spread to perturb.
      if (variable !== "cape" && variable !== "cin") expect(spread, variable).toBeGreaterThan(0);
    }
  });
});
