import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { InitTime } from "../../../src/core/index.ts";
import { HRRR_ALASKA_GRID, HRRR_GRID, RequestError, sameGrid, utcSeconds, VARIABLES } from "../../../src/core/index.ts";
import { decodeValues, type EncodedField, encodeMessage, toGrid } from "../../../src/grib2/index.ts";
import { SMALL_GRID } from "../../memory-ensemble.ts";
import { describeWithPeer, runPeer } from "../../peer.ts";
import { describeWithData } from "../../shared-data.ts";
import { onlyField } from "../read.ts";

const INIT = utcSeconds(2018, 7, 22, 12) as InitTime;

/** Twenty values from −10 up, with two gaps. */
function sampleField(overrides: Partial<EncodedField> = {}): EncodedField {
  const values = Float32Array.from({ length: 20 }, (_, cell) => -10 + 3.217 * cell + 0.001 * cell * cell);
  values[3] = Number.NaN;
  values[17] = Number.NaN;
  return {
    grid: SMALL_GRID,
    values,
    decimals: 2,
    parameter: VARIABLES.refc.grib,
    generatingProcess: 4,
    initTime: INIT,
    leadHours: 6,
    note: "experimental",
    ...overrides,
  };
}

const EVENT = { type: "above lower limit", lower: 40, number: 0, total: 20 } as const;
const KINDS: readonly [string, Partial<EncodedField>, number][] = [
  ["plain", {}, 0],
  ["member", { member: 7, memberType: 3, ensembleSize: 20 }, 1],
  ["mean", { derived: 0, ensembleSize: 20 }, 2],
  ["spread", { derived: 4, ensembleSize: 20 }, 2],
  ["probability", { probability: EVENT, generatingProcess: 5 }, 5],
  ["percentile", { percentile: 90 }, 6],
  ["probability in a window", { probability: EVENT, interval: { startLeadHours: 1, process: 2 } }, 9],
  ["percentile in a window", { percentile: 10, interval: { startLeadHours: 1, process: 2 } }, 10],
  ["member in a window", { member: 3, ensembleSize: 5, interval: { startLeadHours: 1, process: 2 } }, 11],
  ["mean in a window", { derived: 0, ensembleSize: 5, interval: { startLeadHours: 1, process: 2 } }, 12],
];

const everywhere = (value: (cell: number) => number): Float32Array =>
  Float32Array.from({ length: 20 }, (_, cell) => value(cell));

/** Fields on the edge of what packing means, and two usual ones. */
const FIELDS: Readonly<Record<string, Float32Array>> = {
  "one value": everywhere(() => 273.1537),
  "zero everywhere": everywhere(() => 0),
  "zero and gaps": everywhere((cell) => (cell % 3 === 0 ? Number.NaN : 0)),
  "one value and gaps": everywhere((cell) => (cell % 3 === 0 ? Number.NaN : -0.25)),
  "one value in one cell": everywhere((cell) => (cell === 13 ? 40.5 : Number.NaN)),
  "nothing but gaps": everywhere(() => Number.NaN),
  "two values less than a step apart": everywhere((cell) => 100 + 0.001 * (cell & 1)),
  "two values one step apart": everywhere((cell) => 0.01 * (cell & 1)),
  "24 bits": everywhere((cell) => (cell - 10) * 15_000),
  "values and gaps": everywhere((cell) => (cell % 5 === 0 ? Number.NaN : -10 + 3.217 * cell)),
  "values without gaps": everywhere((cell) => 250 + 3.217 * cell),
};

/** The largest distance between what was written and what came back; gaps must be gaps. */
function largestError(written: Float32Array, read: ArrayLike<number | null>): number {
  let worst = 0;
  for (const [cell, value] of written.entries()) {
    const back = read[cell] ?? Number.NaN;
    expect(Number.isNaN(back), `gap at ${cell}`).toBe(Number.isNaN(value));
    if (!Number.isNaN(value)) worst = Math.max(worst, Math.abs(back - value));
  }
  return worst;
}

