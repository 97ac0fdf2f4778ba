/** The large scale by the command line: GRIB2 files to a store, a run that is told it, its calibration and its forecasts. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openLargeScale } from "../../src/archive/index.ts";
import { type InitTime, leadTime, normals, parseTime, type ValidTime } from "../../src/core/index.ts";
import { encodeMessage } from "../../src/grib2/index.ts";
import { readRun } from "../../src/run/index.ts";
import { GFS_PARAMETERS } from "../../src/sources/index.ts";
import { AROUND } from "../large-scale-world.ts";
import { runUpdraft, updraft } from "./run-updraft.ts";
import { scratchFolder } from "./scratch.ts";

const folder = scratchFolder("large-scale-cli");
const START = parseTime("2024-05-01T00Z", "test");
const HOURS = 40;
const NAMES = ["z500", "u500", "v500", "pwat"];
const WIDER = { ...AROUND, nx: 30, ny: 30, latitude0Degrees: 35, longitude0Degrees: -101 };
const CONFIG = `{ method: crps, normalization: global, forcings: [hour], largeScale: [z500, u500, v500],
  generator: { network: { patch: 1, widths: [8], blocksPerLevel: 1, norm: cell }, noisePlanes: 2, scales: [2], epochs: 1, stepsPerEpoch: 3, batch: 2 } }`;

/** Fields of one time from one cycle, as GFS has them but smaller. */
function gfsFile(hour: number, lagHours: number): void {
  const validTime = START + 3600 * hour;
  const initTime = (Math.floor((hour - lagHours) / 6) * 6 * 3600 + START) as InitTime;
  const messages = NAMES.map((name, k) => {
    const { discipline, category, number, levelType, levelValue } = GFS_PARAMETERS[name].selector;
    return encodeMessage({
      grid: WIDER,
      values: normals({ seed: k, purpose: "made-up GFS", index: validTime }, WIDER.nx * WIDER.ny),
      decimals: 2,
      parameter: { discipline, category, number, levelType, ...(levelValue !== undefined && { levelValue }) },
      generatingProcess: 2,
      initTime,
      leadHours: leadTime(initTime, validTime as ValidTime),
      note: "made up",
    });
  });
  writeFileSync(join(folder, "gfs", `${hour}-${lagHours}.grib2`), Buffer.concat(messages));
}

