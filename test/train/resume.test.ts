import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type ArchiveHour, createArchive, openArchive, splitOf } from "../../src/archive/index.ts";
import { uniforms } from "../../src/core/index.ts";
import { CHECKSUMS } from "../../src/run/index.ts";
import { runBeside } from "../cli/run-beside.ts";
import { killUpdraftAfter, runUpdraft, updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { TINY_CONFIG, TRAIN_TINY, tinyArchive } from "../cli/tiny-run.ts";

/** Every file of a run by its path, whole. */
function contents(run: string): Map<string, Buffer> {
  const files = readdirSync(run, { recursive: true, encoding: "utf8" }).sort();
  return new Map(
    files.filter((name) => statSync(join(run, name)).isFile()).map((name) => [name, readFileSync(join(run, name))]),
  );
}

describe("training that is killed", () => {
  const folder = scratchFolder("resume");
  beforeAll(() => {
    tinyArchive(folder);
    updraft([...TRAIN_TINY, "--out", "whole"], folder);
    writeFileSync(join(folder, "field.yaml"), TINY_CONFIG.replace("normalization: global", "normalization: field"));
  });

  it("goes on to the same weights, models and metrics, bit for bit, whenever it was killed", async () => {
    const delays = uniforms({ seed: 11, purpose: "kill moments" }, 12);
    let kills = 0;
    let finished = false;
    while (!finished) {
      // Some moments fall before anything is written, others in the middle of either stage.
      const delay = kills < delays.length ? 1500 * delays[kills] : 600_000;
      finished = await killUpdraftAfter(delay, [...TRAIN_TINY, "--out", "killed", "--resume"], folder);
      if (!finished) kills++;
    }
    expect(kills).toBeGreaterThan(2);
    const whole = contents(join(folder, "whole"));
    const killed = contents(join(folder, "killed"));
    expect([...killed.keys()].filter((name) => !name.endsWith(".partial"))).toEqual([...whole.keys()]);
    for (const [name, bytes] of whole) expect(killed.get(name)?.equals(bytes), name).toBe(true);
  });

  it("has learnt something, or equal weights would prove nothing", () => {
    const lines = readFileSync(join(folder, "whole", "metrics.jsonl"), "utf8")
      .trim()
      .split("\n");
    const losses = lines.map((line) => JSON.parse(line) as { stage: string; validationLoss: number });
    for (const stage of ["forecaster", "denoiser"]) {
      const own = losses.filter((entry) => entry.stage === stage);
      expect(own).toHaveLength(4);
      expect((own.at(-1) as { validationLoss: number }).validationLoss).toBeLessThan(own[0].validationLoss);
    }
  });

  it("goes on in field mode too, where the run also holds how moments go on", () => {
    const [begun, resumed] = [[], ["--resume"]].map((flag) =>
      runUpdraft(["train", "--config", "field.yaml", "--archive", "archive.zarr", "--out", "field", ...flag], folder),
    );
    expect(begun.status, begun.stderr).toBe(0);
    expect(resumed.status, resumed.stderr).toBe(0);
  });

  it("has the metrics of every epoch that `last` counts", async () => {
    const last = join(folder, "cut", "checkpoints", "forecaster", "last.safetensors");
    // Killed as soon as there is one.
    const ended = await runBeside([...TRAIN_TINY, "--out", "cut"], folder, () => existsSync(last));
    expect(ended.status).toBeUndefined();
    expect(readFileSync(join(folder, "cut", "metrics.jsonl"), "utf8")).toContain('"epoch":1');
  });

  it("says that a damaged run.json is damaged", () => {
    cpSync(join(folder, "whole"), join(folder, "torn"), { recursive: true });
    truncateSync(join(folder, "torn", "run.json"), 100);
    rmSync(join(folder, "torn", CHECKSUMS));
    const { status, stderr } = runUpdraft([...TRAIN_TINY, "--out", "torn", "--resume"], folder);
    expect(stderr).toMatch(/^updraft: torn\/run\.json: expected a run description in JSON, got .*\n$/);
    expect(status).toBe(3);
  });

  it("is refused where only an hour that validates is another, and is none of the test split's business", async () => {
    const archive = await openArchive(join(folder, "archive.zarr"));
    const { channels, grid, times, source, synthetic, splits, provenance } = archive;
    for (const split of ["validation", "test"] as const) {
      async function* hours(): AsyncGenerator<ArchiveHour> {
        for (const time of times) {
          const state = await archive.readState(time);
          if (splitOf(splits, time) === split) state[0] += 1;
          yield { time, leadHours: archive.leadHours(time), state };
        }
      }
      const [first, last] = [times[0], times[times.length - 1]];
      const about = { space: { channels, grid }, first, last, source, synthetic, splits, provenance };
      await createArchive(join(folder, `${split}.zarr`), about, hours());
    }
    const resumed = (path: string) =>
      runUpdraft(["train", "--config", "config.yaml", "--archive", path, "--out", "whole", "--resume"], folder);
    const { status, stderr } = resumed("validation.zarr");
    expect(stderr).toContain(
      "whole: expected the archive, and the large scale, the run was begun with, got one with other hours",
    );
    expect(status).toBe(2);
    expect(resumed("test.zarr").status).toBe(0);
  });

  it("goes on with a run of before hours had digests", () => {
    const path = join(folder, "whole", "run.json");
    const held = readFileSync(path, "utf8");
    rmSync(join(folder, "whole", CHECKSUMS));
    writeFileSync(path, held.replace(/\n {2}"hours": "[0-9a-f]{64}",/, ""));
    expect(readFileSync(path, "utf8")).not.toBe(held);
    expect(runUpdraft([...TRAIN_TINY, "--out", "whole", "--resume"], folder).status).toBe(0);
    rmSync(join(folder, "whole", CHECKSUMS));
    writeFileSync(path, held);
  });

  it("is refused without --resume where a run is, and with another configuration", () => {
    const again = runUpdraft([...TRAIN_TINY, "--out", "whole"], folder);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain("expected no run there yet, got one; add --resume");
    const other = runUpdraft(
      ["train", "--config", join("whole", "config.yaml"), "--archive", "archive.zarr", "--out", "whole", "--resume"],
      folder,
    );
    // The run's own resolved configuration is the same configuration.
    expect(other.status).toBe(0);
  });
});
