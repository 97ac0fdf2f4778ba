/** HREF's and REFS's probabilities by forged files: which event each is of, and that it is judged by that event alone. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HRRR_GRID, type InitTime, type LambertGrid, utcSeconds } from "../../src/core/index.ts";
import {
  type EnsembleSystem,
  evaluate,
  numbersOf,
  PROTOCOLS,
  probabilityFiles,
  type Truth,
} from "../../src/evaluation/index.ts";
import type { CellEvent, NearbyEvent } from "../../src/verify/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { field, identification, type Octets, product, s8, s32, simple, u32 } from "../grib2/forge.ts";

/** The corner of HRRR's grid that forged messages have, 4 × 3 cells; forged init time 2018-07-22 00Z, lead 1 h. */
const grid: LambertGrid = { ...HRRR_GRID, nx: 4, ny: 3 };
const init = utcSeconds(2018, 7, 22) as InitTime;
const here: CellEvent = { kind: "cell", variable: "refc", threshold: 40 };
const near: NearbyEvent = { kind: "nearby", variable: "refc", threshold: 40, radiusKm: 40 };

const NONE = [255, ...u32(0xffffffff)];
interface Style {
  readonly members?: number;
  readonly number?: number;
  readonly levelType?: number;
  readonly leadHours?: number;
  /** All cells have it: a constant field. */
  readonly reference?: number;
  /** Octet 13: NCEP writes 0, we the radius in kilometres. */
  readonly background?: number;
  readonly center?: number;
}

/** Probability of composite reflectivity above 40 dBZ, in percent. */
function refcAbove40(percent: readonly number[], process: number, style: Style = {}): Uint8Array {
  const { members = 10, number = 196, levelType = 10, leadHours = 1, reference, background = 0, center = 7 } = style;
  const headers: number[] = [
    ...product({
      template: 5,
      category: 16,
      number,
      forecastTime: u32(leadHours),
      level: [levelType, ...NONE],
      rest: [0, members, 1, ...NONE, ...s8(0), ...s32(40)] as Octets,
    }),
  ];
  [headers[11], headers[12]] = [process, background];
  const packed =
    reference === undefined
      ? simple([...percent])
      : simple(
          percent.map(() => 0),
          { r: reference, bits: 0 },
        );
  return field(packed, { describe: headers, identify: identification({ center }) });
}

const percents = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 0];
const folder = scratchFolder("probabilities");
function folderWith(name: string, files: Readonly<Record<string, Uint8Array>>): string {
  mkdirSync(join(folder, name));
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, name, file), bytes);
  return join(folder, name);
}
const NAME = "refs.t00z.prob.f01.conus.grib2";

