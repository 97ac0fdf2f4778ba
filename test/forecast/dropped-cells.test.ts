import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createArchive, openArchive } from "../../src/archive/index.ts";
import type { InitTime } from "../../src/core/index.ts";
import {
  archiveTruth,
  commonVariables,
  evaluate,
  numbersOf,
  PROTOCOLS,
  persistenceOf,
} from "../../src/evaluation/index.ts";
import { type ForecastMethod, makeForecast, openBaseline, openForecast } from "../../src/forecast/index.ts";
import { openFolder } from "../../src/zarr/index.ts";
import { CELLS, describeHours, hour, hoursOf, range, SPACE } from "../archive/example.ts";
import { scratchFolder } from "../cli/scratch.ts";

const folder = scratchFolder("dropped-cells");
const GAP = CELLS + 30;
const initTime = hour(2) as number as InitTime;
const request = { initTime, members: 1, lastLeadHours: 2, seed: 1 };

/** As a network is: it takes numbers alone, and says what it was given. */
const seen: Float32Array[] = [];
const network: ForecastMethod = {
  title: "as a network",
  space: SPACE,
  stepHours: 1,
  provenance: {},
  splits: [],
  forecast: async (states) => {
    seen.push(...states);
    return [...states];
  },
  batch: 1,
  close: async () => {},
};

describe("a forecast from an analysis with a cell that dropped out", async () => {
  const path = join(folder, "x.zarr");
  // The dew point of hour 2 and of hour 4 lack cell 30.
  const spoil = (state: Float32Array, at: number): void => {
    if (at === 2 || at === 4) state[GAP] = 192.12;
  };
  await createArchive(path, describeHours(40), hoursOf(range(40), spoil));
  const archive = await openArchive(path);

  it("starts a network from numbers, counts those it made up, and keeps what is missing missing", async () => {
    const out = join(folder, "network.zarr");
    await makeForecast(network, archive, { ...request, out }, () => {});
    expect(seen[0].every(Number.isFinite)).toBe(true);
    const forecast = await openForecast(out);
    expect((await forecast.readInitial("d2m"))[30]).toBeNaN();
    expect((await forecast.readMember(0, 1, "d2m")).every(Number.isFinite)).toBe(true);
    const { updraft } = (await openFolder(out)).attributes as { updraft: { provenance: unknown } };
    expect(updraft.provenance).toMatchObject({ filledCells: 1 });
  });

  it("of a baseline hands on what is missing: the analysis it keeps, and the hours it draws", async () => {
    for (const name of ["persistence", "climatology"] as const) {
      const method = await openBaseline(name, archive, { seed: 1, initTime, lastLeadHours: 2 });
      await makeForecast(method, archive, { ...request, out: join(folder, `${name}.zarr`) }, () => {});
    }
    const persisted = await openForecast(join(folder, "persistence.zarr"));
    expect((await persisted.readMember(0, 2, "d2m"))[30]).toBeNaN();
    expect((await persisted.readMember(0, 2, "t2m")).every(Number.isFinite)).toBe(true);
    // Of the training hours there is one at 04 UTC, and its cell is missing.
    const drawn = await openForecast(join(folder, "climatology.zarr"));
    expect((await drawn.readMember(0, 2, "d2m"))[30]).toBeNaN();
  });

  it("is judged where the truth has a value, and nowhere else", async () => {
    const forecast = await openForecast(join(folder, "network.zarr"));
    const truth = archiveTruth(archive);
    expect(truth.refusal(hour(4))).toBeUndefined();
    const own = { kind: "ensemble", name: "network", forecasts: [{ path: "network.zarr", forecast }] } as const;
    for (const systems of [[own], [own, persistenceOf(own)]]) {
      expect(commonVariables(systems, truth)).toContain("d2m");
      const evaluation = await evaluate({ systems, truth, variables: ["d2m", "t2m"], protocol: PROTOCOLS.native });
      const { values } = numbersOf(evaluation, truth);
      const cellsOf = (variable: string, leadHours: number): number | undefined =>
        values.find((row) => row.variable === variable && row.leadHours === leadHours)?.cells;
      // +1 h: the truth has all; with persistence, which never knew cell 30, all are judged without it.
      expect(cellsOf("d2m", 1)).toBe(systems.length === 1 ? CELLS : CELLS - 1);
      expect(cellsOf("d2m", 2)).toBe(CELLS - 1);
      expect(cellsOf("t2m", 2)).toBe(CELLS);
    }
  });
});
