/**
 * Ten consecutive training losses of a seeded tiny run: graph, derivatives, optimiser, sample order and forcings in one test. Any of them that
 * changes changes these numbers, and the change must be meant. Computed by this very test on 2026-11-25 (ONNX Runtime 1.30, AVX-512); when it
 * fails on purpose, take the new numbers from what it prints.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseTrainConfig, train } from "../../src/train/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { memoryArchive } from "../memory-archive.ts";

/** Other processors add in another order. */
const F32 = 1e-5;

const CONFIG = `
method: deterministic
seed: 7
forcings: [hour, solar]
forecaster:
  network: { patch: 2, widths: [8, 16], blocksPerLevel: 1, groups: 4, attentionLevels: 1 }
  epochs: 10
  stepsPerEpoch: 1
  batch: 2
  accumulate: 2
  learningRate: 2.0e-3
  schedule: cosine
  warmupSteps: 2
`;

const LOSSES = [
  0.88642117, 0.72123373, 0.67669052, 0.65454939, 0.70537931, 0.54212934, 0.8205848, 0.52572343, 0.66947964, 0.84291244,
];

test("ten training losses are what they were", async () => {
  const run = join(scratchFolder("ten"), "run");
  const config = parseTrainConfig(CONFIG, "test");
  await train({ archive: memoryArchive(), config, run, resume: false, threads: 1, report: () => undefined });
  const losses = readFileSync(join(run, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { trainLoss: number }).trainLoss);
  expect(losses).toHaveLength(LOSSES.length);
  for (const [step, loss] of losses.entries()) {
    expect(Math.abs(loss / LOSSES[step] - 1), `step ${step + 1}: ${losses.join(", ")}`).toBeLessThan(F32);
  }
});
