/**
 * What a run gives to others, and takes from them: its model in three other runtimes, its weights in two other libraries and back, its
 * numbers as a table.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-web";
import { beforeAll, describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { createSession } from "../../src/graph/index.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../src/safetensors/index.ts";
import { runUpdraft, updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { describeWithPeer, runPeer } from "../peer.ts";

const CONFIG = `
method: deterministic
forecaster:
  network: { patch: 1, widths: [8, 16], blocksPerLevel: 1, groups: 4 }
  epochs: 2
  stepsPerEpoch: 3
  batch: 2
  accumulate: 2
  learningRate: 2.0e-3
`;
/** float32 sums in another order, through some thirty layers, of answers about 1. */
const TOLERANCE = 2e-5;

const folder = scratchFolder("exchange");
const TRAIN = ["train", "--config", "config.yaml", "--archive", "archive.zarr"];
const model = join(folder, "runs", "a", "model", "forecaster.onnx");
const weights = join(folder, "runs", "a", "model", "forecaster.safetensors");

function feedsOf(shapes: Readonly<Record<string, readonly number[]>>): Map<string, StoredTensor> {
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const data = normals(
        { seed: 1, purpose: name },
        shape.reduce((n, side) => n * side, 1),
      );
      return [name, { shape, data: Float32Array.from(data) }];
    }),
  );
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);
}

let feeds: Map<string, StoredTensor>;
let ours: Float32Array;

beforeAll(async () => {
  updraft(["sandbox", "--out", "archive.zarr", "--hours", "40", "--nx", "18", "--ny", "12", "--seed", "5"], folder);
  writeFileSync(join(folder, "config.yaml"), CONFIG);
  updraft([...TRAIN, "--out", join("runs", "a")], folder);
  const session = await createSession(readFileSync(model), { threads: 1 });
  expect(session.inputNames).toEqual(["state", "surroundings"]);
  feeds = feedsOf({ state: [1, 7, 12, 18], surroundings: [1, 4, 12, 18] });
  ({ next: ours } = await session.run(Object.fromEntries([...feeds].map(([name, { data }]) => [name, data]))));
  await session.close();
  expect(Math.max(...ours.map(Math.abs))).toBeGreaterThan(0.5);
}, 120_000);

describe("a run's model", () => {
  it("uses operators of the ONNX standard alone", () => {
    expect(readFileSync(model, "latin1")).not.toContain("com.microsoft");
  });

  it("gives the same in a browser's runtime, onnxruntime-web on WebAssembly", async () => {
    const session = await InferenceSession.create(readFileSync(model), { executionProviders: ["wasm"] });
    const values = [...feeds].map(([name, { shape, data }]) => [name, new Tensor("float32", data, shape)]);
    const { next } = await session.run(Object.fromEntries(values));
    expect(largestDifference(next.data as Float32Array, ours)).toBeLessThan(TOLERANCE);
    await session.release();
  });
});

describeWithPeer("onnxruntime in Python", () => {
  it("gives what we get of a run's model", () => {
    const [given, got] = ["feeds", "results"].map((name) => join(folder, `${name}.safetensors`));
    writeFileSync(given, encodeSafetensors(feeds));
    runPeer("run_onnx.py", [model, given, got]);
    const { tensors } = decodeSafetensors(readFileSync(got), got);
    expect(largestDifference(tensors.get("next")!.data, ours)).toBeLessThan(TOLERANCE);
  });
});

