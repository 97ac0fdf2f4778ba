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
  neighborhoodEnsembleProbability,
  percentiles,
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
});
