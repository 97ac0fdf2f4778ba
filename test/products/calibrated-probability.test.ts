/** Calibrated probabilities in fields, pictures and files: what they are, and that what is not calibrated says so. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as h5wasm from "h5wasm/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Field } from "../../src/core/index.ts";
import { decodeValues, fieldsOf, scanMessages } from "../../src/grib2/index.ts";
import { exportGrib2, exportNetcdf } from "../../src/products/export/index.ts";
import {
  accumulateExceedance,
  eventOfThreshold,
  HREF_NEARNESS,
  SPC_NEARNESS,
  shownNearby,
  shownProbability,
  threshold,
  WITHIN_40_KM,
} from "../../src/products/index.ts";
import { drawEnsembleMaps } from "../../src/products/map/index.ts";
import { calibrateField, eventCalibration, type FittedEvent } from "../../src/recalibration/index.ts";
import { sampleCalibration } from "./sample-calibration.ts";
import { SAMPLE_GRID, sampleEnsemble } from "./sample-ensemble.ts";

const CELLS = SAMPLE_GRID.nx * SAMPLE_GRID.ny;
const [REFC40, REFC50] = [40, 50].map((value) => threshold("refc", value));
const ensemble = sampleEnsemble();
const calibration = sampleCalibration();
const fit = eventCalibration(calibration, { quantity: "refc", direction: "atLeast", threshold: 40 }, 6) as FittedEvent;
const table = fit.calibrated;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "updraft-calibrated-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Fraction of members, at 6 h. */
async function shares(): Promise<Field> {
  const exceedance = accumulateExceedance(CELLS, [REFC40]);
  for (let member = 0; member < 8; member++) exceedance.add(await ensemble.readMember(member, 6, "refc"));
  return exceedance.finish()[0].probability;
}

describe("a calibrated field", () => {
  it("holds what followed each share, keeps gaps, and counts what lies beyond the fit", () => {
    const { probability, beyond } = calibrateField(Float32Array.of(0, 1 / 8, 1, Number.NaN, 3 / 8), fit);
    expect([...probability]).toEqual([table[0], table[1], table[8], Number.NaN, table[3]].map(Math.fround));
    // 8 of 8 was never seen.
    expect(beyond).toBe(1);
    expect(table[7]).toBeLessThan(0.7);
  });

  it("refuses what is no share of that many members", () => {
    expect(() => calibrateField(Float32Array.of(0.3), fit)).toThrow("no share of 8 members");
    expect(() => calibrateField(Float32Array.of(9 / 8), fit)).toThrow("no share of 8 members");
  });

  it("is of the event that is meant, up to the rounding of a threshold, and of no other", () => {
    const asked = { quantity: "refc", direction: "atLeast", threshold: 40.004 } as const;
    expect(eventCalibration(calibration, asked, 6)).toBe(fit);
    for (const other of [{ ...asked, threshold: 40.01 }, { ...asked, direction: "atMost" } as const]) {
      expect(eventCalibration(calibration, other, 6)).toHaveProperty("why");
    }
    expect(eventCalibration(calibration, asked, 1)).toHaveProperty("why");
  });

  it("is of a neighborhood only where it is a share of members within a distance", () => {
    const nearby = { threshold: REFC40, memberCount: 8, probability: Float32Array.of(0.5), nearness: WITHIN_40_KM };
    const near = eventCalibration(calibration, { ...eventOfThreshold(REFC40), withinKm: 40 }, 6) as FittedEvent;
    expect(shownNearby(nearby, { leadHours: 6 }, calibration).probability[0]).toBe(Math.fround(near.calibrated[4]));
    expect(near.calibrated[4]).not.toBe(table[4]);
    for (const nearness of [HREF_NEARNESS, SPC_NEARNESS, { ...WITHIN_40_KM, radiusKm: 20 }]) {
      const shown = shownNearby({ ...nearby, nearness }, { leadHours: 6 }, calibration);
      expect(shown).toMatchObject({ calibrated: false, words: "NMEP (M=8), not calibrated" });
    }
    expect(shownNearby(nearby, { leadHours: 6 }).words).toBe("NMEP (M=8)");
  });

  it("stays a share, and says why, where there is no fit or the event is another", async () => {
    const exceeded = { threshold: REFC40, memberCount: 8, probability: await shares(), missing: 0 };
    const raw = shownProbability(exceeded, { leadHours: 6 });
    expect(raw.words).toBe("fraction of members (M=8)");
    const other = shownProbability(exceeded, { leadHours: 1 }, calibration);
    expect(other).toMatchObject({ calibrated: false, words: "fraction of members (M=8), not calibrated" });
    expect(other.probability).toBe(exceeded.probability);
    const since = { validTime: 0 as never };
    expect(shownProbability(exceeded, { leadHours: 6, since }, calibration).notes.at(-1)).toContain("another event");
  });
});

