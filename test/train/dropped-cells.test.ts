/** A cell that dropped out (archive/dropouts.ts) is no truth: whatever number a network is fed for it, no loss may depend on it. @module */
import { describe, expect, it } from "vitest";
import type { Archive } from "../../src/archive/index.ts";
import { cellCount, fieldOf, type State } from "../../src/core/index.ts";
import { createSession, emitModel } from "../../src/graph/index.ts";
import { initialWeights } from "../../src/nn/index.ts";
import { fillGaps, readChannels, readFilled } from "../../src/run/index.ts";
import { describeRun } from "../../src/train/begin-run.ts";
import { parseTrainConfig, type TrainConfig } from "../../src/train/index.ts";
import { stagesOf } from "../../src/train/methods/index.ts";
import type { Objective } from "../../src/train/objective.ts";
import { denoiserObjective } from "../../src/train/objectives/denoiser.ts";
import type { TrainingData } from "../../src/train/objectives/samples.ts";
import { tuningObjective } from "../../src/train/objectives/tuning.ts";
import { stateReader } from "../../src/train/states.ts";
import { memoryArchive } from "../memory-archive.ts";

const whole = memoryArchive();
const cells = cellCount(whole.grid);
const D2M = whole.channels.indexOf("d2m");
/** In every hour one cell of the dew point, and not at the border. */
const GAP = D2M * cells + 2 * whole.grid.nx + 5;

const lacking: Archive = {
  ...whole,
  voidedCells: () => Int32Array.from(whole.channels, (channel) => (channel === "d2m" ? 1 : 0)),
  readState: async (time) => {
    const state = (await whole.readState(time)).slice();
    state[GAP] = Number.NaN;
    return state;
  },
};

async function dataOf(archive: Archive, config: TrainConfig): Promise<TrainingData> {
  const run = await describeRun(archive, config);
  return { archive, run, statics: {}, seed: 5, readState: stateReader(archive, run) };
}

const NETWORK = "network: { patch: 1, widths: [8], blocksPerLevel: 1, groups: 4 }, batch: 2";
const first = (config: TrainConfig, data: TrainingData): Promise<Objective> =>
  stagesOf(config)[0].objective(data, {} as never);

/** Every loss there is, and the feed that holds its truth. */
const OBJECTIVES: readonly [string, string, string, (config: TrainConfig, data: TrainingData) => Promise<Objective>][] =
  [
    ["deterministic forecaster", "target", `method: deterministic, forecaster: { ${NETWORK} }`, first],
    [
      "deterministic forecaster, each field standardized",
      "target",
      `normalization: field, method: deterministic, forecaster: { ${NETWORK} }`,
      first,
    ],
    ["diffusion of the next state", "target", `method: ddpm, denoiser: { ${NETWORK} }`, first],
    [
      "CRPS over cells and blocks",
      "target",
      `method: crps, generator: { ${NETWORK}, members: 2, scales: [2, 4] }`,
      first,
    ],
    [
      "second stage of G",
      "target1",
      `method: def, forecaster: { ${NETWORK} }, tuning: { steps: 2, from: truth, batch: 2 }`,
      async (config, data) => {
        if (config.method !== "def" || config.tuning === undefined) throw new Error("as asked");
        const { network } = config.forecaster;
        const { store } = await first(config, data);
        const begins = initialWeights(store, { seed: 1, network: "forecaster" });
        return tuningObjective(data, { network, config: config.tuning, rimCells: 0, begins });
      },
    ],
    [
      "denoiser of the present state",
      "noise",
      `method: def, forecaster: { ${NETWORK} }, denoiser: { ${NETWORK}, modelOutputProbability: 0 }`,
      async (config, data) => {
        if (config.method !== "def") throw new Error("as asked");
        const modelOutput = (): Promise<State> => Promise.reject(new Error("never asked"));
        return denoiserObjective(data, { config: config.denoiser, rimCells: 0, modelOutput });
      },
    ],
  ];

