/** What networks are told of the large scale: which cycle, which numbers, of which time, and what is refused. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLargeScale, type LargeScale, openLargeScale } from "../../src/archive/index.ts";
import {
  cellCount,
  cellLocator,
  type Field,
  type LatLonGrid,
  rotateWind,
  type ValidTime,
  windRotation,
} from "../../src/core/index.ts";
import {
  firstGuessPlanes,
  type LargeScaleInput,
  largeScaleReader,
  newestKnown,
  type RunDescription,
  readRun,
  requireKnown,
  requireLargeScale,
  surroundingPlanes,
  surroundingsMaker,
} from "../../src/run/index.ts";
import { beginRun, describeRun } from "../../src/train/begin-run.ts";
import { parseTrainConfig } from "../../src/train/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import {
  AROUND,
  cycle,
  cyclesOf,
  hour,
  largeScaleArchive,
  MADE_UP,
  madeUpFields,
  madeUpStore,
  temperatureAt,
} from "../large-scale-world.ts";

const archive = largeScaleArchive();
const { grid } = archive;
if (grid.kind !== "lambert") throw new Error("a Lambert grid is needed");
const cells = cellCount(grid);
const place = cellLocator(grid);
const all = cyclesOf(Array.from({ length: 60 }, (_, k) => k));
const CONFIG = `{ method: deterministic, normalization: global, forcings: [hour], domainMeans: true, largeScale: [t850] }`;
const described = (store?: LargeScale): Promise<RunDescription> =>
  describeRun(archive, parseTrainConfig(CONFIG, "c.yaml"), store);

/** The value at a place, by the four cells around it. */
function slowBilinear(field: Field, from: LatLonGrid, latitude: number, longitude: number): number {
  const y = (latitude - from.latitude0Degrees) / from.dLatitudeDegrees;
  const x = (longitude - from.longitude0Degrees) / from.dLongitudeDegrees;
  const [j, i] = [Math.floor(y), Math.floor(x)];
  const at = (row: number, column: number): number => field[row * from.nx + column];
  const low = at(j, i) * (1 - (x - i)) + at(j, i + 1) * (x - i);
  const high = at(j + 1, i) * (1 - (x - i)) + at(j + 1, i + 1) * (x - i);
  return low * (1 - (y - j)) + high * (y - j);
}

describe("the planes", () => {
  it("are bilinear, standardised, and winds along the grid's axes", async () => {
    const names = ["u500", "z500", "v500"];
    const rough = (k: number): Field =>
      Float32Array.from({ length: cellCount(AROUND) }, (_, cell) => 10 * Math.sin(1 + k + cell * (1.7 + k)));
    const fields = new Map(names.map((name, k) => [name, rough(k)]));
    const store: LargeScale = {
      ...madeUpStore([]),
      variables: names.map((name) => ({ name, longName: name, units: "1" })),
      entriesAt: (validTime) => [{ index: 0, validTime, initTime: cycle(0), names }],
      readField: async (_, name) => fields.get(name) as Field,
    };
    const moments = names.map((name, k) => ({ name, mean: k - 3, std: k + 2 }));
    const largeScale: LargeScaleInput = {
      variables: moments,
      source: "",
      leadHours: [0, 0],
      hours: 1,
      missingHours: 0,
    };
    const planes = await largeScaleReader({ grid, largeScale }, store).at(hour(0));
    expect(planes).toHaveLength(3 * cells);
    for (let cell = 0; cell < cells; cell++) {
      const { latitudeDegrees, longitudeDegrees } = place(cell % grid.nx, Math.floor(cell / grid.nx));
      const [east, z, north] = names.map((name) =>
        slowBilinear(fields.get(name) as Field, AROUND, latitudeDegrees, longitudeDegrees),
      );
      // Back from the earth's directions: the turn of a wind along the grid, the other way round.
      const turned = rotateWind(east, north, -windRotation(grid, longitudeDegrees));
      for (const [k, value] of [turned.east, z, turned.north].entries()) {
        expect(planes[k * cells + cell]).toBeCloseTo((value - (k - 3)) / (k + 2), 4);
      }
    }
    // It does turn: by 0.05 to 0.13 degrees here.
    expect(Math.abs(windRotation(grid, place(0, 0).longitudeDegrees))).toBeGreaterThan(1e-3);
  });

  it("of a field that is linear in longitude are that field", async () => {
    const run = await described(madeUpStore(all));
    const [{ mean, std }] = run.largeScale?.variables ?? [];
    const planes = await largeScaleReader(run, madeUpStore(all)).at(hour(5));
    for (let cell = 0; cell < cells; cell++) {
      const { longitudeDegrees } = place(cell % grid.nx, Math.floor(cell / grid.nx));
      expect(planes[cell] * std + mean).toBeCloseTo(temperatureAt(hour(5), longitudeDegrees) - 10, 3);
    }
  });

  it("are the same from a store on disk", async () => {
    const path = join(scratchFolder("large-scale-run"), "x.zarr");
    const { variables, source } = madeUpStore([]);
    await createLargeScale(path, { variables, grid: AROUND, source, provenance: MADE_UP }, madeUpFields(all));
    const store = await openLargeScale(path);
    const run = await described(store);
    expect(run).toEqual(await described(madeUpStore(all)));
    const [onDisk, inMemory] = await Promise.all(
      [store, madeUpStore(all)].map((from) => largeScaleReader(run, from, cycle(7)).at(hour(9))),
    );
    expect(onDisk).toEqual(inMemory);
  });

  it("lie between the domain means and the first guess, which stays last", async () => {
    const run = { ...(await described(madeUpStore(all))), firstGuess: "none" as const };
    // Two of the clock, one mean, one of the large scale.
    expect(surroundingPlanes(run)).toBe(4);
    expect(firstGuessPlanes(run)).toBe(0);
    const told = Float32Array.from({ length: cells }, (_, cell) => cell);
    const values = new Float32Array(cells).fill(0.5);
    const planes = surroundingsMaker(run)({ values }, hour(0), 1, told);
    expect(planes.subarray(2 * cells, 3 * cells)).toEqual(values);
    expect(planes.subarray(3 * cells)).toEqual(told);
    expect(() => surroundingsMaker(run)({ values }, hour(0))).toThrow("0 values of the large scale");
  });
});

