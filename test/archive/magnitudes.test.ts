import { readFileSync } from "node:fs";
import { join } from "node:path";
import { File, ready } from "h5wasm/node";
import { beforeAll, expect, it } from "vitest";
import { channelStatistics, momentsOf } from "../../src/archive/statistics.ts";
import { VARIABLES, type VariableName } from "../../src/core/index.ts";
import { decodeValues, fieldsOf, scanMessages } from "../../src/grib2/index.ts";
import { describeWithData } from "../shared-data.ts";

/** Rows of NOAA HRRRCast's normalization file: mean, std, min, max over years of HRRR. CAPE is ln(1 + x), CIN sign(x) ln(1 + |x|). */
const CLIMATE: Readonly<Partial<Record<VariableName, string>>> = {
  refc: "REFC",
  t2m: "T2M",
  d2m: "D2M",
  u10: "UGRD10M",
  v10: "VGRD10M",
  cape: "CAPE",
  cin: "CIN",
};

describeWithData("statistics of full HRRR", (data) => {
  const climate = new Map<VariableName, readonly number[]>();
  beforeAll(async () => {
    await ready;
    const file = new File(join(data, "hrrr_stats", "HRRRCast_normalize-stats.nc"), "r");
    for (const [name, dataset] of Object.entries(CLIMATE)) {
      climate.set(name as VariableName, [
        ...((file.get(dataset) as { value: ArrayLike<number> }).value as Float32Array),
      ]);
    }
    file.close();
  });

  /** The first field of a file that holds one field of the variable on the whole grid. */
  function statisticsOf(name: string, variable: VariableName): ReturnType<typeof channelStatistics> {
    for (const part of scanMessages(readFileSync(join(data, "hrrr", name)), name)) {
      if (part.kind !== "message") continue;
      return channelStatistics(variable, momentsOf(decodeValues(fieldsOf(part)[0]), VARIABLES[variable].transform));
    }
    throw new Error(`no message in ${name}`);
  }

  /**
   * One hour is weather and not climate, so these are magnitudes: its mean lies within two of the climate's standard deviations, its
   * spread within a factor of two of the climate's. Surface temperature stands for 2 m temperature, of which no full field is at hand.
   * The climate's reflectivity is clipped at 0 dBZ where ours keeps -10, so ours spreads more and its mean is lower.
   */
  it.each([
    ["hrrr.t06z.wrfsfcf01-UGRD.grib2", "u10"],
    ["hrrr.t06z.wrfsfcf01-TMP.grib2", "t2m"],
    ["dpt2m.grib2", "d2m"],
    ["noaa-hrrr-conus-lambert-refc.grib2", "refc"],
    ["hrrr.t11z.wrfsfcf12.grib2", "refc"],
  ] as const)("%s has the magnitudes of HRRRCast's %s", (file, variable) => {
    const ours = statisticsOf(file, variable);
    const [mean, std, min, max] = climate.get(variable) as readonly number[];
    const floorShift = variable === "refc" ? 10 : 0;
    expect(Math.abs(ours.mean - mean)).toBeLessThan(2 * std + floorShift);
    expect(ours.std / std).toBeGreaterThan(0.5);
    expect(ours.std / std).toBeLessThan(2);
    expect(ours.physicalMin).toBeGreaterThanOrEqual(min - floorShift - 0.5);
    expect(ours.physicalMax).toBeLessThanOrEqual(max + 0.5);
  });

  it("bend CAPE and CIN as HRRRCast does: the climate's extremes are energies", () => {
    // expm1(9.14) = 9,320 J/kg and -expm1(8.03) = -3,060 J/kg: impossible numbers under any other transform.
    const [cape, cin] = [climate.get("cape"), climate.get("cin")] as (readonly number[])[];
    expect(Math.expm1(cape[3])).toBeGreaterThan(8000);
    expect(Math.expm1(cape[3])).toBeLessThan(VARIABLES.cape.hardRange[1]);
    expect(-Math.expm1(-cin[2])).toBeGreaterThan(-4000);
    expect(-Math.expm1(-cin[2])).toBeLessThan(-1000);
  });

  it("lie within the hard ranges of all variables but CIN, whose climate goes 2 % beyond", () => {
    for (const variable of ["t2m", "d2m", "u10", "v10"] as const) {
      const [, , min, max] = climate.get(variable) as readonly number[];
      expect(min).toBeGreaterThan(VARIABLES[variable].hardRange[0]);
      expect(max).toBeLessThan(VARIABLES[variable].hardRange[1]);
    }
  });
});
