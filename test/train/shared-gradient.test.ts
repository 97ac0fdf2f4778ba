import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { staticsFor } from "../../src/run/index.ts";
import { describeRun } from "../../src/train/begin-run.ts";
import { type Gradient, openGradient, sizeOf } from "../../src/train/gradient.ts";
import { parseTrainConfig, type TrainConfig, train } from "../../src/train/index.ts";
import { stagesOf } from "../../src/train/methods/index.ts";
import { shareBatches } from "../../src/train/share-batches.ts";
import { openSharedGradient } from "../../src/train/shared-gradient.ts";
import { stateReader } from "../../src/train/states.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { memoryArchive } from "../memory-archive.ts";
import { configOf, line } from "./line.ts";

const folder = scratchFolder("workers");

const configWith = (batch: number, accumulate: number): TrainConfig =>
  parseTrainConfig(
    `
method: def
seed: 7
forecaster:
  network: { patch: 2, widths: [8, 16], blocksPerLevel: 1, groups: 4 }
  epochs: 5
  stepsPerEpoch: 2
  batch: ${batch}
  accumulate: ${accumulate}
  learningRate: 2.0e-3
  averageDecay: 0.9
denoiser:
  network: { patch: 2, widths: [8, 16], blocksPerLevel: 1, groups: 4 }
  epochs: 2
  stepsPerEpoch: 2
  batch: ${batch}
  accumulate: ${accumulate}
  learningRate: 2.0e-3
`,
    "test",
  );

interface Way {
  readonly workers: number;
  readonly resume?: boolean;
  readonly report?: () => void;
}

async function trained(name: string, config: TrainConfig, { workers, resume = false, report = () => {} }: Way) {
  const run = join(folder, name);
  await train({ archive: memoryArchive(), config, run, resume, threads: 2, workers, report });
  return run;
}

/** Of all epochs: training and validation. */
function lossesOf(run: string): number[] {
  const lines = readFileSync(join(run, "metrics.jsonl"), "utf8").trim().split("\n");
  return lines.flatMap((text) => {
    const { trainLoss, validationLoss } = JSON.parse(text) as { trainLoss: number; validationLoss: number };
    return [trainLoss, validationLoss];
  });
}

/** Of the forecaster's first step, at weights of which none is zero. */
async function firstGradient(config: TrainConfig, workers: number): Promise<Gradient> {
  const shared = shareBatches(config, workers);
  const archive = memoryArchive();
  const run = await describeRun(archive, shared);
  const readState = stateReader(archive, run);
  const data = { archive, run, statics: await staticsFor(archive, run.forcings), seed: shared.seed, readState };
  const [stage] = stagesOf(shared);
  const objective = await stage.objective(data, { openModel: () => Promise.reject(), weightsOf: () => new Map() });
  const options = { device: "cpu", threads: 2, steps: 1 } as const;
  const source =
    workers === 1
      ? await openGradient(objective, stage.config, options)
      : await openSharedGradient(objective, stage.config, { ...options, workers });
  const weights = objective.store
    .entries()
    .map(({ name, tensor: { shape } }) => [name, normals({ seed: 1, purpose: name }, sizeOf(shape)).map((z) => z / 4)]);
  const gradient = await source.of(0, Object.fromEntries(weights));
  await source.close();
  return gradient;
}

function bytesOf(run: string): Map<string, string> {
  const files = readdirSync(join(run, "model")).sort();
  return new Map(files.map((name) => [name, readFileSync(join(run, "model", name)).toString("base64")]));
}

describe("training by several workers", () => {
  it.each([2, 4])("%i of them have the gradient of one with the whole batch to 1e-6", async (workers) => {
    const whole = await firstGradient(configWith(4, 1), 1);
    const shared = await firstGradient(configWith(4, 1), workers);
    expect(Math.abs(shared.loss / whole.loss - 1)).toBeLessThan(1e-6);
    const [own, others] = [whole, shared].map(({ gradient }) =>
      Object.values(gradient as Record<string, Float32Array>).flatMap((g) => [...g]),
    );
    const norm = Math.hypot(...own);
    expect(norm).toBeGreaterThan(0);
    expect(Math.hypot(...own.map((value, at) => value - others[at])) / norm).toBeLessThan(1e-6);
  });

  it("has the losses of one with the whole batch to 1e-6, and to the byte what one learns that accumulates the shares", async () => {
    const whole = lossesOf(await trained("whole", configWith(4, 1), { workers: 1 }));
    const sharedRun = await trained("shared", configWith(4, 1), { workers: 2 });
    const shared = lossesOf(sharedRun);
    expect(shared).toHaveLength(14);
    for (const [at, loss] of whole.entries()) {
      expect(Math.abs(shared[at] / loss - 1), `loss ${at}`).toBeLessThan(1e-6);
    }
    expect(bytesOf(sharedRun)).toEqual(bytesOf(await trained("accumulated", configWith(2, 2), { workers: 1 })));
  });

  it("goes on after a break to the same bytes, by as many workers as one likes", async () => {
    const config = configWith(2, 2);
    let steps = 0;
    const breaking = trained("broken", config, {
      workers: 2,
      report: () => {
        if (steps++ === 7) throw new Error("broken off");
      },
    });
    await expect(breaking).rejects.toThrow("broken off");
    const resumed = await trained("broken", config, { workers: 1, resume: true });
    expect(bytesOf(resumed)).toEqual(bytesOf(join(folder, "accumulated")));
  });

  it("refuses a batch without equal shares, and webgpu", async () => {
    await expect(trained("odd", configWith(3, 1), { workers: 2 })).rejects.toThrow(
      "forecaster.batch: expected a multiple of 2, or accumulate of one, for 2 workers, got batch 3, accumulate 1",
    );
    const config = configWith(2, 1);
    const asked = { archive: memoryArchive(), config, run: join(folder, "gpu"), resume: false, threads: 2, workers: 2 };
    await expect(train({ ...asked, device: "webgpu", report: () => {} })).rejects.toThrow(
      "--workers: expected 1 on webgpu",
    );
  });

  it("ends with one error when a worker's engine fails", async () => {
    const broken = { ...line(() => false), trainingBatch: async () => ({ x: Float32Array.of(1, 1) }) };
    const options = { device: "cpu", threads: 2, steps: 2, workers: 2 } as const;
    const source = await openSharedGradient(broken, configOf({ accumulate: 2 }), options);
    await expect(source.of(0, { w: Float32Array.of(1) })).rejects.toThrow(
      /^a worker of the training: expected the gradient of its micro-batch, got .*also y/,
    );
    await source.close();
  });
});