describe("the large scale, by the command line", () => {
  const store = "archive large-scale --gfs gfs --like archive.zarr --out gfs.zarr --names z500,u500,v500".split(" ");
  const training = "train --config config.yaml --archive archive.zarr".split(" ");
  const forecast = "forecast --archive archive.zarr --members 2 --seed 1".split(" ");
  beforeAll(() => {
    mkdirSync(join(folder, "gfs"));
    updraft(["sandbox", "--out", "archive.zarr", "--hours", `${HOURS}`, "--nx", "12", "--ny", "8"], folder);
    writeFileSync(join(folder, "config.yaml"), CONFIG);
    // Hour 5 is missing altogether; what was known before is there for the last 20 hours.
    for (let hour = 0; hour < HOURS; hour++) if (hour !== 5) gfsFile(hour, 0);
    for (let hour = 20; hour < HOURS; hour++) gfsFile(hour, 6);
    expect(updraft(store, folder)).toBe(
      "gfs.zarr: 39 valid times, 59 with their cycles, 177 fields of z500,u500,v500 from 59 files\n",
    );
    updraft([...training, "--large-scale", "gfs.zarr", "--out", "run"], folder);
  }, 120_000);

  it("has a store that is not made twice unasked", async () => {
    expect(runUpdraft(store, folder)).toMatchObject({ status: 2, stderr: expect.stringContaining("gfs.zarr") });
    const said = JSON.parse(updraft([...store, "--overwrite", "--json"], folder)) as Record<string, unknown>;
    expect(said).toMatchObject({ files: 59, entries: 59, names: ["z500", "u500", "v500"], duplicates: 0, notes: [] });
    expect((await openLargeScale(join(folder, "gfs.zarr"))).source).toBe("NOAA GFS");
  });

  it("trains with it, says how old it was, and goes on from where it was", () => {
    const { largeScale } = readRun(join(folder, "run"));
    expect(largeScale?.variables.map(({ name }) => name)).toEqual(["z500", "u500", "v500"]);
    expect(largeScale).toMatchObject({ source: "NOAA GFS", leadHours: [0, 5], missingHours: 1 });
    updraft([...training, "--large-scale", "gfs.zarr", "--out", "run", "--resume"], folder);
    updraft([...training, "--large-scale", "gfs.zarr", "--dry-run"], folder);
    const { status, stderr } = runUpdraft([...training, "--out", "without"], folder);
    expect([status, stderr]).toEqual([2, expect.stringContaining("--large-scale: expected a store of z500,u500,v500")]);
  });

  it("goes on with a run that was begun before the key was there", () => {
    const untold = CONFIG.replace(/largeScale.*/, "");
    writeFileSync(join(folder, "untold.yaml"), untold);
    const args = ["train", "--config", "untold.yaml", "--archive", "archive.zarr", "--out", "old"];
    updraft(args, folder);
    const kept = join(folder, "old", "config.yaml");
    writeFileSync(kept, readFileSync(kept, "utf8").replace("largeScale: []\n", ""));
    updraft([...args, "--resume"], folder);
    expect(
      runUpdraft(
        [
          ...forecast,
          "--run",
          "old",
          "--large-scale",
          "gfs.zarr",
          "--init",
          "2024-05-01T20Z",
          "--leads",
          "1",
          "--out",
          "o.zarr",
        ],
        folder,
      ).stderr,
    ).toContain("--large-scale: expected none");
  });

  it("forecasts with it and knows nothing that was not known", () => {
    const at = (init: string, leads: number, out: string): string[] => {
      const asked = ["--run", "run", "--init", init, "--leads", `${leads}`, "--out", out];
      return [...forecast, ...asked, "--large-scale", "gfs.zarr"];
    };
    expect(updraft(at("2024-05-01T20Z", 5, "f.zarr"), folder)).toContain("2 members to 5 h");
    const late = runUpdraft(at("2024-05-01T10Z", 4, "g.zarr"), folder);
    expect([late.status, late.stderr]).toEqual([
      2,
      expect.stringContaining("gfs.zarr 2024-05-01 12Z: expected a cycle not after the init time 2024-05-01 10Z"),
    ]);
    expect(
      runUpdraft([...forecast, "--run", "run", "--init", "2024-05-01T20Z", "--leads", "2", "--out", "h.zarr"], folder)
        .stderr,
    ).toContain(
      "--large-scale: expected a store of z500,u500,v500, which the networks are told, got none; fetch them with",
    );
    expect(
      runUpdraft(
        [
          ...forecast,
          "--method",
          "persistence",
          "--members",
          "1",
          "--init",
          "2024-05-01T20Z",
          "--leads",
          "2",
          "--out",
          "h.zarr",
          "--large-scale",
          "gfs.zarr",
        ],
        folder,
      ).stderr,
    ).toContain("--large-scale: expected none");
  });

  it("calibrates with it, from init times whose large scale was known", () => {
    const args = "calibrate --run run --archive archive.zarr --inits 1 --members 2 --leads 2".split(" ");
    const found = JSON.parse(updraft([...args, "--large-scale", "gfs.zarr", "--json"], folder)) as { inits: string[] };
    expect(found.inits).toHaveLength(1);
    expect(runUpdraft(args, folder).stderr).toContain("--large-scale: expected a store of z500,u500,v500");
    // Of analyses and the shortest leads alone most cycles come after the init time: that of 06Z says nothing at 05Z.
    const files = Array.from({ length: 20 }, (_, k) => join("gfs", `${20 + k}-0.grib2`));
    updraft(["archive", "large-scale", "--gfs", ...files, "--like", "archive.zarr", "--out", "newest.zarr"], folder);
    expect(runUpdraft([...args, "--inits", "90", "--large-scale", "newest.zarr"], folder).stderr).toMatch(
      /expected 90 init times whose 2 h lie in the validation split, got [1-9], and [1-9] whose large scale is not known at their start/,
    );
  });
});
