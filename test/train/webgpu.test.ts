import { join } from "node:path";
import { expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { conv2d, type Device, groupNorm, input, reduceMean, silu, square, subtract } from "../../src/graph/index.ts";
import { ONES, parameterStore, ZEROS } from "../../src/nn/parameters.ts";
import { parseTrainConfig } from "../../src/train/index.ts";
import { trainStage } from "../../src/train/loop.ts";
import type { Feeds, Objective } from "../../src/train/objective.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { describeWithWebgpu } from "../webgpu.ts";

/** Two convolutions with all that the networks have between them. */
function smallObjective(): Objective {
  const store = parameterStore();
  const kernel = (name: string, out: number, into: number) =>
    store.get(name, [out, into, 3, 3], { kind: "normal", deviation: 0.3 });
  const [x, y] = [input("x", [2, 2, 6, 8]), input("y", [2, 2, 6, 8])];
  const inner = conv2d(x, kernel("in", 4, 2), { padding: 1 });
  const [scale, shift] = [store.get("scale", [4], ONES), store.get("shift", [4], ZEROS)];
  const normed = silu(groupNorm(inner, 2, scale, shift));
  const batch = async (first: number): Promise<Feeds> => ({
    x: normals({ seed: 1, purpose: "x", index: first }, 192),
    y: normals({ seed: 1, purpose: "y", index: first }, 192),
  });
  return {
    stage: "small",
    store,
    sampleLosses: reduceMean(square(subtract(conv2d(normed, kernel("out", 2, 4), { padding: 1 }), y)), [1, 2, 3]),
    trainingSamples: 8,
    validationSamples: 2,
    trainingBatch: batch,
    validationBatch: batch,
  };
}

await describeWithWebgpu("training on WebGPU", () => {
  const folder = scratchFolder("webgpu");
  const config = parseTrainConfig("method: deterministic", "test");
  const loop = config.method === "deterministic" ? config.forecaster : undefined;
  const trained = (device: Device) =>
    trainStage(
      smallObjective(),
      { ...loop!, batch: 2, accumulate: 2, stepsPerEpoch: 3, epochs: 2, learningRate: 0.01, averageDecay: 0.9 },
      {
        checkpoints: join(folder, device),
        metrics: join(folder, device, "metrics.jsonl"),
        events: join(folder, device),
        seed: 1,
        device,
        threads: 1,
        workers: 1,
        report: () => {},
      },
    );

  it("leaves the weights, moments and averages that the CPU leaves, to rounding", async () => {
    const [cpu, gpu] = [await trained("cpu"), await trained("webgpu")];
    expect(gpu.bestLoss).toBeCloseTo(cpu.bestLoss, 5);
    for (const [name, { data }] of cpu.tensors) {
      const other = gpu.tensors.get(name)!.data;
      // Six steps of AdamW, which divides by what may be small: 1e-4 of a tensor whose numbers are about 0.3.
      for (const [i, value] of data.entries()) expect(Math.abs(other[i] - value), `${name}[${i}]`).toBeLessThan(1e-4);
    }
  }, 120_000);
});
