import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { input, matmul, multiply, reshape } from "../../src/graph/index.ts";
import { parameterStore, ZEROS } from "../../src/nn/index.ts";
import { readCheckpoint } from "../../src/train/checkpoint.ts";
import { type Gradient, openGradient } from "../../src/train/gradient.ts";
import { dryRun, parseTrainConfig, train } from "../../src/train/index.ts";
import { type TrainingPlace, trainStage } from "../../src/train/loop.ts";
import { firstLossScale, isOverflow, nextLossScale } from "../../src/train/loss-scale.ts";
import { readMetrics } from "../../src/train/metrics.ts";
import type { Objective } from "../../src/train/objective.ts";
import { openSharedGradient } from "../../src/train/shared-gradient.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { memoryArchive } from "../memory-archive.ts";
import { configOf, line } from "./line.ts";
import { smallUnetObjective } from "./small-unet-objective.ts";

// The loop and what is below it train on the CPU in mixed precision, in numbers of half precision; it is `train` that refuses.
const folder = scratchFolder("mixed");

function placeOf(name: string, report: TrainingPlace["report"] = () => {}): TrainingPlace {
  const at = join(folder, name);
  return {
    checkpoints: join(at, "checkpoints"),
    metrics: join(at, "metrics.jsonl"),
    events: join(at, "events"),
    seed: 1,
    device: "cpu",
    threads: 1,
    workers: 1,
    report,
  };
}

/** w of shape [1, 2], loss = size · x wᵀ with x of ones: a product, in half precision, whose derivative toward w is size. */
function steep(size: number): Objective {
  const store = parameterStore();
  const w = store.get("w", [1, 2], ZEROS);
  const rows = reshape(matmul(input("x", [2, 2]), w, { transposeB: true }), [2]);
  const feeds = async () => ({ x: new Float32Array(4).fill(1) });
  return {
    stage: "steep",
    store,
    sampleLosses: multiply(rows, size),
    trainingSamples: 8,
    validationSamples: 2,
    trainingBatch: feeds,
    validationBatch: feeds,
  };
}

async function gradientOf(
  objective: Objective,
  lossScale: number,
  workers: number,
  accumulate: number,
): Promise<Gradient> {
  const config = configOf({ precision: "mixed", accumulate });
  const options = { device: "cpu", threads: 2, steps: 1 } as const;
  const source =
    workers === 1
      ? await openGradient(objective, config, options)
      : await openSharedGradient(objective, config, { ...options, workers });
  const weights = { w: new Float32Array(2) };
  const { loss, gradient } = await source.of(0, weights, lossScale);
  const copy = Object.fromEntries(
    Object.entries(gradient).map(([name, held]) => [name, (held as Float32Array).slice()]),
  );
  await source.close();
  return { loss, gradient: copy };
}

const finite = { loss: 1, gradientNorm: 1, applied: true };
const overflowed = { loss: 1, gradientNorm: Number.NaN, applied: false };
const broken = { loss: Number.NaN, gradientNorm: Number.NaN, applied: false };

describe("the scale of the loss", () => {
  it("is there in mixed precision only, and begins at 2^16", () => {
    expect(firstLossScale({ precision: "mixed" })).toEqual({ factor: 65536, goodSteps: 0 });
    expect(firstLossScale({ precision: "float32" })).toBeUndefined();
  });

  it("halves when a gradient overflows, and doubles after 2000 steps in a row that did not", () => {
    let scale = nextLossScale({ factor: 8, goodSteps: 1998 }, finite);
    expect(scale).toEqual({ factor: 8, goodSteps: 1999 });
    expect(nextLossScale(scale, finite)).toEqual({ factor: 16, goodSteps: 0 });
    scale = nextLossScale(scale, overflowed);
    expect(scale).toEqual({ factor: 4, goodSteps: 0 });
  });

  it("is not to blame at 1, nor for a loss that is not finite", () => {
    expect(isOverflow({ factor: 2, goodSteps: 0 }, overflowed)).toBe(true);
    expect(isOverflow({ factor: 1, goodSteps: 0 }, overflowed)).toBe(false);
    expect(isOverflow({ factor: 2, goodSteps: 0 }, broken)).toBe(false);
    expect(nextLossScale({ factor: 1, goodSteps: 5 }, overflowed)).toEqual({ factor: 1, goodSteps: 5 });
    expect(nextLossScale({ factor: 2, goodSteps: 5 }, broken)).toEqual({ factor: 2, goodSteps: 5 });
  });
});

describe("a gradient in mixed precision", () => {
  it.each([
    ["one engine", 1, 1],
    ["accumulated", 1, 4],
    ["shared by workers", 2, 4],
  ])("of 1e-8 is nothing without a scale, and itself with one: %s", async (_, workers, accumulate) => {
    // Each of the batch's two rows has half of it; half precision ends at 6e-8, its rounding to zero begins at 3e-8.
    const without = await gradientOf(steep(1e-8), 1, workers, accumulate);
    expect(without.gradient["gradient/w"]).toEqual(Float32Array.of(0, 0));
    const scaled = await gradientOf(steep(1e-8), 65536, workers, accumulate);
    for (const value of scaled.gradient["gradient/w"] as Float32Array) {
      expect(Math.abs(value / 1e-8 - 1)).toBeLessThan(2 ** -11);
    }
    expect(scaled.loss).toBe(without.loss);
  });
});