describe("a run's weights", () => {
  const original = (): ReadonlyMap<string, StoredTensor> => decodeSafetensors(readFileSync(weights), weights).tensors;
  const given = join(folder, "given.safetensors");
  const importInto = (run: string): ReturnType<typeof runUpdraft> =>
    runUpdraft(["import", "--run", run, "--network", "forecaster", "--weights", given], folder);

  it("come back as they were, and the model with them", () => {
    const before = [model, weights].map((path) => readFileSync(path));
    // In another order, as another library may write them.
    writeFileSync(given, encodeSafetensors(new Map([...original()].toReversed())));
    expect(importInto("runs/a").status).toBe(0);
    for (const [at, path] of [model, weights].entries()) expect(readFileSync(path).equals(before[at]), path).toBe(true);
  });

  it("may be others, which the model then computes with", async () => {
    const copy = join(folder, "runs", "b");
    mkdirSync(join(copy, "model"), { recursive: true });
    for (const file of ["run.json", "config.yaml", "model/forecaster.onnx", "model/forecaster.safetensors"]) {
      copyFileSync(join(folder, "runs", "a", file), join(copy, file));
    }
    const zeros = [...original()].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 0) }] as const);
    writeFileSync(given, encodeSafetensors(new Map(zeros)));
    expect(importInto("runs/b").stdout).toMatch(/^runs\/b: \d+ weights of forecaster imported\n$/);
    const session = await createSession(readFileSync(join(copy, "model", "forecaster.onnx")), { threads: 1 });
    const { next } = await session.run(Object.fromEntries([...feeds].map(([name, { data }]) => [name, data])));
    expect(next.every((value) => value === 0)).toBe(true);
    await session.close();
  });

  it("must be whole, of this network, and finite; else nothing is changed", () => {
    const before = readFileSync(model);
    const [name, first] = [...original()][0];
    const others = [...original()].slice(1);
    const wrong: readonly (readonly [ReadonlyMap<string, StoredTensor>, string, number])[] = [
      [new Map(others), `weight "${name}": expected it`, 2],
      [new Map([...original(), ["stranger", { shape: [1], data: new Float32Array(1) }]]), 'weight "stranger"', 2],
      [new Map([[name, { ...first, shape: [first.data.length] }], ...others]), `weight "${name}": expected shape`, 2],
      [new Map([[name, { ...first, data: first.data.map(() => Number.NaN) }], ...others]), "got NaN at 0", 4],
    ];
    for (const [tensors, message, exit] of wrong) {
      writeFileSync(given, encodeSafetensors(tensors));
      const { status, stderr } = importInto("runs/a");
      expect(stderr).toContain(message);
      expect(status, message).toBe(exit);
    }
    expect(readFileSync(model).equals(before)).toBe(true);
  });
});

describeWithPeer("the reference reader of safetensors", () => {
  it("finds every weight with its shape", () => {
    const read = JSON.parse(runPeer("read_safetensors.py", [weights, join(folder, "again.safetensors")])) as {
      tensors: Record<string, { dtype: string; shape: number[] }>;
    };
    const own = decodeSafetensors(readFileSync(weights), weights).tensors;
    expect(Object.keys(read.tensors).toSorted()).toEqual([...own.keys()].toSorted());
    for (const [name, { shape }] of own) expect(read.tensors[name]).toMatchObject({ dtype: "float32", shape });
  });
});

describe("updraft runs", () => {
  it("lists what is there, as a table and as JSON", () => {
    const [heading, line] = updraft(["runs"], folder).split("\n");
    expect(heading).toMatch(/^run +method +stage +network +parameters +epochs +best loss/);
    expect(line).toMatch(/^runs\/a +deterministic +forecaster +own +\d+ +2\/2 +0\.\d+ +\d +0 +20\d\d-/);
    const [run] = JSON.parse(updraft(["runs", "--json"], folder)) as { stages: { parameters: number }[] }[];
    const count = [...decodeSafetensors(readFileSync(weights), weights).tensors.values()].reduce(
      (sum, { data }) => sum + data.length,
      0,
    );
    expect(run.stages[0].parameters).toBe(count);
    expect(runUpdraft(["runs", "nowhere"], folder)).toMatchObject({ status: 2 });
  });
});

describe("train --dry-run", () => {
  it("measures every stage and writes nothing", () => {
    const result = JSON.parse(updraft([...TRAIN, "--dry-run", "--json", "--out", "dry"], folder)) as {
      stages: {
        stage: string;
        precision: string;
        stepSeconds: number;
        stepsPerEpoch: number;
        totalSeconds: number;
        epochSeconds: number;
      }[];
    };
    expect(existsSync(join(folder, "dry"))).toBe(false);
    const [{ stage, precision, stepSeconds, stepsPerEpoch, epochSeconds, totalSeconds }] = result.stages;
    expect([stage, precision, stepsPerEpoch]).toEqual(["forecaster", "float32", 3]);
    expect(stepSeconds).toBeGreaterThan(0);
    expect(epochSeconds).toBeGreaterThan(3 * stepSeconds);
    expect(totalSeconds).toBeCloseTo(2 * epochSeconds, 9);
  });
});

describe("a device", () => {
  it("that is not there is refused in one line that names those that are", () => {
    const { status, stderr } = runUpdraft([...TRAIN, "--dry-run", "--device", "cuda"], folder);
    expect(status).toBe(2);
    // Vulkan drivers, where there are any, speak on stderr for themselves while they are looked for.
    const lines = stderr.split("\n").filter((line) => line.startsWith("updraft: "));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^updraft: --device cuda: expected a device of this machine, got only cpu/);
    expect(stderr.endsWith(`${lines[0]}\n`)).toBe(true);
  });
});