describe("maps of calibrated probabilities", () => {
  it("say so in title, name and text, with cases; and what is not calibrated says that", async () => {
    const maps = await drawEnsembleMaps(ensemble, folder, {
      leads: [6],
      quantities: ["refc"],
      products: ["probability", "neighborhood", "joint"],
      thresholds: { refc: [REFC40, REFC50] },
      calibration,
    });
    const [first, ...rest] = maps;
    const [nearby, ...others] = rest.toSorted(
      (a, b) => Number(b.title.includes("(beta")) - Number(a.title.includes("(beta")),
    );
    expect(nearby).toMatchObject({
      path: "08_neighborhood_probability/refc_ge40_nmep_40km_calibrated_f006.png",
      title: "P(Composite reflectivity >= 40 dBZ within 40 km) [%], NMEP, calibrated (beta, 20 cases, M=8)",
    });
    expect(first).toMatchObject({
      path: "04_probability_maps/refc_ge40_calibrated_f006.png",
      title: "P(Composite reflectivity >= 40 dBZ) [%], calibrated (beta, 20 cases, M=8)",
    });
    expect(first.summary?.maximum).toBeCloseTo(table[8], 6);
    expect(first.summary?.minimum).toBeCloseTo(table[0], 6);
    expect(others).toHaveLength(8);
    for (const { title, path } of others) {
      expect(title).toContain(", not calibrated");
      expect(path).not.toContain("calibrated");
    }
    const text = (path: string): string => readFileSync(join(folder, path.replace(".png", ".txt")), "utf8");
    expect(text(first.path)).toContain("calibrated (beta, 20 cases, M=8).");
    expect(text(first.path)).toContain("weight 0.90; the rest is their share.");
    expect(text(first.path)).toContain(
      "Learnt from 20 cases of the validation split, 12 of them with the event, in 300 of 10000 cells.",
    );
    expect(text(first.path)).toMatch(
      /\n\d+ cells with more than 7 of 8 members are extrapolated: the fit has not seen them\./,
    );
    expect(text("04_probability_maps/refc_ge50_f006.png")).toContain(
      "Not calibrated: 9 of 10000 cells with it, needs 30",
    );
  });

  it("need a probability to calibrate", async () => {
    const drawn = drawEnsembleMaps(ensemble, folder, {
      leads: [6],
      quantities: ["refc"],
      products: ["mean"],
      calibration,
    });
    await expect(drawn).rejects.toThrow("expected probability or neighborhood among them, got mean");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("files of calibrated probabilities", () => {
  const choice = {
    quantities: ["refc"],
    products: ["probability"],
    thresholds: [REFC40, REFC50],
    calibration,
  } as const;

  it("are NetCDF variables of a name of their own, with the basis in words", async () => {
    const path = join(folder, "p.nc");
    await exportNetcdf(ensemble, path, { ...choice, products: ["probability", "nmep"], leadHours: [6] });
    await h5wasm.ready;
    const file = new h5wasm.File(path, "r");
    try {
      const read = (name: string): h5wasm.Dataset => file.get(name) as h5wasm.Dataset;
      const raw = await shares();
      const wanted = raw.map((share) => table[Math.round(8 * share)]);
      expect([...(read("refc_ge40_probability_calibrated").value as Float32Array)]).toEqual([...wanted]);
      expect(read("refc_ge40_probability_calibrated").attrs["comment"].value).toBe(
        "calibrated (beta, 20 cases of the validation split); more than 7 of 8 members are extrapolated: the fit has not seen them; the event at the point",
      );
      expect(read("refc_ge40_nmep_40km_calibrated").attrs["comment"].value).toContain(
        "calibrated (beta, 20 cases of the validation split)",
      );
      expect(read("refc_ge50_nmep_40km").attrs["comment"].value).toContain("share of members, not calibrated");
      expect(read("refc_ge50_probability").attrs["comment"].value).toContain(
        "share of members, not calibrated: at +6 h 9 of 10000 cells with it",
      );
    } finally {
      file.close();
    }
  });

  it("are raw at all leads where one lead has no fit", async () => {
    const path = join(folder, "p.nc");
    await exportNetcdf(ensemble, path, { ...choice, leadHours: [1, 6] });
    await h5wasm.ready;
    const file = new h5wasm.File(path, "r");
    try {
      expect(file.keys()).not.toContain("refc_ge40_probability_calibrated");
      const { value } = (file.get("refc_ge40_probability") as h5wasm.Dataset).attrs["comment"];
      expect(value).toContain("not calibrated: at +1 h this threshold and lead were not asked for");
    } finally {
      file.close();
    }
  });

  it("are GRIB2 messages of calibrated per cent whose note says so", async () => {
    const path = join(folder, "p.grib2");
    await exportGrib2(ensemble, path, { ...choice, leadHours: [6] });
    const bytes = readFileSync(path);
    const [calibrated] = [...scanMessages(bytes, path)].flatMap((item) =>
      item.kind === "message" ? fieldsOf(item) : [],
    );
    const values = decodeValues(calibrated);
    for (const [cell, share] of (await shares()).entries()) {
      // Two decimals of a per cent.
      expect(Math.abs(values[cell] - 100 * table[Math.round(8 * share)])).toBeLessThan(0.0051);
    }
    expect(bytes.toString("latin1")).toContain("calibrated (beta, 20 cases of the validation split)");
    expect(bytes.toString("latin1")).toContain("share of members, not calibrated: at +6 h 9 of 10000 cells");
  });
});
