/**
 * The gradient of one optimiser step, its micro-batches shared among workers: threads with an engine each, and a GPU each where there are
 * several.
 *
 *   G = ((g₀/n + g₁/n) + g₂/n) + …     n = accumulate, added in this order whoever computed which
 *
 * So the bytes are those of one engine that accumulates the same micro-batches (`gradient.ts`). A worker computes with its own copy of the
 * weights, which come to it, and the gradient back, through shared memory.
 * @module
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { RequestError } from "../core/index.ts";
import {
  type GradientOptions,
  type GradientSource,
  gradientModel,
  scaleFeeds,
  sizeOf,
  trainingBatches,
} from "./gradient.ts";
import type { GradientTask, GradientWork } from "./gradient-worker.ts";
import type { LoopConfig, Objective } from "./objective.ts";

/** The workers' function. */
const WORK: keyof typeof import("./gradient-worker.ts") = "gradientOf";

/** @throws RequestError where Updraft was not built; from `of`, when a worker is lost or its engine refuses */
export async function openSharedGradient(
  objective: Objective,
  config: LoopConfig,
  { device, threads, steps, workers }: GradientOptions & { readonly workers: number },
): Promise<GradientSource> {
  const { batch, accumulate } = config;
  const parameters = objective.store.entries();
  const pool = new Piscina({
    filename: workerFile(),
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
    workerData: {
      model: await gradientModel(objective, config, device),
      device,
      threads: Math.max(1, Math.floor(threads / workers)),
      nextGpu: new Int32Array(new SharedArrayBuffer(4)),
    } satisfies GradientWork,
  });
  const sharedArrays = (prefix: string): Record<string, Float32Array<SharedArrayBuffer>> =>
    Object.fromEntries(
      parameters.map(({ name, tensor: { shape } }) => [
        `${prefix}${name}`,
        new Float32Array(new SharedArrayBuffer(4 * sizeOf(shape))),
      ]),
    );
  const weights = sharedArrays("");
  // Micro-batch k writes where micro-batch k − workers has been read.
  const places = Array.from({ length: workers }, () => sharedArrays("gradient/"));
  const sums = Object.fromEntries(
    Object.entries(places[0]).map(([name, { length }]) => [name, new Float32Array(length)]),
  );
  const batches = trainingBatches(objective, config, steps);

  return {
    async of(step, given, lossScale) {
      for (const [name, shared] of Object.entries(weights)) shared.set(given[name] as Float32Array);
      for (const sum of Object.values(sums)) sum.fill(0);
      const underWay: Promise<number>[] = [];
      let lossSum = 0;
      const addResult = async (micro: number): Promise<void> => {
        lossSum += await underWay[micro];
        for (const [name, sum] of Object.entries(sums)) addTo(sum, places[micro % workers][name]);
      };
      for (let micro = 0; micro < accumulate; micro++) {
        const samples = await batches.load((step * accumulate + micro) * batch);
        const feeds = { ...samples, ...scaleFeeds(lossScale) };
        if (micro >= workers) await addResult(micro - workers);
        const task: GradientTask = { feeds, weights, into: places[micro % workers] };
        const loss = pool.run(task, { name: WORK }).catch((cause: unknown) => Promise.reject(lost(cause)));
        // A failure is told when its turn comes; until then nobody is listening.
        loss.catch(() => undefined);
        underWay.push(loss);
      }
      for (let micro = Math.max(0, accumulate - workers); micro < accumulate; micro++) await addResult(micro);
      return { gradient: sums, loss: lossSum / accumulate };
    },
    async close() {
      await batches.settle();
      await pool.destroy();
    },
  };
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let at = 0; at < sum.length; at++) sum[at] += values[at];
}

function lost(cause: unknown): RequestError {
  const [got] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  const complaint = { place: "a worker of the training", expected: "the gradient of its micro-batch", got };
  return new RequestError({ ...complaint, remedy: "--resume goes on; fewer --workers take less memory" }, { cause });
}

/** The compiled worker: beside this file, or in `dist/` where the sources themselves run, as in tests. */
function workerFile(): string {
  const places = ["./gradient-worker.js", "../../dist/train/gradient-worker.js"];
  const files = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const file = files.find((place) => existsSync(place));
  if (file !== undefined) return file;
  throw new RequestError({
    place: files[0],
    expected: "the compiled worker",
    got: "nothing there",
    remedy: "run npm run setup",
  });
}
