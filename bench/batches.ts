/**
 * Whether the trainer ever waits: a full-grid pair of seven channels from an archive on disk, made alone and made while a training step
 * computes, beside the step itself. Ratios of one run; nothing passes or fails by them.
 *
 *   npx tsx bench/batches.ts [threads = 2] [steps = 3]        needs the real data (UPDRAFT_DATA) and about 8 GB of memory
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { buildFromGrib, openArchive, readAhead } from "../src/archive/index.ts";
import { createSession, emitModel, gradients, reduceMean } from "../src/graph/index.ts";
import { initialWeights } from "../src/nn/index.ts";

import { describeRun } from "../src/train/begin-run.ts";
import { parseTrainConfig } from "../src/train/index.ts";
import { forecasterObjective } from "../src/train/objectives/forecaster.ts";
import { stateReader, stateThread } from "../src/train/states.ts";
import { sharedData } from "../test/shared-data.ts";
import { forgeHours } from "./full-grid-hours.ts";

const [threads, steps] = [Number(process.argv[2] ?? 2), Number(process.argv[3] ?? 3)];
if (sharedData === undefined) throw new Error("set UPDRAFT_DATA to the folder of real data");
const folder = mkdtempSync(join(tmpdir(), "updraft-bench-batches-"));
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

try {
  forgeHours(sharedData, join(folder, "grib"), 2 * steps + 3);
  const path = join(folder, "x.zarr");
  await buildFromGrib([join(folder, "grib")], path, { splits: { fractions: { train: 1, validation: 0, test: 0 } } });
  const archive = await openArchive(path);
  const config = parseTrainConfig("{ forcings: [], forecaster: { batch: 1 } }", "bench");
  if (config.method !== "def") throw new Error("DEF is the default method");
  const { forecaster } = config;
  const run = await describeRun(archive, config);
  const thread = stateThread(archive, run);
  /** A reader without memory, so that every batch is read from disk. */
  const unremembered = () =>
    forecasterObjective(
      {
        archive,
        run,
        statics: {},
        seed: 1,
        readState: (time) => stateReader(archive, run, thread?.read)(time),
      },
      { network: forecaster.network, batch: 1, rimCells: 0 },
    );
  const { store, sampleLosses, ...objective } = unremembered();
  const trainingBatch = (first: number) => objective.trainingBatch(first);
  const loss = reduceMean(sampleLosses);
  const parameters = store.entries();
  const derivatives = gradients(
    loss,
    parameters.map(({ tensor }) => tensor),
  );
  const outputs = Object.fromEntries(parameters.map(({ name }, at) => [`gradient/${name}`, derivatives[at]]));
  const session = await createSession(emitModel({ name: "gradient", outputs: { ...outputs, loss } }), { threads });
  const weights = Object.fromEntries(initialWeights(store, { seed: 1, network: "forecaster" }));

  await trainingBatch(0);
  const alone: number[] = [];
  for (let at = 0; at < steps; at++) alone.push(await seconds(() => trainingBatch(at)));
  const feeds = await trainingBatch(0);
  await session.run({ ...feeds, ...weights });
  const step: number[] = [];
  for (let at = 0; at < steps; at++) step.push(await seconds(() => session.run({ ...feeds, ...weights })));

  const ahead = readAhead((at) => trainingBatch(at), { stride: 1, end: 1000 });
  let next = await ahead.load(0);
  const wait: number[] = [];
  const together: number[] = [];
  for (let at = 1; at <= steps; at++) {
    together.push(await seconds(() => session.run({ ...next, ...weights })));
    wait.push(await seconds(async () => (next = await ahead.load(at))));
  }
  await ahead.settle();
  await session.close();
  await thread?.close();
  const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];
  const tell = (what: string, value: number): void => {
    process.stdout.write(
      `${what.padEnd(52)} ${value.toFixed(2).padStart(7)} s  ${(value / median(step)).toFixed(3)} of a step\n`,
    );
  };
  tell("gradient of one pair, 7 x 1059 x 1799", median(step));
  tell("the pair read and normalized, nothing else running", median(alone));
  tell("gradient while the next pair is made", median(together));
  tell("wait for the next pair after it", median(wait));
  process.stdout.write(`${threads} threads, load ${loadavg()[0].toFixed(1)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
