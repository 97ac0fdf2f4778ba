/** Every product of a small forecast, drawn once and looked at: files, words beside them, pictures. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { threshold } from "../../../src/products/index.ts";
import { drawEnsembleMaps, PRODUCT_FOLDERS, PRODUCT_NAMES, type WrittenMap } from "../../../src/products/map/index.ts";
import { sampleEnsemble } from "../sample-ensemble.ts";
import { expectPicture } from "./pictures.ts";

let folder = "";
let maps: WrittenMap[] = [];
const file = (path: string): string => join(folder, path);
const altText = (path: string): string => readFileSync(file(path.replace(/\.\w+$/, ".txt")), "utf8");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "updraft-products-"));
  maps = await drawEnsembleMaps(sampleEnsemble({ synthetic: false }), folder, {
    leads: [1, 6],
    products: PRODUCT_NAMES,
    quantities: ["refc", "wind"],
    thresholds: { refc: [threshold("refc", 40)], wind: [threshold("wind", 25)] },
    percentages: [10, 90],
    sampleMembers: 1,
    theme: "dark",
    palette: "colorblind",
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("all products of a forecast", () => {
  it("lie in their folders under stable names", () => {
    const of = (product: keyof typeof PRODUCT_FOLDERS): string[] =>
      maps.filter((map) => map.product === product).map(({ path }) => path.slice(path.indexOf("/") + 1));
    expect(of("percentiles").slice(0, 2)).toEqual(["refc_p10_f001.png", "refc_p90_f001.png"]);
    expect(of("extremes").slice(0, 2)).toEqual(["refc_min_f001.png", "refc_max_f001.png"]);
    expect(of("neighborhood").slice(0, 2)).toEqual(["refc_ge40_nmep_40km_f001.png", "refc_ge40_nep_40km_f001.png"]);
    expect(of("joint").slice(0, 4)).toEqual(
      ["initiation", "unstable_storm", "windy_storm", "moist_unstable"].map((name) => `${name}_f001.png`),
    );
    expect(of("pmm").slice(0, 4)).toEqual(
      ["pmm_ebert", "pmm_href", "pmm_group-mean", "lpmm"].map((name) => `refc_${name}_f001.png`),
    );
    expect(of("paintball")).toContain("wind_ge25kt_f006.png");
    expect(of("spaghetti")).toContain("refc_ge40_f006.png");
    expect(of("stamps")).toEqual(["refc_f001.png", "wind_f001.png", "refc_f006.png", "wind_f006.png"]);
    expect(of("sheets")).toContain("mean_f006.png");
    expect(of("loops")).toContain("mean_refc.webp");
    expect(readdirSync(folder).sort()).toEqual([...Object.values(PRODUCT_FOLDERS), "index.html"]);
    for (const { path } of maps) expect(readdirSync(join(folder, path.split("/")[0]))).toContain(path.split("/")[1]);
  });

  it("say in words what they show: title, times, extremes, method, and that they are experimental", () => {
    expect(altText("08_neighborhood_probability/refc_ge40_nmep_40km_f006.png").split("\n")).toEqual([
      "Map: P(Composite reflectivity >= 40 dBZ within 40 km) [%], NMEP (M=8).",
      "Init: 2018-07-22 12Z  F006  Valid: Sun 2018-07-22 18Z.",
      expect.stringMatching(/^Minimum 0, mean \d+(\.\d)?, maximum 100 %\.$/) as string,
      "NMEP: members meeting the threshold anywhere within 40 km, out of 8; not the probability at the point.",
      "Method: DEF, s = 0.5, K = 1, 10 steps; started from NOAA HRRR.",
      "Updraft: experimental - not an official forecast.",
      "",
    ]);
    for (const { path, product } of maps) {
      if (product !== "sheets" && product !== "loops") expect(altText(path), path).toContain("experimental");
    }
  });

  it("have neighborhood probabilities at least as large as at the point, and percentiles in order", () => {
    const mean = (name: string): number =>
      maps.find(({ path }) => path.endsWith(`${name}_f006.png`))?.summary?.mean ?? Number.NaN;
    expect(mean("refc_ge40_nmep_40km")).toBeGreaterThan(mean("04_probability_maps/refc_ge40"));
    expect(mean("refc_p10")).toBeLessThan(mean("refc_p90"));
    expect(mean("refc_min")).toBeLessThan(mean("refc_p10"));
    expect(mean("refc_max")).toBeGreaterThan(mean("refc_p90"));
  });

  it("loop over the leads, the last frame longer", async () => {
    const { pages, delay, loop } = await sharp(file("15_loops/mean_refc.webp"), { animated: true }).metadata();
    expect({ pages, delay, loop }).toEqual({ pages: 2, delay: [500, 1500], loop: 0 });
  });

  it.each([
    ["11_paintball/refc_ge40_f006.png", "paintball-dark"],
    ["12_spaghetti/refc_ge40_f006.png", "spaghetti-dark"],
    ["13_postage_stamps/refc_f006.png", "stamps-dark"],
    ["02_ensemble_mean/wind_f006.png", "barbs-dark"],
    ["08_neighborhood_probability/refc_ge40_nmep_40km_f006.png", "nmep-dark"],
  ])("%s looks as it did", async (path, name) => {
    await expectPicture(readFileSync(file(path)), name);
  });
});

describe("maps over a window and of a region", () => {
  it("have both in their names and titles", async () => {
    const out = join(folder, "window");
    const [map] = await drawEnsembleMaps(sampleEnsemble(), out, {
      products: ["mean"],
      quantities: ["refc"],
      overLeads: true,
      region: { name: "box", title: "a box", south: 34.9, west: -98.2, north: 35.5, east: -97.4 },
    });
    expect(map).toMatchObject({
      path: "02_ensemble_mean/refc_f001-f006max_box.png",
      title: "Composite reflectivity [dBZ], ensemble mean (M=8), a box",
      times: "Init: 2018-07-22 12Z  F001-F006  Valid: Sun 2018-07-22 13Z to Sun 2018-07-22 18Z",
    });
  });

  it("show what lies beyond the region's edge in its neighborhoods", async () => {
    // The same cells of the map of all and of the region agree: the region is cut out after the neighborhoods are formed.
    const options = {
      leads: [6],
      products: ["neighborhood"],
      quantities: ["refc"],
      thresholds: { refc: [threshold("refc", 40)] },
    } as const;
    const region = { name: "east", title: "the east", south: 35.1, west: -97.2, north: 35.6, east: -96.9 };
    const [part] = await drawEnsembleMaps(sampleEnsemble(), join(folder, "part"), { ...options, region });
    const [point] = await drawEnsembleMaps(sampleEnsemble(), join(folder, "point"), {
      ...options,
      products: ["probability"],
      region,
    });
    // At most one member has its storm in the region, and all have it within 40 km of it.
    expect(point.summary?.maximum).toBe(1 / 8);
    expect(part.summary?.maximum).toBe(1);
  });
});
