/** Products as GRIB2 and NetCDF, held to the functions of src/products that make them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as h5wasm from "h5wasm/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Ensemble, Field } from "../../src/core/index.ts";
import { decodeValues, fieldsOf, parseEvent, parseInventory, scanMessages } from "../../src/grib2/index.ts";
import { exportGrib2, exportNetcdf } from "../../src/products/export/index.ts";
import {
  accumulateExceedance,
  accumulateNearby,
  accumulateStatistics,
  HREF_NEARNESS,
  neighborhoodEnsembleProbability,
  percentiles,
  SPC_NEARNESS,
  threshold,
  WITHIN_40_KM,
} from "../../src/products/index.ts";
import { describeWithPeer, runPeer } from "../peer.ts";
import { SAMPLE_GRID, sampleEnsemble } from "./sample-ensemble.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "updraft-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const CELLS = SAMPLE_GRID.nx * SAMPLE_GRID.ny;
const REFC40 = threshold("refc", 40);
const ensemble = sampleEnsemble();

/** The products of reflectivity at one lead, by the functions that draw them. */
async function expected(source: Ensemble, lead: number): Promise<Record<string, Field>> {
  const members: Field[] = [];
  for (let member = 0; member < source.memberCount; member++)
    members.push(await source.readMember(member, lead, "refc"));
  const statistics = accumulateStatistics(CELLS);
  const exceedance = accumulateExceedance(CELLS, [REFC40]);
  const nearby = accumulateNearby(SAMPLE_GRID, [REFC40], WITHIN_40_KM);
  for (const member of members) for (const each of [statistics, exceedance, nearby]) each.add(member);
  const { mean, spread } = statistics.finish();
  const { probability } = exceedance.finish()[0];
  return {
    refc_mean: mean,
    refc_spread: spread,
    refc_p90: percentiles(members, [90])[0],
    refc_ge40_probability: probability,
    refc_ge40_nep_40km: neighborhoodEnsembleProbability(probability, SAMPLE_GRID, WITHIN_40_KM),
    refc_ge40_nmep_40km: nearby.finish()[0].probability,
  };
}

