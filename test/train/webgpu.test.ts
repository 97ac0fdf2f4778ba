import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { openForecast } from "../../src/forecast/index.ts";
import { createSession, type Device, emitModel, input, reduceMean, square, subtract } from "../../src/graph/index.ts";
import { PRESETS, parameterStore, type UNetConfig, unet } from "../../src/nn/index.ts";
import type { Checkpoint } from "../../src/train/checkpoint.ts";
import { gradientModel, sizeOf } from "../../src/train/gradient.ts";
import { beginning, trainStage } from "../../src/train/loop.ts";
import type { Feeds, LoopConfig, Objective } from "../../src/train/objective.ts";
import { updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { TRAIN_TINY, tinyArchive } from "../cli/tiny-run.ts";
import { relativeError } from "../graph/compare.ts";
import { describeWithWebgpu, openOnWebgpuAlone } from "../webgpu.ts";
import { configOf } from "./line.ts";

/**
 * The preset `small`, narrow, and with the parts that others of the family have: attention, and edges repeated. So: padding to a multiple,
 * space-to-depth, halving by stride 2, 1x1 before doubling, skips, group norm, the shortcut with its gains.
 */
const NETWORK: UNetConfig = {
  ...(PRESETS.small as UNetConfig),
  widths: [8, 16, 24],
  groups: 4,
  attentionLevels: 1,
  padding: "edge",
};
const [X, Y, NOISE_LEVEL] = [[2, 3, 18, 30], [2, 2, 18, 30], [2]];

interface SmallUnet extends Objective {
  readonly prediction: ReturnType<typeof unet>;
}

function smallUnet(): SmallUnet {
  const store = parameterStore();
  const [x, y, timestep] = [input("x", X), input("y", Y), input("timestep", NOISE_LEVEL)];
  const prediction = unet(store, NETWORK, x, { outChannels: 2, timestep });
  const batch = async (first: number): Promise<Feeds> => {
    const target = normals({ seed: 1, purpose: "y", index: first }, sizeOf(Y));
    return {
      x: normals({ seed: 1, purpose: "x", index: first }, sizeOf(X)),
      // Of a sharp size, so that few steps have somewhere to go.
      y: target.map((value) => 1 + 0.3 * value),
      timestep: Float32Array.of(3 + first, 700 - first),
    };
  };
  return {
    stage: "small",
    store,
    prediction,
    sampleLosses: reduceMean(square(subtract(prediction, y)), [1, 2, 3]),
    trainingSamples: 8,
    validationSamples: 2,
    trainingBatch: batch,
    validationBatch: batch,
  };
}

/** Of two tensors, Euclidean. */
function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - b[i]));
}

await describeWithWebgpu("training on WebGPU", () => {
  const folder = scratchFolder("webgpu");
  const CONFIG = configOf({ accumulate: 2, stepsPerEpoch: 3, epochs: 1, learningRate: 0.003, averageDecay: 0.9 });
  const trained = (name: string, device: Device, config: LoopConfig): Promise<Checkpoint> =>
    trainStage(smallUnet(), config, {
      checkpoints: join(folder, name),
      metrics: join(folder, name, "metrics.jsonl"),
      events: join(folder, name),
      seed: 1,
      device,
      threads: 1,
      workers: 1,
      report: () => {},
    });
  let cpu: Checkpoint;
  const begins = beginning(smallUnet(), CONFIG, 1).tensors;
  beforeAll(async () => {
    cpu = await trained("cpu", "cpu", CONFIG);
  });

  it.each([undefined, "activations"] as const)(
    "leaves the weights, moments and averages that the CPU leaves, recomputing %s",
    async (recompute) => {
      const gpu = await trained(`gpu-${recompute}`, "webgpu", { ...CONFIG, ...(recompute && { recompute }) });
      expect(gpu.bestLoss).toBeCloseTo(cpu.bestLoss, 4);
      for (const [name, { data }] of cpu.tensors) {
        // The gradient of a key's bias is zero but for rounding, which AdamW divides by its own size.
        if (name.endsWith("attention.key.bias")) continue;
        const moved = distance(data, begins.get(name)!.data);
        // 7e-4 on SwiftShader: what AdamW makes of gradients that differ by 1e-4, in weights that began at zero.
        expect(distance(data, gpu.tensors.get(name)!.data) / moved, name).toBeLessThan(2e-3);
      }
    },
    120_000,
  );

  it.each([undefined, "activations", "blocks"] as const)(
    "leaves nothing of a step to the CPU, recomputing %s",
    async (recompute) => {
      const config = { ...CONFIG, ...(recompute && { recompute }) };
      await openOnWebgpuAlone(gradientModel(smallUnet(), config, "webgpu"));
    },
    60_000,
  );

  it("answers as the CPU does by the exported model", async () => {
    const objective = smallUnet();
    const named = objective.store
      .entries()
      .map(({ name }) => [name, cpu.tensors.get(`parameter/${name}`)!.data] as const);
    const model = emitModel({ outputs: { y: objective.prediction }, weights: new Map(named), portable: true });
    const { x, timestep } = await objective.validationBatch(0);
    const answers: Float32Array[] = [];
    for (const device of ["cpu", "webgpu"]) {
      const session = await createSession(model, { device, threads: 1 });
      answers.push((await session.run({ x, timestep })).y);
      await session.close();
    }
    // Of which the embedding's sines take most: WGSL promises them to 2⁻¹¹.
    expect(relativeError(answers[1], answers[0])).toBeLessThan(1e-4);
  }, 60_000);
});

await describeWithWebgpu("a run trained on WebGPU", () => {
  const folder = scratchFolder("webgpu-run");
  const CONFIG = `
method: deterministic
seed: 3
forecaster:
  network: { patch: 2, widths: [8, 16], blocksPerLevel: 1, middleBlocks: 0, upKernel: 1, groups: 4 }
  epochs: 2
  stepsPerEpoch: 3
  batch: 2
  learningRate: 2.0e-3
  averageDecay: 0.9
`;

  it("has the losses of one trained on the CPU, and forecasts as that one does", async () => {
    tinyArchive(folder);
    writeFileSync(join(folder, "config.yaml"), CONFIG);
    const losses: number[][] = [];
    const fields: Float32Array[] = [];
    for (const device of ["cpu", "webgpu"]) {
      updraft([...TRAIN_TINY, "--out", device, "--device", device], folder);
      const lines = readFileSync(join(folder, device, "metrics.jsonl"), "utf8")
        .trim()
        .split("\n");
      losses.push(lines.map((line) => (JSON.parse(line) as { validationLoss: number }).validationLoss));
      const asked = `forecast --run ${device} --archive archive.zarr --leads 2 --members 1 --init 2024-05-02T09Z --out ${device}.zarr`;
      updraft(asked.split(" "), folder);
      const forecast = await openForecast(join(folder, `${device}.zarr`));
      fields.push(await forecast.readMember(0, forecast.leadHours[1], "t2m"));
    }
    expect(losses[0]).toHaveLength(2);
    for (const [at, loss] of losses[0].entries()) expect(losses[1][at] / loss).toBeCloseTo(1, 4);
    const furthest = fields[0].reduce((most, value, i) => Math.max(most, Math.abs(value - fields[1][i])), 0);
    // Stored to hundredths of a kelvin or finer; two hours of six steps' rounding are less than one of them.
    expect(furthest).toBeLessThan(0.02);
  }, 120_000);
});
