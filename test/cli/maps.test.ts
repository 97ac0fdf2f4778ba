/** The verb on real stores: a small archive with a missing hour and a forecast of three members. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createArchive, openArchive } from "../../src/archive/index.ts";
import { mapsCommand } from "../../src/cli/commands/maps.ts";
import {
  cellCount,
  initFromAnalysis,
  type State,
  utcSeconds,
  type ValidTime,
  validTime,
} from "../../src/core/index.ts";
import { createForecast, makeForecast, openBaseline, openForecast } from "../../src/forecast/index.ts";
import { cropOfHrrr } from "../products/sample-ensemble.ts";

const space = { channels: ["refc", "u10", "v10"], grid: cropOfHrrr(880, 400, 12, 8) } as const;
const start = utcSeconds(2018, 7, 22) as ValidTime;
const at = (hours: number): ValidTime => validTime(initFromAnalysis(start), hours);
const state = (seed: number): State =>
  Float32Array.from({ length: 3 * cellCount(space.grid) }, (_, k) => ((k * 7 + seed * 13) % 50) - 10);

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "updraft-maps-cli-"));
  async function* hours(): AsyncGenerator<{ time: ValidTime; leadHours: number; state: State }> {
    for (const hour of [0, 1, 2, 4]) yield { time: at(hour), leadHours: 0, state: state(hour) };
  }
  await createArchive(
    join(folder, "archive.zarr"),
    {
      space,
      first: at(0),
      last: at(5),
      source: "NOAA HRRR",
      synthetic: false,
      splits: [{ split: "train", first: at(0), last: at(5) }],
      provenance: { madeBy: "test", inputs: [], notes: [] },
    },
    hours(),
  );
  async function* twelfth(): AsyncGenerator<{ time: ValidTime; leadHours: number; state: State }> {
    for (const hour of [0, 1]) yield { time: at(hour), leadHours: 12, state: state(hour) };
  }
  await createArchive(
    join(folder, "f12.zarr"),
    {
      space,
      first: at(0),
      last: at(1),
      source: "NOAA HRRR",
      synthetic: false,
      splits: [{ split: "train", first: at(0), last: at(1) }],
      provenance: { madeBy: "test", inputs: [], notes: [] },
    },
    twelfth(),
  );
  const writer = await createForecast(join(folder, "forecast.zarr"), {
    space,
    initTime: initFromAnalysis(at(4)),
    leadHours: [1, 2],
    memberCount: 3,
    synthetic: false,
    method: "a test",
    provenance: { seed: 1, source: "NOAA HRRR" },
    initial: state(4),
  });
  for (const lead of [1, 2])
    for (let member = 0; member < 3; member++) await writer.write(member, lead, state(member + lead));
  await writer.finish();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the last run said on stderr. */
let said = "";

