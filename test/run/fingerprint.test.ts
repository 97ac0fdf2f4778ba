/** Files of a run that are not what they were: changed, damaged, or of another model. */
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { calibratedDial } from "../../src/calibrate/index.ts";
import { DecodeError } from "../../src/core/index.ts";
import { CHECKSUMS, readRunFile, readStatics, runPaths, writeRunFiles, writeStatics } from "../../src/run/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/safetensors/index.ts";
import { runUpdraft, updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";

const CONFIG = `
method: deterministic
forecaster:
  network: { patch: 1, widths: [8, 16], blocksPerLevel: 1, groups: 4 }
  epochs: 1
  stepsPerEpoch: 2
  batch: 2
  learningRate: 2.0e-3
`;
const folder = scratchFolder("fingerprint");
const at = (...names: string[]): string => join(folder, ...names);
const forecast = (...more: string[]): string[] => [
  ..."forecast --archive archive.zarr --init 2024-05-02T09Z --members 2 --leads 1".split(" "),
  ...more,
];
const train = (run: string): string[] => [
  ..."train --config config.yaml --archive archive.zarr --resume --out".split(" "),
  run,
];
/** A copy of the run whose files a test may spoil. */
const copyOfRun = (name: string): string => {
  cpSync(at("run"), at(name), { recursive: true });
  return name;
};
const flipBit = (path: string, offset: number): void => {
  const bytes = readFileSync(path);
  bytes[offset] ^= 0x40;
  writeFileSync(path, bytes);
};
const linesOf = (run: string): string[] => readFileSync(at(run, CHECKSUMS), "utf8").trimEnd().split("\n");

beforeAll(() => {
  updraft(["sandbox", "--out", "archive.zarr", "--hours", "40", "--nx", "18", "--ny", "12", "--seed", "5"], folder);
  writeFileSync(at("config.yaml"), CONFIG);
  updraft(train("run"), folder);
}, 120_000);

describe("a run", () => {
  it("notes what its files hold, in a form that sha256sum checks", () => {
    expect(linesOf("run").map((line) => line.slice(66))).toEqual([
      "model/forecaster.onnx",
      "model/forecaster.safetensors",
      "run.json",
    ]);
    const checked = spawnSync("sha256sum", ["-c", CHECKSUMS], { cwd: at("run") });
    if (checked.error === undefined) expect(checked.status).toBe(0);
  });

  it("with one bit flipped in its model forecasts nothing", () => {
    const run = copyOfRun("flipped");
    const model = at(run, "model", "forecaster.onnx");
    flipBit(model, Math.floor(readFileSync(model).length / 2));
    const { status, stderr } = runUpdraft(forecast("--run", run, "--out", "flipped.zarr"), folder);
    expect([status, stderr]).toEqual([
      3,
      expect.stringMatching(
        /^updraft: flipped\/model\/forecaster\.onnx: expected the bytes that flipped\/SHA256SUMS names, sha256 \w{12}…, got \d+ bytes with sha256 \w{12}…; copy the run again; .*\n$/,
      ),
    ]);
    expect(existsSync(at("flipped.zarr.partial"))).toBe(false);
  });

  it("without checksums, as one of before there were any, forecasts with a note, and has them once it is resumed", () => {
    const run = copyOfRun("before");
    rmSync(at(run, CHECKSUMS));
    const note = "note: before/model/forecaster.onnx has no checksum, so damage to it is not noticed";
    expect(runUpdraft(forecast("--run", run, "--out", "before.zarr"), folder).stderr).toContain(note);
    updraft(train(run), folder);
    expect(linesOf(run)).toEqual(linesOf("run"));
    expect(runUpdraft(forecast("--run", run, "--out", "after.zarr"), folder).stderr).not.toContain("note:");
  });

  it("is not trained on from a checkpoint with a flipped bit", () => {
    const run = copyOfRun("checkpoint");
    const last = at(run, "checkpoints", "forecaster", "last.safetensors");
    flipBit(last, readFileSync(last).length - 7);
    const { status, stderr } = runUpdraft(train(run), folder);
    expect([status, stderr]).toEqual([
      3,
      expect.stringContaining("expected the tensors that its sha256 names, got others"),
    ]);
  });
});

describe("a forecast that was begun", () => {
  const shard = (i: number): string[] => forecast("--run", "retrained", "--out", "shared.zarr", "--shard", `${i}/2`);

  it("is not gone on with when the run's description changed, by whatever hand, though its model did not", () => {
    const run = copyOfRun("retrained");
    updraft(shard(1), folder);
    const path = at(run, "run.json");
    copyFileSync(path, at("kept.json"));
    const description = JSON.parse(readFileSync(path, "utf8")) as { statistics: { mean: number }[] };
    description.statistics[0].mean += 1;
    writeFileSync(path, JSON.stringify(description));
    expect(runUpdraft(shard(2), folder).stderr).toContain("retrained/run.json: expected the bytes that");
    writeFileSync(
      at(run, CHECKSUMS),
      linesOf(run)
        .filter((line) => !line.endsWith("run.json"))
        .join("\n"),
    );
    const changed = runUpdraft(shard(2), folder);
    expect([changed.status, changed.stderr]).toEqual([2, expect.stringContaining("provenance.model")]);
    // The same again, and it goes on.
    renameSync(at("kept.json"), path);
    expect(updraft(shard(2), folder)).toContain("forecast shared.zarr: 2 members");
  });

  it("nor with weights that were imported meanwhile", () => {
    const run = copyOfRun("imported");
    const begun = (i: number): string[] => forecast("--run", run, "--out", "other.zarr", "--shard", `${i}/2`);
    updraft(begun(1), folder);
    const weights = at(run, "model", "forecaster.safetensors");
    const { tensors } = decodeSafetensors(readFileSync(weights), weights);
    for (const { data } of tensors.values()) data[0] += 0.5;
    writeFileSync(at("w.safetensors"), encodeSafetensors(tensors));
    updraft(["import", "--run", run, "--network", "forecaster", "--weights", "w.safetensors"], folder);
    expect(runUpdraft(begun(2), folder).stderr).toContain("provenance.model");
    expect(runUpdraft(forecast("--run", run, "--out", "new.zarr"), folder).stderr).not.toContain("SHA256SUMS");
  });
});

describe("a stored dial", () => {
  const dialled = (calibration: object | string): string => {
    const run = existsSync(at("dialled")) ? "dialled" : copyOfRun("dialled");
    const text = JSON.stringify({ format: "updraft-calibration", ...(calibration as object) });
    writeFileSync(at(run, "calibration.json"), typeof calibration === "string" ? calibration : text);
    return at(run);
  };

  it.each([
    [{ version: 1, dial: { guidanceScale: 7 } }, "dial.guidanceScale: Too big: expected number to be <=2"],
    [{ version: 1, dial: { walks: 1.5 } }, "dial.walks: Invalid input: expected int, received number"],
    [{ version: 3, dial: {} }, "version: Invalid input"],
    ["{", "no JSON"],
  ])("out of what a dial can be is refused in one line: %j", (calibration, got) => {
    const run = dialled(calibration);
    const remedy = "run `updraft calibrate` again, or forecast with --raw";
    const message = `${join(run, "calibration.json")}: expected a calibration, got ${got}`;
    expect(() => calibratedDial(run)).toThrow(DecodeError);
    expect(() => calibratedDial(run)).toThrow(message);
    expect(() => calibratedDial(run)).toThrow(new RegExp(`; ${remedy}$`));
  });

  it("of another model is refused, and one of before files named their model is used with a word", () => {
    expect(() => calibratedDial(dialled({ version: 2, model: "abc", dial: {} }))).toThrow(
      "expected a dial that was tried with this run's model, got one of another model",
    );
    dialled({ version: 1, dial: {} });
    const { status, stderr } = runUpdraft(forecast("--run", "dialled", "--out", "dialled.zarr"), folder);
    expect([status, stderr]).toEqual([
      0,
      expect.stringContaining("(--raw for the method's own); of which model, its file does not say"),
    ]);
  });
});

describe("files of a run", () => {
  it("are called damaged when a bit of them flips, statics too, and never because a writer was killed", async () => {
    const run = at("files");
    const paths = runPaths(run);
    const grid = { nx: 4, ny: 3 } as Parameters<typeof writeStatics>[1]["grid"];
    await writeStatics(run, { grid }, { orography: Float32Array.from({ length: 12 }, (_, cell) => 100 + cell) });
    const statics = { forcings: ["orography"], grid } as const;
    expect(readStatics(run, statics).orography?.[11]).toBe(111);
    flipBit(paths.statics, readFileSync(paths.statics).length - 2);
    expect(() => readStatics(run, statics)).toThrow(DecodeError);
    // Killed between the file and its line: the line was taken away first.
    await expect(writeRunFiles(run, new Map([[join(paths.statics, "impossible"), "x"]]))).rejects.toThrow();
    await writeRunFiles(run, new Map([[paths.config, "one"]]));
    const files: [string, string][] = [
      [paths.config, "two"],
      [join(paths.config, "impossible"), "x"],
    ];
    await expect(writeRunFiles(run, new Map(files))).rejects.toThrow();
    expect(readRunFile(run, paths.config)).toMatchObject({ isChecked: false, bytes: Buffer.from("two") });
  });
});
