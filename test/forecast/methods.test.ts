import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cellCount, fieldOf, type State, VARIABLES, type ValidTime } from "../../src/core/index.ts";
import { type ForecastMethod, openRun } from "../../src/forecast/index.ts";
import { readRun } from "../../src/run/index.ts";
import { parseTrainConfig, train } from "../../src/train/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { memoryArchive } from "../memory-archive.ts";

const archive = memoryArchive();
const folder = scratchFolder("methods");
const NET = "network: { patch: 1, widths: [8], blocksPerLevel: 1, norm: cell }, epochs: 1, stepsPerEpoch: 3, batch: 2";
const COMMON = "forcings: [hour], periodic: true, firstGuess: mean-wind, domainMeans: true";
const CONFIGS = {
  def: `{ ${COMMON}, method: def, forecaster: { ${NET} }, tuning: { epochs: 1, stepsPerEpoch: 2, batch: 1, steps: 2 }, denoiser: { ${NET} } }`,
  ddpm: `{ ${COMMON}, method: ddpm, denoiser: { ${NET}, minSnr: true } }`,
  residual: `{ ${COMMON}, rimCells: 1, method: residual, forecaster: { ${NET} }, denoiser: { ${NET} } }`,
  crps: `{ ${COMMON}, method: crps, generator: { ${NET}, noisePlanes: 2, scales: [2, 4] } }`,
  deterministic: `{ ${COMMON}, method: deterministic, forecaster: { ${NET} } }`,
};
type Name = keyof typeof CONFIGS;
const names = Object.keys(CONFIGS) as Name[];
const time = archive.times[10];

const trained = (name: Name, run = name as string, config = CONFIGS[name]): Promise<unknown> =>
  train({
    archive,
    config: parseTrainConfig(config, name),
    run: join(folder, run),
    resume: false,
    threads: 1,
    report: () => {},
  });