/** Runs the verb and returns what it printed on stdout. */
async function maps(store: string, ...args: string[]): Promise<string> {
  let printed = "";
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  said = "";
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  try {
    await mapsCommand()
      .exitOverride()
      .parseAsync([join(folder, store), ...args], { from: "user" });
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
  return printed;
}

const filesOf = (out: string): string[] =>
  readdirSync(out, { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("."))
    .sort();
const pictures = (out: string): string[] => filesOf(out).filter((name) => !/\.(txt|html)$/.test(name));

const textOf = (out: string, name: string): string => readFileSync(join(out, `${name}.txt`), "utf8");

describe("updraft maps", () => {
  it("draws every lead and metric of a forecast and says how many and where", async () => {
    const out = join(folder, "all");
    expect(await maps("forecast.zarr", "--out", out)).toBe(
      `58 maps in ${out}; begin with ${join(out, "index.html")}\n`,
    );
    // 4 quantities at the start; at each of 2 leads 4 means, 4 spreads, 4 + 3 probabilities and 3 members of 4 quantities.
    const count = (part: string): number => pictures(out).filter((name) => name.startsWith(part)).length;
    expect([count("01"), count("02"), count("03"), count("04"), count("05")]).toEqual([4, 8, 8, 14, 24]);
  });

  it("draws what is asked for and lists it as JSON", async () => {
    const out = join(folder, "some");
    const listed = JSON.parse(
      await maps(
        "forecast.zarr",
        "--out",
        out,
        "--leads",
        "2",
        "--variables",
        "wind",
        "--members",
        "1",
        "--json",
        "--thresholds",
        "wind=30",
      ),
    ) as { file: string; metric: string; validTime: string; mean: number; missing: number }[];
    expect(listed.map(({ file }) => file.slice(out.length + 1)).sort()).toEqual(pictures(out));
    expect(pictures(out)).toEqual([
      "01_current_state/wind_f000.png",
      "02_ensemble_mean/wind_f002.png",
      "03_ensemble_spread/wind_f002.png",
      "04_probability_maps/wind_ge30kt_f002.png",
      "05_sample_members/wind_m00_f002.png",
    ]);
    const probability = listed.find(({ metric }) => metric === "probability");
    expect(probability).toMatchObject({
      quantity: "wind",
      threshold: 30,
      leadHours: 2,
      validTime: "2018-07-22T06:00:00Z",
      missing: 0,
    });
  });

  it("draws a preset with what is stored, and says for how many members it is meant", async () => {
    const out = join(folder, "preset");
    await maps("forecast.zarr", "--out", out, "--preset", "quick", "--leads", "2", "--json");
    expect(said).toContain("preset quick is meant for 5 members and this has 3: probabilities come in steps of 33 %");
    expect(pictures(out)).toEqual([
      "01_current_state/refc_f000.png",
      "01_current_state/wind_f000.png",
      "02_ensemble_mean/refc_f002.png",
      "02_ensemble_mean/wind_f002.png",
      "04_probability_maps/refc_ge40_f002.png",
      "04_probability_maps/wind_ge35kt_f002.png",
    ]);
    expect(filesOf(out)).toContain("02_ensemble_mean/refc_f002.txt");
  });

  it("takes a YAML file over the preset and the command line over the file", async () => {
    const [out, file] = [join(folder, "config"), join(folder, "maps.yaml")];
    writeFileSync(
      file,
      'products: [mean, paintball]\nvariables: refc\nthresholds: ["refc=20,30"]\nregion: 35,-98.2,35.4,-97.9\n',
    );
    await maps(
      "forecast.zarr",
      "--out",
      out,
      "--preset",
      "quick",
      "--config",
      file,
      "--leads",
      "1",
      "--thresholds",
      "refc=10",
    );
    expect(pictures(out)).toEqual([
      "02_ensemble_mean/refc_f001_35n98p2w35p4n97p9w.png",
      "11_paintball/refc_ge10_f001_35n98p2w35p4n97p9w.png",
    ]);
    writeFileSync(file, "product: mean\n");
    await expect(maps("forecast.zarr", "--out", out, "--config", file)).rejects.toThrow(
      /maps.yaml: expected keys out of products,variables.*did you mean products\?$/,
    );
  });

  it("draws products of an archived hour as of an ensemble of one", async () => {
    const out = join(folder, "observed");
    await maps(
      "archive.zarr",
      "--out",
      out,
      "--products",
      "neighborhood",
      "--variables",
      "refc",
      "--thresholds",
      "refc=35",
    );
    expect(pictures(out)).toEqual([
      "08_neighborhood_probability/refc_ge35_nep_40km_2018072204.png",
      "08_neighborhood_probability/refc_ge35_nmep_40km_2018072204.png",
    ]);
  });

  it("draws an archive's last whole hour, or the one named", async () => {
    await maps("archive.zarr", "--out", join(folder, "state"), "--variables", "refc");
    await maps("archive.zarr", "--out", join(folder, "state"), "--variables", "refc", "--time", "2018-07-22T01Z");
    expect(pictures(join(folder, "state"))).toEqual([
      "01_current_state/refc_2018072201.png",
      "01_current_state/refc_2018072204.png",
    ]);
  });

  it("draws an archive's forecast hours as what they are, with init and lead, each under a name of its own", async () => {
    const out = join(folder, "f12");
    for (const time of ["2018-07-22T00Z", "2018-07-22T01Z"])
      await maps("f12.zarr", "--out", out, "--variables", "refc", "--time", time);
    expect(pictures(out)).toEqual([
      "01_current_state/refc_2018072200f012.png",
      "01_current_state/refc_2018072201f012.png",
    ]);
    const [shows, times, , source] = textOf(out, "01_current_state/refc_2018072201f012").split("\n");
    expect(`${shows} ${times}`).toBe(
      "Map: Composite reflectivity [dBZ], 12 h forecast. Init: 2018-07-21 13Z  F012  Valid: Sun 2018-07-22 01Z.",
    );
    expect(source).toBe("Source: NOAA HRRR, its 12 h forecast from 2018-07-21 13Z.");
  });

  it("carries into a forecast that it started from another's forecast", async () => {
    const [archive, out] = [await openArchive(join(folder, "f12.zarr")), join(folder, "from-f12.zarr")];
    const request = { seed: 1, initTime: initFromAnalysis(at(1)), lastLeadHours: 1 };
    const method = await openBaseline("persistence", archive, request);
    await makeForecast(method, archive, { ...request, members: 1, out }, () => {});
    expect((await openForecast(out)).start).toEqual({ source: "NOAA HRRR", leadHours: 12 });
    const drawn = join(folder, "from-f12");
    await maps("from-f12.zarr", "--out", drawn, "--variables", "refc", "--products", "current");
    const [shows, times] = textOf(drawn, "01_current_state/refc_f000").split("\n");
    expect([shows, times]).toEqual([
      "Map: Composite reflectivity [dBZ], 12 h forecast.",
      "Init: 2018-07-22 01Z  F000  Valid: Sun 2018-07-22 01Z.",
    ]);
  });

  it("signs a forecast's maps with the method and what it started from, and its start with the source alone", async () => {
    const out = join(folder, "signed");
    await maps("forecast.zarr", "--out", out, "--variables", "refc", "--leads", "1", "--products", "current,mean");
    expect(textOf(out, "02_ensemble_mean/refc_f001")).toContain("Method: a test; started from NOAA HRRR.");
    const initial = textOf(out, "01_current_state/refc_f000");
    expect(initial).toContain("Source: NOAA HRRR.");
    expect(initial).not.toContain("Method");
  });

  it.each([
    [
      ["--products", "probability,pmm,sheets,members", "--variables", "u10", "--members", "0"],
      "maps: expected at least one map, got none of probability (no threshold of u10; name some with --thresholds), " +
        "pmm (made of refc, not of u10), " +
        "sheets (made of the other products' maps, of at least two side by side), members (--members is 0); " +
        "ask for other products, variables or thresholds",
    ],
    [["--products", "mean,paintball", "--variables", "direction"], "paintball (direction lies on a circle, of which"],
  ])("never gives no maps without a reason: %j", async (args, message) => {
    const out = join(folder, "none");
    await expect(maps("forecast.zarr", "--out", out, ...args)).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });

  it("says of a product without a picture why it has none, beside those that have", async () => {
    const out = join(folder, "part");
    await maps("forecast.zarr", "--out", out, "--products", "mean,pmm", "--variables", "wind", "--leads", "1");
    expect(said).toContain("no maps of pmm: made of refc, not of wind\n");
    expect(pictures(out)).toEqual(["02_ensemble_mean/wind_f001.png"]);
  });

  it.each([
    ["forecast.zarr", ["--leads", "3"], "maps --leads: expected leads out of 1 h, 2 h, got 3 h"],
    [
      "forecast.zarr",
      ["--leads", "1,x"],
      '--leads: expected hours, like 18 or 0.5, or minutes, like 40m, or seconds, like 100s, got "x"',
    ],
    [
      "forecast.zarr",
      ["--variables", "cape"],
      "--variables: expected distinct names out of refc,u10,v10,wind,direction, got cape; ask only for what is stored there",
    ],
    ["forecast.zarr", ["--members", "-1"], "--members: expected a whole number, 0 or more, got -1"],
    ["forecast.zarr", ["--time", "2018-07-22"], "--time: expected no such option here"],
    [
      "archive.zarr",
      ["--time", "2018-07-22T03Z"],
      "expected an hour from 2018-07-22T00:00:00Z to 2018-07-22T05:00:00Z, got 2018-07-22 03Z, which is missing",
    ],
    ["archive.zarr", ["--time", "2018-07-25T03Z"], "got 2018-07-25 03Z; choose another --time"],
    ["archive.zarr", ["--leads", "1"], "--leads: expected no such option here"],
    ["forecast.zarr", ["--preset", "slow"], "--preset: expected quick, demo, showcase, convective, full, got slow"],
    ["forecast.zarr", ["--products", "mean,x"], "--products: expected distinct names out of current,mean"],
    [
      "forecast.zarr",
      ["--near", "far"],
      "--near: expected kilometres, href or spc, comma-separated, such as 40,spc, got far",
    ],
    ["forecast.zarr", ["--joint", "refc>=40"], "--joint: expected NAME: QUANTITY>=NUMBER[@KM] & ..., two or more"],
    ["forecast.zarr", ["--region", "mars"], "--region: expected a sector out of conus"],
    ["forecast.zarr", ["--percentiles", "101"], "--percentiles: expected distinct numbers from 0 to 100"],
    ["forecast.zarr", ["--theme", "pink"], "--theme: expected light or dark, got pink"],
    [
      "forecast.zarr",
      ["--calibrated"],
      "expected a forecast that carries a calibration of its probabilities, got none",
    ],
    ["forecast.zarr", ["--calibrated", "--over-leads"], "--calibrated: expected single leads, got --over-leads"],
    ["archive.zarr", ["--calibrated"], "--calibrated: expected no such option here"],
    ["nowhere.zarr", [], "expected a forecast store or an archive, got nothing"],
  ])("on %s refuses %j in one line and writes nothing", async (store, args, message) => {
    const out = join(folder, "refused");
    await expect(maps(store, "--out", out, ...args)).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });
});

describe("maps for a phone", () => {
  const widthOf = async (out: string, name: string): Promise<number> => (await sharp(join(out, name)).metadata()).width;

  it.each([["480"], ["360"]])("are %s pixels wide at most, titles and legend and all", async (width) => {
    const out = join(folder, `phone-${width}`);
    const products = "current,mean,probability,neighborhood,paintball,spaghetti";
    await maps("forecast.zarr", "--out", out, "--width", width, "--leads", "1", "--products", products, "--barbs");
    for (const name of pictures(out)) {
      const wide = await widthOf(out, name);
      expect(wide, name).toBeLessThanOrEqual(Number(width));
      expect(wide, name).toBeGreaterThan(Number(width) - 3);
    }
  });

  it("keep the width their cells ask for where that is less", async () => {
    const out = join(folder, "wide");
    await maps("archive.zarr", "--out", out, "--variables", "refc", "--width", "4000");
    expect(await widthOf(out, "01_current_state/refc_2018072204.png")).toBeLessThan(1400);
  });

  it("take their width from a file too, and no width that holds nothing", async () => {
    writeFileSync(join(folder, "phone.yaml"), "width: 480\nvariables: refc\n");
    const out = join(folder, "from-file");
    await maps("archive.zarr", "--out", out, "--config", join(folder, "phone.yaml"));
    expect(await widthOf(out, "01_current_state/refc_2018072204.png")).toBe(480);
    await expect(maps("archive.zarr", "--out", out, "--width", "200")).rejects.toThrow(
      "--width: expected pixels, 320 or more; 480 for a phone, got 200",
    );
  });
});
