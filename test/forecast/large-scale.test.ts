/**
 * Networks that are told the large scale: in a world that nothing else foretells they forecast well, follow what they are told of the very time
 * that is asked for, and start nowhere they would have to know what comes.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { LargeScale } from "../../src/archive/index.ts";
import { cellCount, type State, type ValidTime } from "../../src/core/index.ts";
import { type ForecastMethod, makeForecast, openForecast, openRun } from "../../src/forecast/index.ts";
import { largeScaleReader } from "../../src/run/index.ts";
import { askable } from "../../src/train/askable.ts";
import { describeRun, requireSamples } from "../../src/train/begin-run.ts";
import { dryRun, parseTrainConfig, train } from "../../src/train/index.ts";
import { pairStream, seenMaker } from "../../src/train/objectives/samples.ts";
import { stateReader } from "../../src/train/states.ts";
import { openFolder } from "../../src/zarr/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { cycle, cyclesOf, hour, largeScaleArchive, madeUpStore } from "../large-scale-world.ts";

const archive = largeScaleArchive();
const cells = cellCount(archive.grid);
const all = cyclesOf(Array.from({ length: 60 }, (_, k) => k));
const store = madeUpStore(all);
/** The same, 2 K warmer everywhere. */
const warmer = madeUpStore(all, 2);
const folder = scratchFolder("large-scale-forecast");
const COMMON = "normalization: global, forcings: [], largeScale: [t850]";
const NET = "network: { patch: 1, widths: [8], blocksPerLevel: 1, norm: cell }, epochs: 1, stepsPerEpoch: 3, batch: 2";
const LEARNT =
  "network: { patch: 1, widths: [8], blocksPerLevel: 1, norm: cell }, epochs: 1, stepsPerEpoch: 150, batch: 4, learningRate: 5.0e-3";
const METHODS = {
  def: `{ ${COMMON}, method: def, forecaster: { ${NET} }, tuning: { epochs: 1, stepsPerEpoch: 2, batch: 1, steps: 2, from: forecast }, denoiser: { ${NET} } }`,
  ddpm: `{ ${COMMON}, method: ddpm, denoiser: { ${NET} } }`,
  residual: `{ ${COMMON}, anchorSteps: 2, method: residual, forecaster: { ${NET} }, denoiser: { ${NET} } }`,
  crps: `{ ${COMMON}, method: crps, generator: { ${NET}, noisePlanes: 2, scales: [2] } }`,
};
const TOLD = `{ ${COMMON}, method: deterministic, forecaster: { ${LEARNT} } }`;
const UNTOLD = TOLD.replace("[t850]", "[]");

const trained = (name: string, config: string, largeScale?: LargeScale): Promise<unknown> =>
  train({
    archive,
    config: parseTrainConfig(config, name),
    largeScale,
    run: join(folder, name),
    resume: false,
    threads: 1,
    report: () => {},
  });

/** Root mean square difference of two states. */
function distance(a: State, b: State): number {
  return Math.sqrt(a.reduce((sum, value, at) => sum + (value - b[at]) ** 2, 0) / a.length);
}

/** Cells two or more away from the border. */
function interior(state: State): State {
  const { nx, ny } = archive.grid;
  const inside = (cell: number): boolean => {
    const [i, j] = [cell % nx, Math.floor(cell / nx)];
    return i >= 2 && j >= 2 && i < nx - 2 && j < ny - 2;
  };
  return state.filter((_, cell) => inside(cell));
}