describe("every method, trained and run by the same functions", () => {
  const methods = new Map<Name, ForecastMethod>();
  let initial: State;
  beforeAll(async () => {
    initial = await archive.readState(time);
    for (const name of names) {
      await trained(name);
      methods.set(name, await openRun(join(folder, name), { seed: 1 }, 1));
    }
  }, 60_000);
  afterAll(async () => {
    for (const method of methods.values()) await method.close();
  });

  it.each(names)("%s gives a possible state, the same for the same member, another for another", async (name) => {
    const { forecast, stepHours, space, splits } = methods.get(name) as ForecastMethod;
    expect(splits, "what it has learnt from").toEqual(archive.splits);
    const step = (member: number): { member: number; leadHours: number; time: ValidTime } => ({
      member,
      leadHours: stepHours,
      time,
    });
    const before = initial.slice();
    const [zero, one] = await forecast([initial, initial], [step(0), step(1)]);
    const [again] = await forecast([initial], [step(0)]);
    expect(initial, "left as it was").toEqual(before);
    expect(again).toEqual(zero);
    if (name === "deterministic") expect(one).toEqual(zero);
    else expect(one).not.toEqual(zero);
    const cells = cellCount(space.grid);
    for (const [at, channel] of space.channels.entries()) {
      const [low, high] = VARIABLES[channel].hardRange;
      for (const value of zero.subarray(at * cells, (at + 1) * cells)) {
        expect(value >= low && value <= high, `${channel} ${value}`).toBe(true);
      }
    }
  });

  it("refuses a dial the method does not have, and more solver steps than its schedule", async () => {
    const open = (name: Name, dial: object): Promise<unknown> => openRun(join(folder, name), { seed: 1, ...dial }, 1);
    await expect(open("crps", { samplerSteps: 5 })).rejects.toThrow("--steps: expected no such dial");
    await expect(open("residual", { walks: 2 })).rejects.toThrow("--walks: expected no such dial");
    await expect(open("deterministic", { noiseScale: 2 })).rejects.toThrow("--noise-scale: expected no such dial");
    await expect(open("def", { noisePersistence: 0.9 })).rejects.toThrow("--noise-persistence: expected no such dial");
    await expect(open("def", { samplerSteps: 1000 })).rejects.toThrow("fewer than the 1000");
  });

  it("crps: without noise all members are one, and with more of it they lie further apart", async () => {
    const apart = async (noiseScale: number): Promise<number> => {
      const method = await openRun(join(folder, "crps"), { seed: 1, noiseScale }, 1);
      const steps = [0, 1].map((member) => ({ member, leadHours: 1, time }));
      const [one, other] = await method.forecast([initial, initial], steps);
      await method.close();
      return one.reduce((sum, value, i) => sum + Math.abs(value - other[i]), 0);
    };
    expect(await apart(0)).toBe(0);
    expect(await apart(2)).toBeGreaterThan(1.2 * (await apart(1)));
  });

  it("def: members whose moments are drawn differ in the means of their fields, by what the line missed", async () => {
    await trained("def", "moments", CONFIGS.def.replace("{ ", "{ normalization: field, "));
    const cells = cellCount(archive.grid);
    const meansOf = async (momentNoise: number, members: number): Promise<number[]> => {
      const method = await openRun(join(folder, "moments"), { seed: 1, guidanceScale: 1, momentNoise }, 1);
      const steps = Array.from({ length: members }, (_, member) => ({ member, leadHours: 1, time }));
      const states = await method.forecast(
        steps.map(() => initial),
        steps,
      );
      await method.close();
      const t2m = archive.channels.indexOf("t2m");
      return states.map((state) => fieldOf(state, t2m, cells).reduce((sum, value) => sum + value, 0) / cells);
    };
    const spread = (means: readonly number[]): number => {
      const center = means.reduce((sum, mean) => sum + mean, 0) / means.length;
      return Math.sqrt(means.reduce((sum, mean) => sum + (mean - center) ** 2, 0) / (means.length - 1));
    };
    const missed = readRun(join(folder, "moments")).momentTendency?.[archive.channels.indexOf("t2m")].mean.deviation;
    // The shape of each member is perturbed too, but standardised: its mean is the line's.
    expect(spread(await meansOf(0, 4))).toBeLessThan(1e-3);
    const ratio = spread(await meansOf(1, 40)) / (missed as number);
    // 40 draws: four standard errors of a deviation are 0.45.
    expect(ratio).toBeGreaterThan(0.55);
    expect(ratio).toBeLessThan(1.45);
    expect(await meansOf(1, 2)).toEqual((await meansOf(1, 3)).slice(0, 2));
  });

  it("def: draws no moments where none were learnt", async () => {
    await expect(openRun(join(folder, "def"), { seed: 1, momentNoise: 1 }, 1)).rejects.toThrow(
      "--moment-noise: expected 0, or a run with normalization field",
    );
  });

  it("refuses a rollout through a first guess before anything is trained on it", async () => {
    const free = CONFIGS.def.replace("steps: 2 }", "steps: 2, from: forecast }");
    await expect(trained("def", "free", free)).rejects.toThrow("tuning.from: expected truth");
  });

  it("tunes G on a true rollout where there is no first guess", async () => {
    const free = CONFIGS.def.replace("steps: 2 }", "steps: 2, from: forecast }").replace("mean-wind", "none");
    await trained("def", "rollout", free);
    const method = await openRun(join(folder, "rollout"), { seed: 1 }, 1);
    await method.close();
    expect(method.title).toBe("DEF, s = 0.5, K = 1, 10 steps");
  });

  it("stops before the first step on hours that hold a NaN, a grid without a wind, or too few hours", async () => {
    const broken: typeof archive = {
      ...archive,
      readState: async (at) => {
        const state = (await archive.readState(at)).slice();
        state[7] = Number.NaN;
        return state;
      },
    };
    const config = parseTrainConfig(CONFIGS.crps, "crps");
    const options = { config, resume: false, threads: 1, report: () => {} };
    await expect(train({ ...options, archive: broken, run: join(folder, "nan") })).rejects.toThrow(
      /2024-\d\d-\d\dT\d\d:00:00Z refc cell 7: expected a finite value in an hour that is marked whole, got NaN/,
    );
    const calm = parseTrainConfig(CONFIGS.crps.replace("{ ", "{ channels: [t2m, refc], "), "crps");
    await expect(train({ ...options, archive, config: calm, run: join(folder, "calm") })).rejects.toThrow(
      "firstGuess: expected channels u10 and v10",
    );
    const few: typeof archive = { ...archive, times: archive.times.slice(0, 2) };
    await expect(train({ ...options, archive: few, run: join(folder, "few") })).rejects.toThrow(
      "expected whole hours 1 h apart",
    );
    const lacking: typeof archive = { ...archive, channels: ["t2m"] };
    const wanted = parseTrainConfig("{ channels: [cape] }", "wanted");
    await expect(train({ ...options, archive: lacking, config: wanted, run: join(folder, "lack") })).rejects.toThrow(
      "expected channels cape, got t2m",
    );
  });
});
