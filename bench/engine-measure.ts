/**
 * One measurement in a process of its own, so that its peak memory is its own. Prints one line of JSON.
 *
 *   npx tsx bench/engine-measure.ts train|forward PRESET NYxNX THREADS STEPS [RECOMPUTE = none] [FOLDER for gradients]
 *   npx tsx bench/engine-measure.ts ceiling THREADS STEPS
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { normals } from "../src/core/index.ts";
import {
  channelBlockOf,
  conv2d,
  createSession,
  emitModel,
  gradients,
  input,
  parameter,
  type Recomputation,
  type Tensor,
} from "../src/graph/index.ts";
import { benchNetwork } from "./engine-network.ts";
import { fileOf } from "./engine-peer.ts";

type Results = Record<string, Float32Array>;

/** The first runs find the memory that later ones use again, and take twice as long. */
const WARM_UPS = 2;

/** Seconds of the fastest of `steps` runs after those that warm up, and what the last gave. */
async function fastest(
  model: Uint8Array,
  feeds: Results,
  { threads, steps }: { threads: number; steps: number },
): Promise<{ seconds: number; results: Results }> {
  const session = await createSession(model, { threads });
  const wanted = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]]));
  let seconds = Number.POSITIVE_INFINITY;
  let results: Results = {};
  for (let run = 0; run < WARM_UPS; run++) results = await session.run(wanted);
  for (let step = 0; step < steps; step++) {
    const start = performance.now();
    results = await session.run(wanted);
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  await session.close();
  return { seconds, results };
}

/** Arithmetic of the convolutions a result is made of: 2 · cells · out · in · kh · kw each. */
function convolutionFlops(result: Tensor): number {
  const seen = new Set<Tensor>([result]);
  let flops = 0;
  for (const x of seen) {
    for (const source of x.inputs) seen.add(source);
    if (x.kind === "conv2d")
      flops += 2 * x.shape.reduce((a, b) => a * b, 1) * x.inputs[1].shape.slice(1).reduce((a, b) => a * b, 1);
  }
  return flops;
}

/** GFLOP/s of plain 3 × 3 convolutions with the weights bound, the best of several sizes. */
async function ceiling(options: { threads: number; steps: number }): Promise<number> {
  let best = 0;
  for (const [channels, ny, nx] of [
    [64, 268, 452],
    [128, 134, 226],
    [256, 68, 114],
  ]) {
    const x = input("x", [1, channels, ny, nx]);
    const weight = parameter("w", [channels, channels, 3, 3]);
    let y = x;
    for (let layer = 0; layer < 4; layer++) y = conv2d(y, weight, { padding: 1 });
    const random = (purpose: string, count: number): Float32Array =>
      normals({ seed: 1, purpose }, count).map((z) => 0.03 * z);
    const model = emitModel({
      outputs: { y },
      weights: new Map([["w", random("w", 9 * channels ** 2)]]),
      portable: true,
    });
    const { seconds } = await fastest(model, { x: random("x", channels * ny * nx) }, options);
    best = Math.max(best, convolutionFlops(y) / seconds / 1e9);
  }
  return best;
}

const [what, ...rest] = process.argv.slice(2);
if (what === "ceiling") {
  process.stdout.write(`${JSON.stringify(await ceiling({ threads: Number(rest[0]), steps: Number(rest[1]) }))}\n`);
} else {
  const [preset, grid, threads, steps, again = "none", folder] = rest;
  const [ny, nx] = grid.split("x").map(Number);
  const network = benchNetwork(preset, ny, nx);
  const options = { threads: Number(threads), steps: Number(steps) };
  const forwardGflop = convolutionFlops(network.prediction) / 1e9;
  const feeds = { ...network.feeds, ...Object.fromEntries(network.weights) };
  if (what === "forward") {
    const model = emitModel({ outputs: { y: network.prediction }, weights: network.weights, portable: true });
    const { seconds } = await fastest(model, feeds, options);
    report({ seconds, forwardGflop, parameters: network.parameters });
  } else {
    const trained = network.trained.map(({ tensor }) => tensor);
    const derivatives = gradients(network.loss, trained, again === "none" ? {} : { recompute: again as Recomputation });
    const outputs = Object.fromEntries(network.trained.map(({ name }, at) => [`d ${name}`, derivatives[at]] as const));
    const model = emitModel({
      outputs: { ...outputs, loss: network.loss },
      channelBlock: await channelBlockOf("cpu"),
    });
    const { seconds, results } = await fastest(model, feeds, options);
    if (folder !== undefined) {
      mkdirSync(folder, { recursive: true });
      for (const { name } of network.trained) writeFileSync(fileOf(folder, name), results[`d ${name}`]);
    }
    report({ seconds, loss: results.loss[0], parameters: network.parameters });
  }
}

function report(found: Record<string, number>): void {
  process.stdout.write(`${JSON.stringify({ ...found, peakRssMb: process.resourceUsage().maxRSS / 1024 })}\n`);
}
