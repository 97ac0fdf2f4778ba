/** A run that goes on with another configuration: what may change, what it goes on from, and what it says of it afterwards. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { CHECKSUMS } from "../../src/run/index.ts";
import { parseTrainConfig } from "../../src/train/index.ts";
import { type EpochMetrics, readMetrics } from "../../src/train/metrics.ts";
import { runUpdraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { TINY_CONFIG, tinyArchive } from "../cli/tiny-run.ts";

const folder = scratchFolder("segments");
/** The denoiser, the second stage, is what is changed. */
const config = (denoiser: string, changes: (text: string) => string = (text) => text): string => {
  const [before, after] = TINY_CONFIG.split("denoiser:");
  return changes(`${before}denoiser:${after.replace("learningRate: 2.0e-3", denoiser)}`);
};
const RATE = "learningRate: 2.0e-3\n  schedule: constant";
const LOWER = "learningRate: 5.0e-4\n  schedule: constant";
/** Of the denoiser. */
const six = (text: string): string => text.replace(/epochs: 4(?![^]*epochs: 4)/, "epochs: 6");

function train(name: string, text: string, ...more: readonly string[]): { status: number | null; stderr: string } {
  writeFileSync(join(folder, `${name}.yaml`), text);
  const args = ["train", "--config", `${name}.yaml`, "--archive", "archive.zarr", "--out", name, ...more];
  return runUpdraft(args, folder);
}
const metrics = (name: string, stage: string): EpochMetrics[] =>
  readMetrics(join(folder, name, "metrics.jsonl")).filter((line) => line.stage === stage);
const described = (name: string): { segments?: unknown } =>
  JSON.parse(readFileSync(join(folder, name, "run.json"), "utf8")) as { segments?: unknown };

beforeAll(() => tinyArchive(folder));

describe("a run that goes on with another configuration", () => {
  beforeAll(() => {
    expect(train("begun", config(RATE)).status).toBe(0);
    // As if it had been begun with six epochs and stopped after four.
    writeFileSync(
      join(folder, "begun", "config.yaml"),
      six(readFileSync(join(folder, "begun", "config.yaml"), "utf8")),
    );
  });

  it("goes on from its best epoch, as the error of a divergence advises, and says so", () => {
    cpSync(join(folder, "begun"), join(folder, "lower"), { recursive: true });
    const before = metrics("lower", "denoiser");
    const best = before.findLast((line) => line.best) as EpochMetrics;
    const { status, stderr } = train("lower", six(config(LOWER)), "--resume");
    expect(stderr).toContain(`denoiser anew from epoch ${best.epoch}: learningRate 0.0005 for 0.002`);
    expect(status, stderr).toBe(0);
    const changed = { learningRate: [2e-3, 5e-4] };
    expect(described("lower").segments).toEqual([{ stage: "denoiser", afterEpoch: best.epoch, changed }]);
    const after = metrics("lower", "denoiser");
    expect(after.slice(0, best.epoch)).toEqual(before.slice(0, best.epoch));
    expect(after.slice(best.epoch).map(({ epoch, segment, learningRate }) => [epoch, segment, learningRate])).toEqual(
      [1, 2, 3, 4, 5, 6].slice(best.epoch).map((epoch) => [epoch, 1, 5e-4]),
    );
    expect(metrics("lower", "forecaster")).toEqual(metrics("begun", "forecaster"));
    const written = parseTrainConfig(readFileSync(join(folder, "lower", "config.yaml"), "utf8"), "x");
    expect(written).toMatchObject({ denoiser: { learningRate: 5e-4 } });
    // With that configuration it is the same run from now on, and nothing is left to do.
    const again = train("lower", six(config(LOWER)), "--resume");
    expect([again.status, described("lower").segments]).toEqual([
      0,
      [{ stage: "denoiser", afterEpoch: best.epoch, changed }],
    ]);
    const late = train("lower", six(config(RATE)), "--resume");
    expect(late.stderr).toMatch(
      /got another denoiser\.learningRate, and denoiser has ended; resume with the run's own/,
    );
    expect(late.status).toBe(2);
  });

  it.each([
    ["another seed", (text: string) => text.replace("seed: 3", "seed: 4"), "seed"],
    ["another network", (text: string) => text.replaceAll("widths: [8, 16]", "widths: [8, 12]"), "forecaster.network"],
    ["another batch", (text: string) => text.replace("accumulate: 2", "accumulate: 1"), "forecaster.accumulate"],
  ])("refuses %s, and says what may change", (_, changes, key) => {
    const { status, stderr } = train("begun", six(config(RATE, changes)), "--resume");
    expect(status).toBe(2);
    expect(stderr).toMatch(
      new RegExp(
        `but for epochs, learningRate, .* of a stage that has not ended, got another ${key.replace(".", "\\.")};`,
      ),
    );
    expect(described("begun").segments).toBeUndefined();
  });

  it("refuses segments of a stage that it has not", () => {
    cpSync(join(folder, "begun"), join(folder, "odd"), { recursive: true });
    const segments = [{ stage: "__proto__", afterEpoch: 0, changed: { epochs: [4, 5] } }];
    rmSync(join(folder, "odd", CHECKSUMS));
    writeFileSync(join(folder, "odd", "run.json"), JSON.stringify({ ...described("odd"), segments }));
    const { status, stderr } = train("odd", six(config(RATE)), "--resume");
    expect([status, stderr]).toEqual([
      3,
      'updraft: odd/run.json: expected segments of forecaster, denoiser, got "__proto__"\n',
    ]);
    expect(existsSync(join(folder, "odd", "model", "denoiser.onnx"))).toBe(true);
  });
});