describe("products as GRIB2", () => {
  const choice = {
    quantities: ["refc"],
    products: ["mean", "spread", "probability", "nmep"],
    thresholds: [REFC40],
  } as const;

  it("hold the products' values, with an inventory in wgrib2's style beside them", async () => {
    const path = join(folder, "F.grib2");
    await exportGrib2(ensemble, path, choice);
    expect(readdirSync(folder).sort()).toEqual(["F.grib2", "F.grib2.idx"]);
    const bytes = readFileSync(path);
    const messages = [...scanMessages(bytes, "F")].filter((found) => found.kind === "message");
    const { entries } = parseInventory(readFileSync(`${path}.idx`, "utf8"), "F.idx", { fileBytes: bytes.length });
    expect(entries.map(({ offset }) => offset)).toEqual(messages.map(({ offset }) => offset));
    expect(
      entries.slice(0, 4).map(({ variable, level, time, extra }) => `${variable}:${level}:${time}:${extra}`),
    ).toEqual([
      "REFC:entire atmosphere:1 hour fcst:ens mean",
      "REFC:entire atmosphere:1 hour fcst:ens spread",
      "REFC:entire atmosphere:1 hour fcst:prob >40:prob fcst 0/8",
      "REFC:entire atmosphere:1 hour fcst:prob >40:prob fcst 0/8:Neighborhood Probability",
    ]);
    expect(parseEvent(entries[2].extra)).toMatchObject({ above: 40, total: 8 });
    for (const [at, lead] of ensemble.leadHours.entries()) {
      const made = await expected(ensemble, lead);
      const names = ["refc_mean", "refc_spread", "refc_ge40_probability", "refc_ge40_nmep_40km"];
      for (const [index, name] of names.entries()) {
        const read = decodeValues(fieldsOf(messages[4 * at + index])[0]);
        const scale = index < 2 ? 1 : 100;
        const worst = read.reduce((most, value, cell) => Math.max(most, Math.abs(value - scale * made[name][cell])), 0);
        expect(worst, name).toBeLessThanOrEqual(0.005 + 1e-5);
      }
    }
  });

  it("are a file a product, a threshold and a percentile, which readers open as cubes, or one file", async () => {
    const path = join(folder, "F.grib2");
    const products = ["mean", "percentiles", "probability", "nmep"] as const;
    const wanted = { ...choice, products, quantities: ["refc", "t2m"], percentages: [10, 90] } as const;
    const names = [
      "F_mean.grib2",
      "F_p10.grib2",
      "F_p90.grib2",
      "F_refc_ge40_probability.grib2",
      "F_refc_ge40_nmep_40km.grib2",
    ];
    const split = { ...wanted, split: "auto" } as const;
    expect(await exportGrib2(ensemble, path, split)).toEqual(names.map((name) => join(folder, name)));
    expect(readdirSync(folder).sort()).toEqual(names.flatMap((name) => [name, `${name}.idx`]).sort());
    const messages = (name: string): number =>
      [...scanMessages(readFileSync(join(folder, name)), name)].filter(({ kind }) => kind === "message").length;
    expect(names.map(messages)).toEqual([4, 4, 4, 2, 2]);
    await expect(exportGrib2(ensemble, path, split)).rejects.toThrow("F_mean.grib2");
    expect(await exportGrib2(ensemble, path, { ...wanted, products: ["mean"], split: "auto" })).toEqual([path]);
    expect(await exportGrib2(ensemble, path, { ...wanted, split: "none", overwrite: true })).toEqual([path]);
    expect(messages("F.grib2")).toBe(16);
    expect(await exportGrib2(ensemble, path, { ...wanted, products: ["mean"], split: "lead" })).toEqual([
      join(folder, "F_f001.grib2"),
      join(folder, "F_f006.grib2"),
    ]);
  });

  it("tell a neighborhood by its radius, and refuse two of one radius in one file", async () => {
    const path = join(folder, "F.grib2");
    const near = [WITHIN_40_KM, SPC_NEARNESS];
    await expect(exportGrib2(ensemble, path, { ...choice, near })).rejects.toThrow(
      "expected fields that a code tells apart in one file, got another within an 80 km box, smoothed sigma 40 km",
    );
    const broken = { ...WITHIN_40_KM, radiusKm: 12.5 };
    await expect(exportGrib2(ensemble, path, { ...choice, near: [broken] })).rejects.toThrow("got 12.5 km");
    expect(readdirSync(folder)).toEqual([]);
    await exportGrib2(ensemble, path, { ...choice, near: [WITHIN_40_KM, HREF_NEARNESS], leadHours: [6] });
    // Octet 13 of section 4, behind sections 0 to 3.
    const backgrounds = [...scanMessages(readFileSync(path), "F")].flatMap((found) => {
      if (found.kind === "gap") return [];
      const view = new DataView(found.bytes.buffer, found.bytes.byteOffset);
      let at = 16;
      while (view.getUint8(at + 4) !== 4) at += view.getUint32(at);
      return [view.getUint8(at + 12)];
    });
    expect(backgrounds).toEqual([255, 255, 255, 40, 39]);
  });

  it("say the window of a largest value, template 4.9", async () => {
    const path = join(folder, "W.grib2");
    await exportGrib2(ensemble, path, { ...choice, products: ["nmep"], overLeads: true });
    const [message] = [...scanMessages(readFileSync(path), "W")];
    const [field] = message.kind === "message" ? fieldsOf(message) : [];
    expect(field).toMatchObject({ productTemplate: 9, leadHours: 6, interval: { startLeadHours: 1, process: 2 } });
    expect(readFileSync(`${path}.idx`, "utf8")).toContain(":1-6 hour max fcst:");
  });

  it.each([
    ["nep", { products: ["nep"] }],
    ["lcl", { quantities: ["lcl"], products: ["mean"] }],
  ] as const)("refuse %s, which GRIB2 cannot tell apart, and leave nothing", async (_, what) => {
    await expect(exportGrib2(ensemble, join(folder, "F.grib2"), { ...choice, ...what })).rejects.toThrow(
      "export to GRIB2: expected quantities and products that have a code of their own",
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("products as NetCDF", () => {
  it("hold exactly the products' values, and say what they are", async () => {
    const path = join(folder, "P.nc");
    await exportNetcdf(ensemble, path, {
      quantities: ["refc", "wind"],
      products: ["mean", "spread", "percentiles", "probability", "nep", "nmep"],
      thresholds: [REFC40],
      percentages: [90],
    });
    await h5wasm.ready;
    const file = new h5wasm.File(path, "r");
    for (const [at, lead] of ensemble.leadHours.entries()) {
      for (const [name, values] of Object.entries(await expected(ensemble, lead))) {
        expect((file.get(name) as h5wasm.Dataset).slice([[at, at + 1], [], []]), name).toEqual(values);
      }
    }
    const attribute = (name: string, key: string): unknown => (file.get(name) as h5wasm.Dataset).attrs[key].value;
    expect(attribute("refc_spread", "cell_methods")).toBe("realization: standard_deviation");
    expect(attribute("refc_ge40_nmep_40km", "units")).toBe("1");
    expect(attribute("refc_ge40_nmep_40km", "long_name")).toBe(
      "neighborhood maximum ensemble probability of Composite reflectivity >= 40 dBZ within 40 km",
    );
    expect(attribute("wind_mean", "standard_name")).toBe("wind_speed");
    expect((file.get("threshold_refc_ge40") as h5wasm.Dataset).value).toBe(40);
    expect(file.keys()).not.toContain("realization");
    file.close();
  });
});

describeWithPeer("GRIB2 products and ecCodes", () => {
  it("agree within half a packing step", async () => {
    const path = join(folder, "F.grib2");
    await exportGrib2(ensemble, path, { products: ["mean"], quantities: ["cin", "t2m"], leadHours: [6] });
    const seen = runPeer("read_grib2.py", [path, "shortName,stepRange,productDefinitionTemplateNumber"])
      .trim()
      .split("\n");
    expect(seen).toHaveLength(2);
    const statistics = accumulateStatistics(CELLS);
    for (let member = 0; member < 8; member++) statistics.add(await ensemble.readMember(member, 6, "t2m"));
    const { mean } = statistics.finish();
    const t2m = JSON.parse(seen[0]) as { keys: object; values: number[] };
    expect(t2m.keys).toEqual({ shortName: "2t", stepRange: "6", productDefinitionTemplateNumber: 2 });
    expect(Math.max(...t2m.values.map((value, cell) => Math.abs(value - mean[cell])))).toBeLessThanOrEqual(
      0.005 + 1e-5,
    );
  });

  it("open as cubes in cfgrib and earthkit-data, a file a product", async () => {
    const files = await exportGrib2(ensemble, join(folder, "F.grib2"), {
      products: ["mean", "spread", "percentiles", "probability", "nmep"],
      quantities: ["refc", "t2m", "u10"],
      percentages: [10, 90],
      thresholds: [REFC40, threshold("refc", 50)],
      split: "auto",
    });
    files.push(
      ...(await exportGrib2(ensemble, join(folder, "M.grib2"), { products: ["members"], quantities: ["t2m"] })),
    );
    const cube = { step: 2, y: 48, x: 64 };
    const seen = runPeer("open_cubes.py", files).trim().split("\n");
    for (const [at, line] of seen.entries()) {
      const isMembers = files[at].endsWith("M.grib2");
      const quantities = isMembers ? ["t2m"] : at < 4 ? ["refc", "t2m", "u10"] : ["refc"];
      const inEarthkit = { refc: "refc", t2m: "2t", u10: "10u" } as Record<string, string>;
      const of = (name: (quantity: string) => string, members: object): unknown =>
        Object.fromEntries(quantities.map((quantity) => [name(quantity), { ...members, ...cube }]));
      expect(JSON.parse(line), files[at]).toEqual({
        cfgrib: of((quantity) => quantity, isMembers ? { number: 8 } : {}),
        "earthkit-data": of((quantity) => inEarthkit[quantity], isMembers ? { member: 8 } : {}),
      });
    }
    expect(seen).toHaveLength(9);
  });

  it("keep a neighborhood apart from the point, and a member from a mean, by keys", async () => {
    const path = join(folder, "F.grib2");
    const products = ["members", "mean", "probability", "nmep"] as const;
    await exportGrib2(ensemble, path, { products, quantities: ["refc"], thresholds: [REFC40], leadHours: [6] });
    const keys = runPeer("read_grib2.py", [path, "dataType,typeOfGeneratingProcess,backgroundProcess"])
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { keys: unknown }).keys);
    expect(keys.slice(7)).toEqual([
      { dataType: "pf", typeOfGeneratingProcess: 4, backgroundProcess: 255 },
      { dataType: "fc", typeOfGeneratingProcess: 4, backgroundProcess: 255 },
      { dataType: "ep", typeOfGeneratingProcess: 5, backgroundProcess: 255 },
      { dataType: "ep", typeOfGeneratingProcess: 194, backgroundProcess: 40 },
    ]);
  });
});