describe("encodeMessage", () => {
  it.each(KINDS)("is read back by our decoder: %s", (_, what, template) => {
    const field = sampleField(what);
    const read = onlyField(encodeMessage(field));
    expect(read.productTemplate).toBe(template);
    expect(read).toMatchObject({ variable: "REFC", levelText: "entire atmosphere", initTime: INIT, leadHours: 6 });
    const { member, derived, percentile, probability, interval } = field;
    expect(read).toMatchObject(
      JSON.parse(JSON.stringify({ member, derived, percentile, probability, interval })) as object,
    );
    expect(sameGrid(toGrid(read.grid), SMALL_GRID)).toBe(true);
    expect(largestError(field.values, decodeValues(read))).toBeLessThanOrEqual(0.005 + 1e-5);
  });

  it.each(Object.entries(FIELDS))("holds %s", (_, values) => {
    const read = decodeValues(onlyField(encodeMessage(sampleField({ values }))));
    const isOneValue = new Set(values.filter((value) => !Number.isNaN(value))).size < 2;
    expect(largestError(values, read)).toBeLessThanOrEqual(isOneValue ? 0 : 0.0126);
  });

  it("scales no constant by tens, which readers undo or do not", () => {
    for (const [name, values] of Object.entries(FIELDS)) {
      const { view } = onlyField(encodeMessage(sampleField({ values }))).packed.representation;
      const isOneValue = new Set(values.filter((value) => !Number.isNaN(value))).size < 2;
      expect(view.getInt16(17), name).toBe(isOneValue ? 0 : 2);
    }
  });

  it.each([
    [{ values: Float32Array.from({ length: 20 }, (_, cell) => cell * 1e6) }, "GRIB2 values"],
    [{ values: new Float32Array(20).fill(Number.POSITIVE_INFINITY) }, "GRIB2 values"],
    [{ probability: { ...EVENT, total: 255 } }, "members"],
    [{ leadHours: 1.00001 }, "a lead of whole seconds"],
  ])("refuses what GRIB2 cannot say %#", (what, text) => {
    expect(() => encodeMessage(sampleField(what))).toThrow(RequestError);
    expect(() => encodeMessage(sampleField(what))).toThrow(text);
  });

  it("keeps leads of minutes", () => {
    expect(onlyField(encodeMessage(sampleField({ leadHours: 0.25 })))).toMatchObject({ timeUnit: 0, leadHours: 0.25 });
  });
});

describeWithData("the grid we write", (data) => {
  it("is octet for octet HRRR's section 3", () => {
    const theirs = readFileSync(join(data, "hrrr_series", "hrrr.20180722", "hrrr.t00z.wrfsfcf01.grib2"));
    const ours = encodeMessage(sampleField({ grid: HRRR_GRID, values: new Float32Array(1059 * 1799) }));
    const at = 16 + 21 + 5 + "experimental".length;
    // HRRR's subset has other points than the whole grid: counts and first point are octets 7-10 and 31-46.
    const shared = (octets: Uint8Array): number[] =>
      [...octets.subarray(0, 81)].filter((_, i) => i < 6 || (i > 9 && i < 30) || i > 45);
    // La1 and Lo1 of the whole grid, conventions of every full HRRR message: 21.138123, 237.280472.
    const view = new DataView(ours.buffer, at);
    expect([view.getUint32(38), view.getUint32(42)]).toEqual([21_138_123, 237_280_472]);
    expect(shared(ours.subarray(at))).toEqual(shared(theirs.subarray(37)));
  });
});