async function lossOf(objective: Objective, feeds: Readonly<Record<string, Float32Array>>): Promise<Float32Array> {
  const weights = Object.fromEntries(initialWeights(objective.store, { seed: 3, network: objective.stage }));
  const session = await createSession(emitModel({ outputs: { loss: objective.sampleLosses } }), { threads: 1 });
  const { loss } = await session.run({ ...feeds, ...weights });
  await session.close();
  return loss;
}

describe("losses leave out cells that dropped out", () => {
  it.each(OBJECTIVES)("%s", async (_, truth, text, objectiveOf) => {
    const config = parseTrainConfig(`{ forcings: [], ${text} }`, "test");
    const objective = await objectiveOf(config, await dataOf(lacking, config));
    const feeds = await objective.trainingBatch(0);
    for (const [name, values] of Object.entries(feeds)) expect(values.every(Number.isFinite), name).toBe(true);
    const changed = (at: number): Record<string, Float32Array> => {
      const values = feeds[truth].slice();
      values[at] += 7;
      return { ...feeds, [truth]: values };
    };
    const loss = await lossOf(objective, feeds);
    expect(loss.every(Number.isFinite)).toBe(true);
    expect(await lossOf(objective, changed(GAP))).toEqual(loss);
    // A cell beside it counts.
    expect((await lossOf(objective, changed(GAP + 1)))[0]).not.toBe(loss[0]);
    expect(Object.keys(feeds).filter((name) => name.startsWith("known")).length).toBeGreaterThan(0);
  });

  it.each(OBJECTIVES)("and of whole archives are what they were: %s", async (_, _truth, text, objectiveOf) => {
    const config = parseTrainConfig(`{ forcings: [], ${text} }`, "test");
    const objective = await objectiveOf(config, await dataOf(whole, config));
    expect(Object.keys(await objective.trainingBatch(0)).filter((name) => name.startsWith("known"))).toEqual([]);
  });

  it("weigh the cells that are known: the mean of what is left", async () => {
    const config = parseTrainConfig(`{ forcings: [], method: deterministic, forecaster: { ${NETWORK} } }`, "test");
    const objective = await first(config, await dataOf(lacking, config));
    const feeds = await objective.trainingBatch(0);
    // The untrained network passes its input on, so what is missed is the change of the state.
    const size = whole.channels.length * cells;
    const loss = await lossOf(objective, feeds);
    let [sum, count] = [0, 0];
    for (let at = 0; at < size; at++) {
      if (at === GAP) continue;
      sum += (feeds.state[at] - feeds.target[at]) ** 2;
      count++;
    }
    expect(loss[0]).toBeCloseTo(sum / count, 4);
  });
});

describe("a whole hour with a cell that dropped out", () => {
  const time = whole.times[3];

  it("is filled for a network alone: the mean of the neighbors that are there, and said so", async () => {
    const { state, gaps } = await readFilled(lacking, whole.channels, time);
    const field = fieldOf(await whole.readState(time), D2M, cells);
    const at = GAP - D2M * cells;
    const { nx } = whole.grid;
    const around = [-nx - 1, -nx, -nx + 1, -1, 1, nx - 1, nx, nx + 1].map((step) => field[at + step]);
    expect([...gaps]).toEqual([GAP]);
    expect(state[GAP]).toBe(Math.fround(around.reduce((sum, value) => sum + value, 0) / 8));
    expect((await readChannels(lacking, whole.channels, time))[GAP]).toBeNaN();
  });

  it("may lack no other cell", async () => {
    const silent: Archive = { ...lacking, voidedCells: () => new Int32Array(whole.channels.length) };
    await expect(readChannels(silent, whole.channels, time)).rejects.toThrow(
      /d2m cell 29: expected a finite value in an hour that is marked whole, got NaN/,
    );
  });

  it("is filled ring by ring where a patch is wide, from one side as from the other", () => {
    const grid = { ...whole.grid, nx: 5, ny: 5 };
    const state = new Float32Array(25).fill(Number.NaN);
    for (let k = 0; k < 5; k++) state[k] = state[20 + k] = 10;
    const { state: filled, gaps } = fillGaps(state, { grid });
    expect(gaps).toHaveLength(15);
    expect(filled.every((value) => value === 10)).toBe(true);
    expect(state[12]).toBeNaN();
  });
});
