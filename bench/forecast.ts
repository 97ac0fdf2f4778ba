/**
 * What a member-hour costs on HRRR's full grid beside its network calls alone, and how much memory a forecast takes.
 *
 *   npm run setup && npx tsx bench/forecast.ts [crps|def|residual|deterministic] [THREADS]
 *
 * The small network with untrained weights, a made-up state, four members of one hour, through the code behind `updraft forecast`: encoding, noise,
 * network, decoding, checks and the compressed store. Prints the ratio to the bare calls.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Archive, ChannelStatistics } from "../src/archive/index.ts";
import {
  cellCount,
  HRRR_GRID,
  type InitTime,
  utcSeconds,
  VARIABLE_NAMES,
  VARIABLES,
  type ValidTime,
} from "../src/core/index.ts";
import { writeAside } from "../src/files/index.ts";
import { makeForecast, openModels, openRun } from "../src/forecast/index.ts";
import { emitModel, type Tensor } from "../src/graph/index.ts";
import { initialWeights, type ParameterStore } from "../src/nn/index.ts";
import { runPaths } from "../src/run/index.ts";
import { beginRun, describeRun } from "../src/train/begin-run.ts";
import { parseTrainConfig } from "../src/train/index.ts";
import { generatorGraph } from "../src/train/objectives/crps.ts";
import { denoiserGraph } from "../src/train/objectives/denoiser.ts";
import { forecasterGraph } from "../src/train/objectives/forecaster.ts";

const [method = "crps", threads = "2"] = process.argv.slice(2);
const MEMBERS = 4;
const SOLVER_STEPS = 10;
const grid = HRRR_GRID;
const cells = cellCount(grid);
const time = utcSeconds(2024, 5, 6) as ValidTime;

/** Waves of a few hundred kilometres within each variable's range. */
const state = new Float32Array(VARIABLE_NAMES.length * cells);
for (const [at, channel] of VARIABLE_NAMES.entries()) {
  const [low, high] = VARIABLES[channel].softRange;
  for (let i = 0; i < cells; i++) {
    const wave = Math.sin((i % grid.nx) / 40 + at) * Math.sin(i / grid.nx / 30);
    state[at * cells + i] = Math.fround(low + (high - low) * (0.5 + 0.4 * wave));
  }
}
const statistics = VARIABLE_NAMES.map((channel): ChannelStatistics => {
  const { transform, softRange } = VARIABLES[channel];
  const [physicalMin, physicalMax] = softRange;
  const physicalMean = (physicalMin + physicalMax) / 2;
  const scale = transform === "linear" ? (physicalMax - physicalMin) / 4 : 2;
  const mean = transform === "linear" ? physicalMean : 0;
  const range = { min: -1e4, max: 1e4, physicalMin, physicalMax, physicalMean, count: cells };
  return { channel, transform, mean, std: scale, ...range };
});
const archive: Archive = {
  grid,
  channels: VARIABLE_NAMES,
  path: "memory",
  version: 3,
  times: [time],
  stepHours: 1,
  synthetic: true,
  source: "bench",
  splits: [{ split: "train", first: time, last: time }],
  statistics,
  provenance: { madeBy: "bench/forecast.ts", inputs: [], notes: [] },
  rounding: false,
  statics: [],
  leadHours: () => 0,
  quality: () => new Uint16Array(VARIABLE_NAMES.length),
  voidedCells: () => new Int32Array(VARIABLE_NAMES.length),
  isWhole: () => true,
  readState: async () => state,
  readStatic: async () => undefined,
  readField: async (_, channel) => {
    const at = VARIABLE_NAMES.indexOf(channel);
    return state.subarray(at * cells, (at + 1) * cells);
  },
};

const folder = mkdtempSync(join(tmpdir(), "updraft-bench-"));
try {
  const run = join(folder, "run");
  const config = parseTrainConfig(`{ method: ${method} }`, "bench");
  const description = await describeRun(archive, config);
  await beginRun(run, description, config, false);
  const leave = async (name: string, { store }: { store: ParameterStore }, outputs: Record<string, Tensor>) => {
    const weights = initialWeights(store, { seed: 1, network: name });
    await writeAside(runPaths(run).model(name), emitModel({ name, outputs, weights }));
  };
  if (config.method === "crps") {
    const { network, noisePlanes } = config.generator;
    const graph = generatorGraph(description, network, { batch: 1, noisePlanes });
    await leave("generator", graph, { next: graph.next });
  } else if (config.method === "def" || config.method === "deterministic") {
    const g = forecasterGraph(description, config.forecaster.network, 1);
    await leave("forecaster", g, { next: g.next });
    if (config.method === "def") {
      const pair = denoiserGraph(description, config.denoiser.network, 2);
      await leave("denoiser", pair, { epsilon: pair.epsilon });
    }
  } else throw new Error(`no bench of ${config.method}`);

  /** Milliseconds of one call of each network a member-hour needs, times how often it is called. */
  const models = await openModels(run, Number(threads));
  const noisePlanes = config.method === "crps" ? config.generator.noisePlanes : 0;
  const zeros = (planes: number): Float32Array => new Float32Array(planes * cells);
  const seen = models.seenOf({ values: state }, { time });
  const calls: [string, Record<string, Float32Array>, number][] =
    config.method === "crps"
      ? [["generator", { ...seen, noise: zeros(noisePlanes) }, 1]]
      : [["forecaster", { ...seen }, 1]];
  if (config.method === "def") {
    const feeds = { condition: zeros(14), noisy: zeros(14), timestep: Float32Array.of(500, 500) };
    calls.push(["denoiser", feeds, SOLVER_STEPS]);
  }
  let bare = 0;
  for (const [name, feeds, times] of calls) {
    await models.ask(name, feeds);
    const start = performance.now();
    await models.ask(name, feeds);
    bare += times * (performance.now() - start);
  }
  await models.close();

  const dial = config.method === "def" ? { samplerSteps: SOLVER_STEPS } : {};
  const opened = await openRun(run, { seed: 1, ...dial }, Number(threads));
  const make = async (out: string, members: number): Promise<number> => {
    const start = performance.now();
    const request = { initTime: time as number as InitTime, members, lastLeadHours: 1, out, seed: 1 };
    await makeForecast(opened, archive, request, () => {});
    return performance.now() - start;
  };
  // The first forecast also writes the analysis and warms the engine up; the second has four members more.
  const one = await make(join(folder, "one.zarr"), 1);
  const more = await make(join(folder, "more.zarr"), 1 + MEMBERS);
  await opened.close();
  const memberHour = (more - one) / MEMBERS;
  const gigabytes = process.resourceUsage().maxRSS / 2 ** 20;
  process.stdout.write(
    `${method}, ${threads} threads: bare ${(bare / 1000).toFixed(2)} s, member-hour ${(memberHour / 1000).toFixed(2)} s, ` +
      `ratio ${(memberHour / bare).toFixed(2)}, peak ${gigabytes.toFixed(2)} GB\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