describe("what may be known", () => {
  const store = madeUpStore(all);
  const at = (time: ValidTime, init?: number): number | undefined =>
    newestKnown(store, ["t850"], time, init === undefined ? undefined : cycle(init))?.initTime;

  it("is the newest cycle in training, and in a forecast the newest that is not after its init time", () => {
    expect(at(hour(20))).toBe(cycle(18));
    expect(at(hour(20), 18)).toBe(cycle(18));
    expect(at(hour(20), 17)).toBe(cycle(6));
    expect(at(hour(20), 5)).toBeUndefined();
    expect(newestKnown(store, ["t850", "z500"], hour(20), undefined)).toBeUndefined();
  });

  it("refuses what knows what comes, and what is not there, naming them", () => {
    const refuse =
      (k: number, init: number, names = ["t850"]) =>
      (): void =>
        requireKnown(store, names, [hour(k - 1), hour(k)], cycle(init));
    expect(refuse(20, 18)).not.toThrow();
    expect(refuse(20, 5)).toThrow(
      "made-up.zarr 2024-05-06 19Z: expected a cycle not after the init time 2024-05-06 05Z, " +
        "got only cycle 2024-05-06 18Z, and a cycle after the init time knows what comes; " +
        "fetch with --lag 14 or more, and make the store again from both",
    );
    expect(refuse(60, 59)).toThrow(
      "made-up.zarr 2024-05-08 12Z: expected the large scale, t850, got nothing for that time; fetch that time",
    );
    expect(refuse(20, 18, ["t850", "z500"])).toThrow("expected the large scale, t850,z500, got only t850");
  });

  it("refuses a store that is not asked for, and asks for one that is", () => {
    expect(requireLargeScale([], grid, undefined)).toBeUndefined();
    expect(requireLargeScale(["t850"], grid, store)).toBe(store);
    expect(() => requireLargeScale([], grid, store)).toThrow(
      "--large-scale: expected none, for networks that are told nothing of the large scale, got made-up.zarr; leave it out",
    );
    expect(() => requireLargeScale(["t850"], grid, undefined)).toThrow(
      "--large-scale: expected a store of t850, which the networks are told, got none; fetch them with",
    );
    expect(() => requireLargeScale(["t850", "pwat"], grid, store)).toThrow("expected fields of t850,pwat, got t850");
    const far = { ...AROUND, latitude0Degrees: -40 };
    expect(() => requireLargeScale(["t850"], grid, { ...store, grid: far })).toThrow(
      "made-up.zarr: expected fields around the domain",
    );
  });
});

describe("a run's description", () => {
  it("says by which numbers, of how old forecasts, and what was missing", async () => {
    const holes = all.filter(({ validTime }) => validTime !== hour(3) && validTime !== hour(4));
    const { largeScale } = await described(madeUpStore(holes));
    // 39 pairs of 40 hours; every later hour but two.
    expect(largeScale).toMatchObject({ source: "made up", leadHours: [0, 5], hours: 37, missingHours: 2 });
    const used = Array.from({ length: 39 }, (_, k) => k + 1).filter((k) => k !== 3 && k !== 4);
    // The cells of the box around the domain, all rows alike: 97.75 W to 97.25 W.
    const values = used.flatMap((k) =>
      [-97.75, -97.5, -97.25].map((longitude) => temperatureAt(hour(k), longitude) - 10 + 0.006 * Math.floor(k / 6)),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(largeScale?.variables[0].mean).toBeCloseTo(mean, 3);
    expect(largeScale?.variables[0].std).toBeCloseTo(std, 3);
  });

  it("is kept in run.json, and absent where networks are told nothing, as in runs of before", async () => {
    const folder = scratchFolder("large-scale-description");
    const [told, untold] = [join(folder, "told"), join(folder, "untold")];
    const config = parseTrainConfig(CONFIG, "c.yaml");
    const run = await described(madeUpStore(all));
    await beginRun(told, run, config, false);
    expect(readRun(told)).toEqual(run);
    const plain = { ...config, largeScale: [] };
    await beginRun(untold, await describeRun(archive, plain), plain, false);
    expect(readRun(untold)).not.toHaveProperty("largeScale");
  });

  it("is refused where a name does not vary, and where no training hour is known", async () => {
    const flat = { ...madeUpStore(all), readField: async () => new Float32Array(cellCount(AROUND)).fill(280) };
    await expect(described(flat)).rejects.toThrow(
      "made-up.zarr t850: expected values that differ over the training hours",
    );
    await expect(described(madeUpStore(cyclesOf([50])))).rejects.toThrow("expected t850 at hours that follow");
    await expect(described()).rejects.toThrow("expected a store of t850, which the networks are told, got none");
    await expect(
      describeRun(archive, parseTrainConfig("{ method: crps }", "c.yaml"), madeUpStore(all)),
    ).rejects.toThrow("leave it out, or train with the key largeScale");
  });
});
