import { beforeAll, describe, expect, it } from "vitest";
import { pairsAt } from "../../src/archive/index.ts";
import { cellCount, type State, type ValidTime } from "../../src/core/index.ts";
import { linearSchedule, noiseLevel } from "../../src/diffusion/index.ts";

import { describeRun } from "../../src/train/begin-run.ts";
import { parseTrainConfig } from "../../src/train/index.ts";
import { denoiserObjective } from "../../src/train/objectives/denoiser.ts";
import { stateReader } from "../../src/train/states.ts";
import { memoryArchive } from "../memory-archive.ts";

const archive = memoryArchive();
const network = "{ patch: 1, widths: [8], blocksPerLevel: 1, groups: 4 }";
const trainConfig = parseTrainConfig(`{ forcings: [], denoiser: { batch: 4, network: ${network} } }`, "test");
if (trainConfig.method !== "def") throw new Error("DEF is the default method");
const { denoiser: config } = trainConfig;
const run = await describeRun(archive, trainConfig);
const readState = stateReader(archive, run);
const cells = cellCount(run.grid);
const size = run.channels.length * cells;

/** A stand-in for G that can be told from any analysis. */
const modelOutput = async (time: ValidTime): Promise<State> =>
  (await readState(time)).values.map((value) => value + 1000);

interface Sample {
  readonly kind: "null" | "analysis" | "model output";
  readonly timestep: number;
}

describe("DEF's denoiser is trained as its authors trained theirs", () => {
  const objective = denoiserObjective(
    { archive, run, statics: {}, seed: 5, readState },
    { config, rimCells: 0, modelOutput },
  );
  const samples: Sample[] = [];
  const schedule = linearSchedule();
  let worst = 0;
  beforeAll(async () => {
    const analyses = await Promise.all(
      pairsAt(archive, "train", 0).map(async (time) => (await readState(time)).values),
    );
    for (let first = 0; first < 2000; first += 4) {
      const { condition, noisy, noise, timestep } = await objective.trainingBatch(first);
      for (let at = 0; at < 4; at++) {
        const [c, x, eps] = [condition, noisy, noise].map((all) => all.subarray(at * size, (at + 1) * size));
        const { alpha, sigma } = noiseLevel(schedule, timestep[at]);
        const target = x.map((value, i) => (value - sigma * eps[i]) / alpha);
        const isNull = c.every((value) => value === 0);
        // Told apart by a cell of temperature: reflectivity is at its floor in many hours.
        const clean = isNull ? analyses.find((state) => Math.abs(state[cells] - target[cells]) * alpha < 1e-5) : c;
        for (let i = 0; i < size; i += 37)
          worst = Math.max(worst, Math.abs((clean?.[i] ?? Number.NaN) - target[i]) * alpha);
        if (isNull && clean === undefined) worst = Number.POSITIVE_INFINITY;
        samples.push({ kind: isNull ? "null" : c[0] > 500 ? "model output" : "analysis", timestep: timestep[at] });
      }
    }
  });

  it("the clean target and the condition are one field; without condition it is an analysis", () => {
    // Two float32 roundings of a state of up to 1000: 1e-4.
    expect(worst).toBeLessThan(2e-4);
  });

  it("10 % null, 45 % analyses, 45 % model output", () => {
    const share = (kind: Sample["kind"]): number =>
      samples.filter((sample) => sample.kind === kind).length / samples.length;
    // 5 standard errors of a share p of 2000 draws
    for (const [kind, p] of [
      ["null", 0.1],
      ["analysis", 0.45],
      ["model output", 0.45],
    ] as const) {
      expect(Math.abs(share(kind) - p), kind).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / samples.length));
    }
  });

  it("time steps are uniform over 0 … 999", () => {
    const mean = samples.reduce((sum, { timestep }) => sum + timestep, 0) / samples.length;
    expect(Math.abs(mean - 499.5)).toBeLessThan((5 * 1000) / Math.sqrt(12 * samples.length));
    expect(Math.min(...samples.map(({ timestep }) => timestep))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...samples.map(({ timestep }) => timestep))).toBeLessThanOrEqual(999);
  });

  it("sample n is the same whenever it is asked for", async () => {
    const other = denoiserObjective(
      { archive, run, statics: {}, seed: 5, readState },
      { config, rimCells: 0, modelOutput },
    );
    expect(await other.trainingBatch(96)).toEqual(await objective.trainingBatch(96));
  });

  it("validation draws are their own and always the same", async () => {
    const once = await objective.validationBatch(0);
    expect(await objective.validationBatch(0)).toEqual(once);
    expect(once["noise"]).not.toEqual((await objective.trainingBatch(0))["noise"]);
  });
});
