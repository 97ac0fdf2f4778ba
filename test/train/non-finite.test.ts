import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NumericError } from "../../src/core/index.ts";
import type { TrainingSegment } from "../../src/run/index.ts";
import { readCheckpoint } from "../../src/train/checkpoint.ts";
import { type TrainingPlace, trainStage } from "../../src/train/loop.ts";
import { readMetrics } from "../../src/train/metrics.ts";
import type { Objective } from "../../src/train/objective.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { configOf, line } from "./line.ts";

const folder = scratchFolder("non-finite");

function placeOf(name: string): TrainingPlace {
  const at = join(folder, name);
  return {
    checkpoints: join(at, "checkpoints"),
    metrics: join(at, "checkpoints", "metrics.jsonl"),
    events: join(at, "events"),
    seed: 1,
    device: "cpu",
    threads: 1,
    workers: 1,
    report: () => {},
  };
}

describe("a step that is not finite", () => {
  it("is skipped and counted, and leaves weights, moments and averages as if it had never been", async () => {
    // Samples 4 and 5 are the third step's.
    const place = placeOf("one");
    const schedule = "constant";
    const end = await trainStage(
      line((sample) => sample === 5),
      configOf({ epochs: 1, schedule }),
      place,
    );
    expect(end).toMatchObject({ step: 4, skipped: 1, skippedInRow: 0 });
    const without = await trainStage(
      line(() => false),
      configOf({ epochs: 1, stepsPerEpoch: 3, schedule }),
      placeOf("without"),
    );
    for (const [name, { data }] of without.tensors) expect(end.tensors.get(name)?.data, name).toEqual(data);
    expect(readMetrics(place.metrics)[0]).toMatchObject({ skipped: 1, trainLoss: expect.any(Number) });
  });

  it("is skipped also when only its gradient overflows", async () => {
    const huge = line(() => false);
    const objective: Objective = {
      ...huge,
      // The loss is 9 at w = 0, its derivative 6e38 · 3: too much for float32.
      trainingBatch: async () => ({ x: new Float32Array(2).fill(3e38), y: Float32Array.of(3, 3) }),
    };
    const end = await trainStage(objective, configOf({ epochs: 1, stopAfterSkipped: 9 }), placeOf("overflow"));
    expect(end.skipped).toBe(4);
    expect([...(end.tensors.get("parameter/w") as { data: Float32Array }).data]).toEqual([0]);
    expect(readMetrics(placeOf("overflow").metrics)[0].trainLoss).toBeNull();
  });

  it("stops training after so many in a row, counted across epochs and resumes; checkpoints hold none of it", async () => {
    const place = placeOf("many");
    const bad = line((sample) => sample >= 6);
    // Step 4 is bad, the last of epoch 1; steps 5 and 6 follow in epoch 2.
    await expect(trainStage(bad, configOf({ stopAfterSkipped: 3 }), place)).rejects.toThrow(
      /^line step 6: expected a finite loss and gradient norm, got loss NaN.*for the 3\. step in a row/,
    );
    const last = readCheckpoint(place.checkpoints, "last");
    expect(last).toMatchObject({ epoch: 1, step: 4, skipped: 1, skippedInRow: 1 });
    for (const { data } of last?.tensors.values() ?? []) expect(data.every(Number.isFinite)).toBe(true);
    await expect(trainStage(bad, configOf({ stopAfterSkipped: 3 }), place)).rejects.toThrow(NumericError);
    expect(existsSync(join(place.checkpoints, "epoch-0002.safetensors"))).toBe(false);
  });
});

describe("an epoch most of whose steps were skipped", () => {
  it("is never the best, however low its validation loss", async () => {
    // Steps 2 to 4 of the first epoch are bad; validation says that it was perfect, and the second poor.
    let validations = 0;
    const objective = line(
      (sample) => sample >= 2 && sample < 8,
      () => 10 * validations++,
    );
    const place = placeOf("mostly-skipped");
    const end = await trainStage(objective, configOf({ epochs: 2 }), place);
    expect(readMetrics(place.metrics).map(({ best, skipped }) => [best, skipped])).toEqual([
      [false, 3],
      [true, 3],
    ]);
    expect(end.bestEpoch).toBe(2);
  });
});

