/**
 * A run's weights in PyTorch and back: the same network answers the same there, learns one step there, and `import` brings that home.
 * Needs peers/.venv-torch (peers/README.md); skips loudly without it.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tapeOf, torchPython } from "../../bench/peer-tape.ts";
import { normals } from "../../src/core/index.ts";
import { createSession, type Tensor } from "../../src/graph/index.ts";
import { readRun, runPaths } from "../../src/run/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/safetensors/index.ts";
import { importWeights, parseTrainConfig, train } from "../../src/train/index.ts";
import { forecasterGraph } from "../../src/train/objectives/forecaster.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { memoryArchive } from "../memory-archive.ts";

/** Answers are about 1; float32 through some twenty layers. */
const F32_NETWORK = 1e-5;

const CONFIG = `
method: deterministic
forecaster:
  network: { patch: 2, widths: [8, 16], blocksPerLevel: 1, groups: 4, attentionLevels: 1 }
  epochs: 1
  stepsPerEpoch: 3
  batch: 2
  learningRate: 1.0e-2
`;

if (!existsSync(torchPython)) {
  process.stderr.write("SKIPPED for want of PyTorch (peers/README.md): weights exchanged with PyTorch\n");
}

describe.skipIf(!existsSync(torchPython))("weights exchanged with PyTorch", () => {
  it("answer there as here, and here as there after a step of learning there", async () => {
    const folder = scratchFolder("torch-exchange");
    const run = join(folder, "run");
    const config = parseTrainConfig(CONFIG, "test");
    if (config.method !== "deterministic") throw new Error("as asked");
    await train({ archive: memoryArchive(), config, run, resume: false, threads: 1, report: () => {} });

    const { next } = forecasterGraph(readRun(run), config.forecaster.network, 1);
    const feeds = Object.fromEntries(
      inputsOf(next).map(({ name, shape }) => [
        name!,
        normals(
          { seed: 1, purpose: name! },
          shape.reduce((a, b) => a * b),
        ),
      ]),
    );
    const at = (name: string): string => join(folder, name);
    writeFileSync(at("tape.json"), tapeOf(next, 1));
    const shapes = new Map(inputsOf(next).map(({ name, shape }) => [name!, shape]));
    const fed = Object.entries(feeds).map(([name, data]) => [name, { shape: shapes.get(name)!, data }] as const);
    writeFileSync(at("inputs"), encodeSafetensors(new Map(fed)));
    const { weights, model } = runPaths(run);
    const answer = async (): Promise<Float32Array> => {
      const session = await createSession(readFileSync(model("forecaster")), { threads: 1 });
      const results = await session.run(feeds);
      await session.close();
      return results["next"];
    };

    const before = await answer();
    const script = join(import.meta.dirname, "..", "..", "peers", "torch_exchange.py");
    const files = ["inputs", "changed", "answers"].map(at);
    execFileSync(torchPython, [script, at("tape.json"), weights("forecaster"), ...files]);
    const { tensors } = decodeSafetensors(readFileSync(at("answers")), "answers");
    expect(largestDifference(before, tensors.get("before")!.data)).toBeLessThan(F32_NETWORK);

    await importWeights({ run, network: "forecaster", weights: at("changed") });
    const after = await answer();
    expect(largestDifference(after, tensors.get("after")!.data)).toBeLessThan(F32_NETWORK);
    expect(largestDifference(after, before)).toBeGreaterThan(100 * F32_NETWORK);
  });
});

function inputsOf(result: Tensor): Tensor[] {
  const seen = new Set([result]);
  for (const x of seen) for (const source of x.inputs) seen.add(source);
  return [...seen].filter(({ kind }) => kind === "input");
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
}
