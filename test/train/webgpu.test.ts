import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { openForecast } from "../../src/forecast/index.ts";
import { createSession, type Device, devicesOfHalfPrecision, emitModel } from "../../src/graph/index.ts";
import type { Checkpoint } from "../../src/train/checkpoint.ts";
import { gradientModel } from "../../src/train/gradient.ts";
import { trainStage } from "../../src/train/loop.ts";
import type { LoopConfig } from "../../src/train/objective.ts";
import { beginning } from "../../src/train/stand.ts";
import { runUpdraft, updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { TRAIN_TINY, tinyArchive } from "../cli/tiny-run.ts";
import { relativeError } from "../graph/compare.ts";
import { describeWithWebgpu, openOnWebgpuAlone } from "../webgpu.ts";
import { configOf } from "./line.ts";
import { smallUnetObjective } from "./small-unet-objective.ts";

/** Of two tensors, Euclidean. */
function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - b[i]));
}

await describeWithWebgpu("training on WebGPU", () => {
  const folder = scratchFolder("webgpu");
  const CONFIG = configOf({ accumulate: 2, stepsPerEpoch: 3, epochs: 1, learningRate: 0.003, averageDecay: 0.9 });
  const trained = (name: string, device: Device, config: LoopConfig): Promise<Checkpoint> =>
    trainStage(smallUnetObjective(), config, {
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
  const begins = beginning(smallUnetObjective(), CONFIG, 1).tensors;
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

  it.each([
    {},
    { recompute: "activations" },
    { recompute: "blocks" },
    // Kernels are chosen by type when a model is opened, so this needs no half precision.
    { precision: "mixed" },
  ] as const)(
    "leaves nothing of a step to the CPU, with %o",
    async (changes) => {
      await openOnWebgpuAlone(await gradientModel(smallUnetObjective(), { ...CONFIG, ...changes }, "webgpu"));
    },
    60_000,
  );

  it("answers as the CPU does by the exported model", async () => {
    const objective = smallUnetObjective();
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

  beforeAll(() => {
    tinyArchive(folder);
    writeFileSync(join(folder, "config.yaml"), CONFIG);
  });

  it("has the losses of one trained on the CPU, and forecasts as that one does", async () => {
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

  it("is refused in mixed precision in one line where there is none, before anything is written", async () => {
    if ((await devicesOfHalfPrecision()).includes("webgpu")) return;
    writeFileSync(join(folder, "mixed.yaml"), CONFIG.replace("epochs: 2", "epochs: 2\n  precision: mixed"));
    const asked = "train --config mixed.yaml --archive archive.zarr --device webgpu --out mixed".split(" ");
    const { status, stderr } = runUpdraft(asked, folder);
    expect(status).toBe(2);
    // Vulkan drivers may speak for themselves; ONNX Runtime is not to.
    expect(stderr).not.toContain("onnxruntime");
    expect(stderr).toMatch(
      /^updraft: forecaster\.precision: expected float32 on webgpu, which has no half precision, got mixed; (no device of this machine has it|or --device cuda)\n$/m,
    );
    expect(existsSync(join(folder, "mixed"))).toBe(false);
  }, 60_000);
});