describeWithData("the grid of Alaska we write", (data) => {
  it("is octet for octet that of HRRR over Alaska", () => {
    const theirs = readFileSync(join(data, "hrrr", "noaa-hrrr-alaska-polar-refc.grib2"));
    const ours = encodeMessage(sampleField({ grid: HRRR_ALASKA_GRID, values: new Float32Array(1299 * 919) }));
    const at = 16 + 21 + 5 + "experimental".length;
    expect([...ours.subarray(at, at + 65)]).toEqual([...theirs.subarray(37, 37 + 65)]);
  });
});

describeWithPeer("GRIB2 of ours and ecCodes", () => {
  it("agree on every value and key", () => {
    const folder = mkdtempSync(join(tmpdir(), "updraft-"));
    const fields = KINDS.map(([, what]) => sampleField(what));
    writeFileSync(join(folder, "a.grib2"), Buffer.concat(fields.map(encodeMessage)));
    const keys =
      "productDefinitionTemplateNumber,gridType,Nx,Ny,latitudeOfFirstGridPointInDegrees,longitudeOfFirstGridPointInDegrees,dataDate,dataTime,endStep,parameterCategory,parameterNumber,perturbationNumber,numberOfForecastsInEnsemble,derivedForecast,percentileValue,probabilityType,scaledValueOfLowerLimit,totalNumberOfForecastProbabilities,productionStatusOfProcessedData,shapeOfTheEarth,bitsPerValue,packingType";
    const lines = runPeer("read_grib2.py", [join(folder, "a.grib2"), keys])
      .trim()
      .split("\n");
    expect(lines).toHaveLength(fields.length);
    for (const [at, line] of lines.entries()) {
      const seen = JSON.parse(line);
      const [, what, template] = KINDS[at];
      expect(seen.keys).toMatchObject({
        productDefinitionTemplateNumber: template,
        gridType: "lambert",
        Nx: 5,
        Ny: 4,
        latitudeOfFirstGridPointInDegrees: 35,
        longitudeOfFirstGridPointInDegrees: 262,
        dataDate: 20180722,
        dataTime: 1200,
        endStep: 6,
        parameterCategory: 16,
        parameterNumber: 196,
        productionStatusOfProcessedData: 2,
        shapeOfTheEarth: 6,
        packingType: "grid_simple",
        ...(what.member !== undefined && { perturbationNumber: what.member }),
        ...(what.ensembleSize !== undefined && { numberOfForecastsInEnsemble: what.ensembleSize }),
        ...(what.derived !== undefined && { derivedForecast: what.derived }),
        ...(what.percentile !== undefined && { percentileValue: what.percentile }),
        ...(what.probability !== undefined && {
          probabilityType: 3,
          scaledValueOfLowerLimit: 40,
          totalNumberOfForecastProbabilities: 20,
        }),
      });
      expect(largestError(fields[at].values, seen.values)).toBeLessThanOrEqual(0.005 + 1e-5);
    }
    rmSync(folder, { recursive: true });
  });

  it("agree with GDAL and gribberish on every value, of constant fields and of all-missing ones too", () => {
    const folder = mkdtempSync(join(tmpdir(), "updraft-"));
    const names = Object.keys(FIELDS);
    const messages = names.map((name) => encodeMessage(sampleField({ values: FIELDS[name] })));
    writeFileSync(join(folder, "a.grib2"), Buffer.concat(messages));
    const lines = runPeer("grib2_in_readers.py", [join(folder, "a.grib2")])
      .trim()
      .split("\n");
    expect(lines).toHaveLength(names.length);
    for (const [at, line] of lines.entries()) {
      const ours = decodeValues(onlyField(messages[at]), { precision: "float64" });
      for (const [reader, values] of Object.entries(JSON.parse(line) as Record<string, (number | null)[]>)) {
        // Readers differ in the last bit of a decimal power.
        expect(largestError(Float32Array.from(ours), values), `${names[at]} in ${reader}`).toBeLessThan(0.01);
        expect(largestError(FIELDS[names[at]], values), `${names[at]} in ${reader}`).toBeLessThan(0.0126);
      }
    }
    rmSync(folder, { recursive: true });
  });
});