describe("a stage that is stepped otherwise from now on", () => {
  const segment = (afterEpoch: number, at = 1): TrainingSegment => ({
    stage: "line",
    afterEpoch,
    changed: { learningRate: [0.1, at] },
  });
  const good = line(() => false);

  it("begins as if it never had been trained where no epoch was the best", async () => {
    const place = placeOf("anew");
    const bad = line((sample) => sample >= 2);
    const config = configOf({ epochs: 4, stopAfterSkipped: 5 });
    await expect(trainStage(bad, config, place)).rejects.toThrow(/add --resume, which goes on from the best epoch/);
    expect(readCheckpoint(place.checkpoints, "last")).toMatchObject({ epoch: 1, bestEpoch: 0 });
    const end = await trainStage(good, configOf({}), { ...place, segments: [segment(0)] });
    const never = await trainStage(good, configOf({}), placeOf("never-bad"));
    for (const [name, { data }] of never.tensors) expect(end.tensors.get(name)?.data, name).toEqual(data);
    expect(readMetrics(place.metrics)).toEqual(
      readMetrics(placeOf("never-bad").metrics).map((entry) => ({ ...entry, segment: 1 })),
    );
  });

  it("counts the updates of its moments anew, is the same when it is killed, and forgets the epochs after that one", async () => {
    const place = placeOf("third");
    await trainStage(good, configOf({ epochs: 3 }), place);
    const constant = configOf({ epochs: 3, schedule: "constant" });
    const weight = (at: TrainingPlace, name: string): number =>
      readCheckpoint(at.checkpoints, name)?.tensors.get("parameter/w")?.data[0] ?? Number.NaN;
    const before = weight(place, "epoch-0001");
    const whole = { ...place, segments: [segment(1)] };
    await trainStage(good, { ...constant, epochs: 2, stepsPerEpoch: 4 }, whole);
    // Adam's first step with fresh moments is as long as the rate, 0.1, whatever was before; four of them towards 3.
    expect(weight(place, "epoch-0002") - before).toBeGreaterThan(0.35);
    expect(weight(place, "epoch-0002") - before).toBeLessThanOrEqual(0.4);
    expect(existsSync(join(place.checkpoints, "epoch-0003.safetensors"))).toBe(false);
    const last = readFileSync(join(place.checkpoints, "last.safetensors"));
    // Stopped and begun again within the segment, and a segment that is there is not begun twice.
    await trainStage(good, { ...constant, epochs: 2, stepsPerEpoch: 4 }, whole);
    expect(readFileSync(join(place.checkpoints, "last.safetensors")).equals(last)).toBe(true);
    expect(readMetrics(place.metrics).map(({ epoch, segment: of }) => [epoch, of])).toEqual([
      [1, undefined],
      [2, 1],
    ]);
  });
});

describe("patience", () => {
  it("ends training after so many epochs without a better validation loss, and a resume has nothing left to do", async () => {
    let validations = 0;
    // Further from the weights with every epoch.
    const objective = line(
      () => false,
      () => 3 + 10 * validations++,
    );
    const place = placeOf("patience");
    const config = configOf({ epochs: 9, patience: 2 });
    const end = await trainStage(objective, config, place);
    expect(end).toMatchObject({ epoch: 3, bestEpoch: 1 });
    const bytes = readFileSync(place.metrics);
    expect((await trainStage(objective, config, place)).epoch).toBe(3);
    expect(readFileSync(place.metrics).equals(bytes)).toBe(true);
  });
});

describe("gradient accumulation", () => {
  it("makes of two batches what one of twice the size makes", async () => {
    const once = await trainStage(
      line(() => false),
      configOf({ epochs: 2 }),
      placeOf("once"),
    );
    const halves = await trainStage(
      line(() => false),
      configOf({ epochs: 2, accumulate: 2 }),
      placeOf("halves"),
    );
    for (const [name, { data }] of once.tensors) expect(halves.tensors.get(name)?.data, name).toEqual(data);
  });
});