describe("probabilityFiles", () => {
  it("reads percent as shares of the event that the headers say: process 194 is anywhere within 40 km, others here", async () => {
    const nearby = await probabilityFiles("REFS", folderWith("nearby", { [NAME]: refcAbove40(percents, 194) }), grid);
    expect([nearby.covers(init, 1), nearby.covers(init, 2)]).toEqual([true, false]);
    const issued = await nearby.read(init, 1, near);
    expect(Array.from(issued?.probability ?? [], (value) => Math.round(100 * value))).toEqual(percents);
    expect(issued?.memberCount).toBeUndefined();
    for (const other of [here, { ...near, radiusKm: 20 }, { ...near, threshold: 50 }]) {
      expect(await nearby.read(init, 1, other)).toBeUndefined();
    }
    const point = await probabilityFiles("REFS", folderWith("point", { [NAME]: refcAbove40(percents, 2) }), grid);
    expect(await point.read(init, 1, near)).toBeUndefined();
    expect((await point.read(init, 1, here))?.event).toEqual(here);
  });

  it("reads the radius that octet 13 states, as in what we export: 20 km are not judged as 40", async () => {
    const files = Object.fromEntries(
      ([0, 20, 255] as const).map((background, at) => [
        `refs.t00z.prob.f0${at + 1}.conus.grib2`,
        refcAbove40(percents, 194, { background, leadHours: at + 1 }),
      ]),
    );
    const issued = await probabilityFiles("ours", folderWith("radius", files), grid);
    const found = await Promise.all(
      [1, 2, 3].map(async (lead) => (await issued.read(init, lead, near))?.event.radiusKm),
    );
    expect(found).toEqual([40, undefined, 40]);
    expect((await issued.read(init, 2, { ...near, radiusKm: 20 }))?.event.radiusKm).toBe(20);
  });

  it("does not guess what another center's own process 194 is", async () => {
    const made = folderWith("elsewhere", { [NAME]: refcAbove40(percents, 194, { number: 5, center: 54 }) });
    const issued = await probabilityFiles("elsewhere", made, grid);
    expect([await issued.read(init, 1, near), await issued.read(init, 1, here)]).toEqual([undefined, undefined]);
  });

  it("refuses an event twice for one time, and more than 100 %", async () => {
    const twice = folderWith("twice", {
      [NAME]: refcAbove40(percents, 194),
      [`2.${NAME}`]: refcAbove40(percents, 194),
    });
    await expect(probabilityFiles("REFS", twice, grid)).rejects.toThrow(
      "expected refc>=40@40km once for each init time and lead",
    );
    const wrong = await probabilityFiles(
      "REFS",
      folderWith("wrong", { [NAME]: refcAbove40([...percents.slice(1), 130], 194) }),
      grid,
    );
    await expect(wrong.read(init, 1, near)).rejects.toThrow("expected percent in 0..100, got 130");
  });

  it("takes two steps of float32 beyond 100 % for 100 %, and refuses what is truly more", async () => {
    // As GDAL and we unpack REFS's 100 %: 100 + 2⁻¹⁶.
    const dust = Math.fround(100.00001525878906);
    for (const [name, value, expected] of [
      ["dust-above", dust, 1],
      ["dust-below", -7.6e-6, 0],
    ] as const) {
      const made = folderWith(name, { [NAME]: refcAbove40(percents, 194, { reference: value }) });
      const issued = await (await probabilityFiles("REFS", made, grid)).read(init, 1, near);
      expect(issued?.probability[0], name).toBe(expected);
    }
    const beyond = folderWith("beyond", { [NAME]: refcAbove40(percents, 194, { reference: 100.001 }) });
    await expect((await probabilityFiles("REFS", beyond, grid)).read(init, 1, near)).rejects.toThrow(
      /expected percent in 0..100, got 100.00099/,
    );
  });

  it("counts members by lead, as every message says them", async () => {
    const names = Object.fromEntries(
      ([14, 6] as const).map((members, at) => [
        `refs.t00z.prob.f0${at + 1}.conus.grib2`,
        refcAbove40(percents, 194, { members, leadHours: at + 1 }),
      ]),
    );
    const refs = await probabilityFiles("REFS", folderWith("members", names), grid);
    expect([1, 2, 3].map(refs.memberCounts)).toEqual([[14], [6], []]);
  });

  it("finds REFS's reflectivity: WMO's number, and the level NCEP calls a single layer", async () => {
    const made = folderWith("layer", { [NAME]: refcAbove40(percents, 194, { number: 5, levelType: 200 }) });
    expect((await (await probabilityFiles("REFS", made, grid)).read(init, 1, near))?.event).toEqual(near);
  });

  it("is judged beside an ensemble by its own event, and by nothing else", async () => {
    const refs = await probabilityFiles("REFS", folderWith("beside", { [NAME]: refcAbove40(percents, 194) }), grid);
    const storm = Float32Array.from({ length: 12 }, (_, cell) => (cell === 5 ? 45 : -10));
    const forecast = {
      channels: ["refc"] as const,
      grid,
      initTime: init,
      leadHours: [1],
      memberCount: 2,
      synthetic: true,
      method: "test",
      readInitial: async () => storm,
      readMember: async () => storm,
    };
    const ensemble: EnsembleSystem = { kind: "ensemble", name: "ours", forecasts: [{ path: "ours.zarr", forecast }] };
    const truth: Truth = {
      path: "truth",
      source: "test",
      synthetic: true,
      channels: ["refc"],
      grid,
      digest: async () => "made up",
      refusal: () => undefined,
      readField: async () => storm,
    };
    const evaluation = await evaluate({
      systems: [ensemble, refs],
      truth,
      variables: ["refc"],
      protocol: PROTOCOLS.native,
    });
    const { values, events, fractions } = numbersOf(evaluation, truth);
    expect(values.map(({ system }) => system)).toEqual(["ours"]);
    expect(events.filter(({ system }) => system === "REFS").map(({ event }) => event)).toEqual(["refc>=40@40km"]);
    expect(new Set(fractions.filter(({ system }) => system === "REFS").map(({ event }) => event))).toEqual(
      new Set(["refc>=40@40km"]),
    );
    // All twelve cells lie within 40 km of the storm: the event happened everywhere.
    const mean = percents.reduce((sum, percent) => sum + (percent / 100 - 1) ** 2, 0) / 12;
    expect(events.find(({ system }) => system === "REFS")?.brier).toBeCloseTo(mean, 6);
  });
});
