import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EpochMetrics } from "../../src/train/metrics.ts";
import { encodeEvents } from "../../src/train/tensorboard.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { describeWithPeer, runPeer } from "../peer.ts";

const epoch: EpochMetrics = {
  stage: "forecaster",
  epoch: 1,
  step: 200,
  trainLoss: 0.5,
  validationLoss: 0.25,
  gradientNorm: 2,
  learningRate: 0.125,
  skipped: 0,
  best: true,
};

describe("an event file", () => {
  it("begins with its version, framed by masked checksums", () => {
    // tensorboard 2.21: RecordWriter(file).write(Event(file_version="brain.Event:2").SerializeToString())
    const golden = "0f000000000000006d532b091a0d627261696e2e4576656e743a32fc985129";
    expect(Buffer.from(encodeEvents([])).toString("hex")).toBe(golden);
  });
});

describeWithPeer("TensorBoard", () => {
  const folder = scratchFolder("events");
  it("reads the scalars of every epoch, and none where a whole epoch was skipped", () => {
    const path = join(folder, "events.out.tfevents.0.test");
    writeFileSync(
      path,
      encodeEvents([epoch, { ...epoch, step: 400, trainLoss: null, gradientNorm: null, skipped: 7 }]),
    );
    expect(JSON.parse(runPeer("read_events.py", [path]))).toEqual({
      "loss/train": [[200, 0.5]],
      "loss/validation": [
        [200, 0.25],
        [400, 0.25],
      ],
      "gradient norm": [[200, 2]],
      "learning rate": [
        [200, 0.125],
        [400, 0.125],
      ],
      "skipped steps": [
        [200, 0],
        [400, 7],
      ],
    });
  });
});