describe("what a network learns from", () => {
  it("is told of the later hour, and not of the present one", async () => {
    const run = await describeRun(archive, parseTrainConfig(TOLD, "c.yaml"), store);
    const largeScale = largeScaleReader(run, store);
    const data = { archive, run, statics: {}, seed: 1, readState: stateReader(archive, run), largeScale };
    for (const steps of [1, 3]) {
      const { surroundings } = await seenMaker(data)([hour(7), hour(20)], steps);
      expect(surroundings).toHaveLength(2 * cells);
      for (const [at, k] of [7, 20].entries()) {
        const own = surroundings.subarray(at * cells, (at + 1) * cells);
        expect(own).toEqual(await largeScale.at(hour(k + steps)));
        expect(own).not.toEqual(await largeScale.at(hour(k)));
      }
    }
  });

  it("are pairs whose later hour is known; the others are left out, and none left is refused", async () => {
    const known = [1, 2, 3, 5, 6, 7, 8, 41, 42];
    const holed = madeUpStore(cyclesOf(known));
    const run = await describeRun(archive, parseTrainConfig(TOLD, "c.yaml"), holed);
    const largeScale = largeScaleReader(run, holed);
    const data = { archive, run, statics: {}, seed: 1, readState: stateReader(archive, run), largeScale };
    const stream = pairStream(data, { split: "train", batch: 1, purpose: "test" });
    expect(stream.samples).toBe(7);
    const firsts = new Set<ValidTime>();
    for (let sample = 0; sample < 7; sample++) firsts.add((await stream.at(sample)).times[0]);
    expect([...firsts].sort((a, b) => a - b)).toEqual([0, 1, 2, 4, 5, 6, 7].map(hour));
    expect([0, 1, 2, 3].map((k) => askable({ archive, run, largeScale }, 1, 2)(hour(k)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(() => requireSamples(archive, run, { largeScale, sequenceSteps: 2 })).not.toThrow();
    expect(() => requireSamples(archive, run, { largeScale, sequenceSteps: 3 })).toThrow(
      "memory: expected 4 whole hours 1 h apart, the large scale of the later ones known, in the training and the validation split, got 3 training and 0 validation sequences",
    );
    await expect(trained("nothing", TOLD, madeUpStore(cyclesOf([1, 2])))).rejects.toThrow(
      "the large scale of the later ones known, in the training and the validation split, got 2 training and 0 validation pairs",
    );
    expect(existsSync(join(folder, "nothing"))).toBe(false);
  });

  it("is refused without a store, and a store without need, also by a dry run", async () => {
    await expect(trained("x", TOLD)).rejects.toThrow("--large-scale: expected a store of t850");
    await expect(trained("x", UNTOLD, store)).rejects.toThrow("--large-scale: expected none");
    const config = parseTrainConfig(TOLD, "c.yaml");
    await expect(dryRun({ archive, config, threads: 1 })).rejects.toThrow("--large-scale: expected a store of t850");
    expect((await dryRun({ archive, config, largeScale: store, threads: 1 })).stages).toHaveLength(1);
  });

  it("is named by names that are known, a wind by both of its components", () => {
    const parse = (names: string) => (): unknown => parseTrainConfig(`largeScale: ${names}\n`, "c.yaml");
    expect(parse("[z500, u500, v500, pwat]")).not.toThrow();
    expect(parse("[z500, z500]")).toThrow("c.yaml largeScale: expected distinct names");
    expect(parse("[z500, u500, v850]")).toThrow("expected both components of a wind, u500 with v500");
    expect(parse("[z501]")).toThrow("c.yaml largeScale.0");
    expect(parseTrainConfig("", "c.yaml").largeScale).toEqual([]);
  });
});

describe("a forecast that is told the large scale", () => {
  const initTime = cycle(48);
  const open = (name: string): Promise<ForecastMethod> => openRun(join(folder, name), { seed: 1 }, 1);
  let made = 0;

  async function forecast(name: string, given: LargeScale | undefined, init = initTime, leads = 6): Promise<State[]> {
    const out = join(folder, `${made++}.zarr`);
    const method = await open(name);
    try {
      await makeForecast(
        method,
        archive,
        { initTime: init, members: 1, lastLeadHours: leads, out, seed: 1, largeScale: given },
        () => {},
      );
    } catch (error) {
      expect(existsSync(out) || existsSync(`${out}.partial`), "made before it was refused").toBe(false);
      throw error;
    } finally {
      await method.close();
    }
    const stored = await openForecast(out);
    return Promise.all(stored.leadHours.map((lead) => stored.readMember(0, lead, "t2m")));
  }

  beforeAll(async () => {
    await trained("told", TOLD, store);
    await trained("untold", UNTOLD);
  }, 60_000);

  it("knows what no state tells", async () => {
    const errors = async (states: readonly State[]): Promise<number> => {
      const squares = await Promise.all(
        states.map(async (state, k) => distance(state, await archive.readState(hour(49 + k))) ** 2),
      );
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
    };
    const [told, untold] = [
      await errors(await forecast("told", store)),
      await errors(await forecast("untold", undefined)),
    ];
    expect(untold).toBeGreaterThan(2.5);
    expect(told).toBeLessThan(0.3 * untold);
  });

  it("moves in the interior when the large scale is moved, by about as much, at every lead", async () => {
    const before = await forecast("told", store);
    const after = await forecast("told", warmer);
    for (const [k, state] of after.entries()) {
      const moved = interior(state).map((value, at) => value - interior(before[k])[at]);
      const mean = moved.reduce((sum, value) => sum + value, 0) / moved.length;
      expect(mean, `lead ${k + 1}`).toBeGreaterThan(1.3);
      expect(mean, `lead ${k + 1}`).toBeLessThan(2.7);
    }
  });

  it("asks for the valid time of each lead, and of no other", async () => {
    const asked: ValidTime[] = [];
    const spy: LargeScale = {
      ...store,
      readField: (entry, name) => {
        asked.push(entry.validTime);
        expect(entry.initTime).toBe(initTime);
        return store.readField(entry, name);
      },
    };
    await forecast("told", spy, initTime, 5);
    expect(asked).toEqual([49, 50, 51, 52, 53].map(hour));
  });

  it("takes no cycle after the init time: an older one that is there, or it is refused before anything is made", async () => {
    const used: number[] = [];
    const spy: LargeScale = {
      ...store,
      readField: (entry, name) => {
        used.push((entry.initTime - hour(0)) / 3600);
        return store.readField(entry, name);
      },
    };
    // 51 and 52 are foretold by cycle 48, 54 and 55 by 54, which is not yet out, and by 42.
    await forecast("told", spy, cycle(50), 5);
    expect(used).toEqual([48, 48, 48, 42, 42]);
    await expect(forecast("told", madeUpStore(cyclesOf([51, 52, 53, 54, 55], [0])), cycle(50), 5)).rejects.toThrow(
      "made-up.zarr 2024-05-08 06Z: expected a cycle not after the init time 2024-05-08 02Z, got only cycle 2024-05-08 06Z",
    );
  });

  it("is refused without one of its times, without a store, and where nobody asked for one", async () => {
    await expect(forecast("told", madeUpStore(cyclesOf([49, 50, 52])), initTime, 4)).rejects.toThrow(
      "made-up.zarr 2024-05-08 03Z: expected the large scale, t850, got nothing for that time",
    );
    await expect(forecast("told", undefined)).rejects.toThrow("--large-scale: expected a store of t850");
    await expect(forecast("untold", store)).rejects.toThrow("--large-scale: expected none");
  });

  it("says where it had it from, and of which cycles", async () => {
    await forecast("told", store, cycle(50), 5);
    const { attributes } = await openFolder(join(folder, `${made - 1}.zarr`));
    expect(attributes).toMatchObject({
      updraft: { provenance: { largeScale: "made up", largeScaleCycles: "2024-05-07 18Z to 2024-05-08 00Z" } },
    });
  });

  it.each(Object.keys(METHODS) as (keyof typeof METHODS)[])(
    "%s is trained and forecasts with it, the same twice, and otherwise when told otherwise",
    async (name) => {
      await trained(name, METHODS[name], store);
      const [once, twice] = [await forecast(name, store, initTime, 3), await forecast(name, store, initTime, 3)];
      expect(twice).toEqual(once);
      const other = await forecast(name, warmer, initTime, 3);
      for (const [k, state] of other.entries()) expect(state, `lead ${k + 1}`).not.toEqual(once[k]);
    },
    60_000,
  );
});