describe("training in mixed precision", () => {
  it("finds its scale: skipped steps are counted and change nothing, and do not end the training", async () => {
    // 50 · 2¹⁶ is beyond 65504, and 50 · 2¹¹; 50 · 2¹⁰ is not.
    const config = configOf({ precision: "mixed", epochs: 3, schedule: "constant", stopAfterSkipped: 1 });
    const end = await trainStage(steep(50), config, placeOf("finding"));
    expect(end).toMatchObject({ step: 12, skipped: 6, skippedInRow: 0, lossScale: { factor: 1024, goodSteps: 6 } });
    const lines = readMetrics(placeOf("finding").metrics);
    expect(lines.map(({ skipped, lossScale }) => [skipped, lossScale])).toEqual([
      [4, 4096],
      [6, 1024],
      [6, 1024],
    ]);
    const float32 = await trainStage(
      steep(50),
      { ...config, precision: "float32", stepsPerEpoch: 2 },
      placeOf("known"),
    );
    expect(float32.lossScale).toBeUndefined();
    for (const [name, { data }] of float32.tensors) expect(end.tensors.get(name)?.data, name).toEqual(data);
  });

  it("ends where no scale would help, after as many steps as were allowed", async () => {
    const config = configOf({ precision: "mixed", epochs: 9, stopAfterSkipped: 3 });
    // Beyond 65504 at any scale.
    await expect(trainStage(steep(1e6), config, placeOf("never"))).rejects.toThrow(
      /^steep step 19: expected a finite loss and gradient norm, got loss 0, gradient norm Infinity, for the 3\. step in a row; train with precision: float32, or lower/,
    );
    await expect(
      trainStage(
        line((sample) => sample >= 2),
        config,
        placeOf("nan"),
      ),
    ).rejects.toThrow(/^line step 4: .*loss NaN/);
  });

  it("that is broken off goes on to the same weights, scale and metrics", async () => {
    const config = configOf({ precision: "mixed", epochs: 6, stepsPerEpoch: 2 });
    const whole = await trainStage(steep(50), config, placeOf("whole"));
    expect(whole).toMatchObject({ step: 12, skipped: 6, lossScale: { factor: 1024, goodSteps: 6 } });
    // Once while the scale is found, once after.
    for (const [breakAt, lossScale] of [
      [5, { factor: 4096, goodSteps: 0 }],
      [9, { factor: 1024, goodSteps: 2 }],
    ] as const) {
      const breaking = placeOf("broken", ({ done }) => {
        if (done === breakAt) throw new Error("broken off");
      });
      await expect(trainStage(steep(50), config, breaking)).rejects.toThrow("broken off");
      expect(readCheckpoint(breaking.checkpoints, "last")).toMatchObject({ step: breakAt - 1, lossScale });
    }
    expect(await trainStage(steep(50), config, placeOf("broken"))).toEqual(whole);
    const [first, second] = ["whole", "broken"].map((name) => readFileSync(placeOf(name).metrics, "utf8"));
    expect(second).toBe(first);
  });

  it("learns what it learns in float32: the family's network, to 1 % of the loss", async () => {
    const config = configOf({ epochs: 2, stepsPerEpoch: 10, learningRate: 0.01 });
    const float32 = await trainStage(smallUnetObjective(), config, placeOf("float32"));
    const mixed = await trainStage(smallUnetObjective(), { ...config, precision: "mixed" }, placeOf("mixed"));
    const begin = readMetrics(placeOf("float32").metrics)[0].validationLoss;
    expect(float32.bestLoss).toBeLessThan(0.6 * begin);
    expect(Math.abs(mixed.bestLoss / float32.bestLoss - 1)).toBeLessThan(0.01);
    expect(mixed.bestLoss).not.toBe(float32.bestLoss);
  });
});

describe("a configuration that asks for mixed precision", () => {
  const config = parseTrainConfig("method: deterministic\nforecaster: { precision: mixed }", "test");
  const asked = { archive: memoryArchive(), config, threads: 1 };
  const refusal =
    /^forecaster\.precision: expected float32 on cpu, which has no half precision, got mixed; (no device|or --device)/;

  it("is refused on the CPU, by training and by its dry run", async () => {
    const run = join(folder, "refused");
    await expect(train({ ...asked, run, resume: false, report: () => {} })).rejects.toThrow(refusal);
    await expect(dryRun(asked)).rejects.toThrow(refusal);
  });

  it("is float32 unless it asks", () => {
    const plain = parseTrainConfig("method: deterministic", "test");
    expect(plain).toMatchObject({ forecaster: { precision: "float32" } });
    expect(() => parseTrainConfig("forecaster: { precision: half }", "test")).toThrow(
      /^test forecaster\.precision: expected/,
    );
  });
});
