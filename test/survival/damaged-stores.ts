/**
 * Stores, runs and records of every kind, each with what reads it, and ways of damaging them: for `stores.test.ts` and
 * `bench/fuzz-stores.ts`.
 * @module
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { createArchive, openArchive } from "../../src/archive/index.ts";
import { calibratedDial } from "../../src/calibrate/index.ts";
import { keptCase } from "../../src/calibrate/kept-cases.ts";
import { type InitTime, integers, type LatLonGrid } from "../../src/core/index.ts";
import { type CaseRecords, openCaseRecords } from "../../src/evaluation/index.ts";
import { createForecast, openForecast } from "../../src/forecast/index.ts";
import { encodeModel, replaceWeights } from "../../src/onnx/index.ts";
import { decodeWeights, encodeWeights } from "../../src/regrid/cache.ts";
import { regridWeights } from "../../src/regrid/index.ts";
import { readRun, readStatics, runPaths, writeStatics } from "../../src/run/index.ts";
import { openManifest } from "../../src/sources/index.ts";
import { describeRun } from "../../src/train/begin-run.ts";
import { readCheckpoint, writeCheckpoint } from "../../src/train/checkpoint.ts";
import { parseTrainConfig } from "../../src/train/index.ts";
import { appendMetrics, readMetrics } from "../../src/train/metrics.ts";
import { withChecksum } from "../../src/zarr/crc32c.ts";
import { describeHours, FIRST, hoursOf, range, SPACE, stateAt } from "../archive/example.ts";

export interface Target {
  readonly name: string;
  readonly folder: string;
  /** Below the folder. */
  readonly files: readonly string[];
  /** Everything that is believed of it. */
  readonly read: () => unknown;
  /** Files in which any change must be noticed, since their content has a checksum. */
  readonly sealed: (file: string) => boolean;
}

const chunk = (file: string): boolean => file.includes("/c/");
const never = (): boolean => false;
const always = (): boolean => true;

/** Makes one of each kind below a folder. */
export async function damageable(root: string): Promise<Target[]> {
  const place = (...names: string[]): string => {
    const path = join(root, ...names);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  };
  const target = (name: string, folder: string, rest: Pick<Target, "read" | "sealed">): Target => ({
    name,
    folder,
    files: readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => statSync(join(folder, file)).isFile())
      .sort(),
    ...rest,
  });

  const archivePath = place("a.zarr");
  const statics = { orography: stateAt(2).slice(0, 120) };
  await createArchive(archivePath, describeHours(6, { statics }), hoursOf(range(6)));
  const readArchive = async (): Promise<unknown> => {
    const archive = await openArchive(archivePath);
    const { times, channels, grid, statistics, splits } = archive;
    const states: unknown[] = [];
    for (const time of times)
      states.push(archive.leadHours(time), archive.quality(time), await archive.readState(time));
    return [times, channels, grid, statistics, splits, states, await archive.readStatic("orography")];
  };

  const forecastPath = place("f.zarr");
  const writer = await createForecast(forecastPath, {
    space: SPACE,
    initTime: FIRST as number as InitTime,
    leadHours: [1, 2],
    memberCount: 2,
    synthetic: true,
    method: "made up",
    provenance: { seed: 1 },
    initial: stateAt(0),
  });
  for (const member of [0, 1]) for (const lead of [1, 2]) await writer.write(member, lead, stateAt(member + lead));
  await writer.finish();
  const readForecast = async (): Promise<unknown> => {
    const { initTime, leadHours, memberCount, channels, method, ...forecast } = await openForecast(forecastPath);
    const fields: unknown[] = [];
    for (const channel of channels) {
      fields.push(await forecast.readInitial(channel));
      for (let member = 0; member < memberCount; member++) {
        for (const lead of leadHours) fields.push(await forecast.readMember(member, lead, channel));
      }
    }
    return [initTime, leadHours, memberCount, channels, method, forecast.grid, fields];
  };

  const run = dirname(place("run", "x"));
  const paths = runPaths(run);
  const config = parseTrainConfig("stepHours: 1\nnormalization: global\nforcings: [hour, orography]\n", "config");
  const description = await describeRun(await openArchive(archivePath), config);
  writeFileSync(paths.description, JSON.stringify({ ...description, splits: [] }));
  await writeStatics(run, description, statics);
  for (const epoch of [1, 2, 3]) {
    const losses = { trainLoss: 1 / epoch, validationLoss: 2 / epoch, gradientNorm: 1, learningRate: 0.001 };
    appendMetrics(paths.metrics, { stage: "forecaster", epoch, step: 5 * epoch, ...losses, skipped: 0, best: true });
  }
  const tensors = new Map([["parameter/w", { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) }]]);
  const counts = { epoch: 3, step: 15, skipped: 0, skippedInRow: 0, bestLoss: 0.5, bestEpoch: 2 };
  await writeCheckpoint(paths.checkpoints("forecaster"), "last", { tensors, ...counts });
  writeFileSync(join(run, "calibration.json"), '{"format":"updraft-calibration","version":1,"dial":{"walks":2}}');
  const onnx = place("run", "model", "forecaster.onnx");
  const array = { elementType: "float32" as const, shape: [3] };
  writeFileSync(
    onnx,
    encodeModel({
      name: "m",
      opsets: { "": 18 },
      nodes: [{ operator: "Mul", domain: "", inputs: ["x", "w"], outputs: ["y"], attributes: {} }],
      initializers: [{ name: "w", shape: [3], values: Float32Array.of(1, -1, 2) }],
      inputs: [{ name: "x", ...array }],
      outputs: [{ name: "y", ...array }],
      metadata: {},
    }),
  );
  const weights = new Map([["w", { shape: [3], data: Float32Array.of(4, 5, 6) }]]);
  const readWholeRun = (): unknown => {
    const held = readRun(run);
    return [
      held,
      readStatics(run, held),
      readMetrics(paths.metrics),
      readCheckpoint(paths.checkpoints("forecaster"), "last"),
      calibratedDial(run),
      replaceWeights(readFileSync(onnx), weights, ["w"], onnx),
    ];
  };

  const cases = place("report", "cases.jsonl");
  const one = { initTime: FIRST as number as InitTime, leadHours: 1 };
  const openCases = (): Promise<CaseRecords> => openCaseRecords(cases, { of: "this" });
  const first = await openCases();
  const kinds = { values: {}, events: {}, fractions: {}, spectra: {}, objects: {}, vectors: {}, reports: {} };
  const sums = { ...kinds, values: { t2m: { cells: 192, sumOfErrors: 0.25, sumsOfRanks: [1, 2, 3] } } };
  for (const leadHours of [1, 2]) {
    // Sums of some kind: what they are is the scores' business.
    await first.add({ ...one, leadHours, systems: { ours: sums as never } });
  }
  await first.close();
  const readCases = async (): Promise<unknown> => {
    const records = await openCases();
    try {
      // A record that is lost is judged again; one that is found has a checksum.
      const found = [await records.find(one), await records.find({ ...one, leadHours: 2 })];
      for (const record of found) {
        if (record !== undefined && JSON.stringify(record.systems) !== JSON.stringify({ ours: sums })) {
          throw new Error("another record was believed, though it has a checksum");
        }
      }
      return found;
    } finally {
      await records.close();
    }
  };

  const scratch = dirname(place("calibration", "x"));
  const kept = (): Promise<number[]> =>
    keptCase({ scratch, name: "s=0.5", key: ["one"], schema: z.array(z.number()) }, async () => [1, 2, 3]);
  await kept();

  const manifest = place("fetched", "manifest.jsonl");
  const record = { path: "a", status: "held", initTime: "2024-05-01T00:00:00Z", leadHours: 0, source: "aws", url: "x" };
  const message = { names: ["t2m"], range: [0, 3], lines: [":TMP:"] };
  const rest = { sourceBytes: 3, messages: [message], absent: [], bytes: 3, sha256: "00" };
  writeFileSync(manifest, `${JSON.stringify({ ...record, ...rest })}\n`);

  const grid = (nx: number): LatLonGrid => ({
    kind: "latlon",
    nx,
    ny: 4,
    latitude0Degrees: 40,
    longitude0Degrees: -100,
    dLatitudeDegrees: 1,
    dLongitudeDegrees: 8 / nx,
  });
  const [from, to] = [grid(8), grid(4)];
  const weightsFile = place("weights", "w.weights");
  const weightsAnew = regridWeights("nearest", from, to);
  writeFileSync(weightsFile, encodeWeights(weightsAnew));

  return [
    target("archive", archivePath, { read: readArchive, sealed: chunk }),
    target("forecast", forecastPath, { read: readForecast, sealed: chunk }),
    target("run", run, { read: readWholeRun, sealed: never }),
    target("cases", dirname(cases), { read: readCases, sealed: never }),
    target("kept case", scratch, { read: kept, sealed: always }),
    target("manifest", dirname(manifest), {
      read: async () => [...(await openManifest(dirname(manifest))).records],
      sealed: never,
    }),
    target("weights", dirname(weightsFile), {
      // What does not verify is computed anew.
      read: () => decodeWeights(readFileSync(weightsFile), { kind: "nearest", from, to }) ?? weightsAnew,
      sealed: always,
    }),
  ];
}

/** A damage by its number: which of the targets, which of its files, and what becomes of it. */
export interface Damage {
  readonly target: Target;
  readonly file: string;
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** What else is changed alike, where both of two copies are. */
  readonly also?: { readonly file: string; readonly bytes: Uint8Array };
}

type Draw = (bound: number) => number;
const HUGE = [0n, 1n, 255n, 2n ** 16n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 40n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
const WRONG: readonly unknown[] = [
  null,
  "",
  -1,
  0,
  0.5,
  1e308,
  2 ** 31,
  2 ** 53,
  [],
  {},
  true,
  "NaN",
  "big",
  [1e9, 1e9],
];

const BYTEWISE: Readonly<Record<string, (bytes: Buffer, draw: Draw) => Uint8Array>> = {
  "a flipped bit": (bytes, draw) => {
    bytes[draw(bytes.length)] ^= 1 << draw(8);
    return bytes;
  },
  "other bytes": (bytes, draw) => {
    const at = draw(bytes.length);
    for (let k = 0; k <= draw(8); k++) if (at + k < bytes.length) bytes[at + k] = draw(256);
    return bytes;
  },
  "cut short": (bytes, draw) => bytes.subarray(0, draw(bytes.length)),
  "bytes more": (bytes, draw) =>
    Buffer.concat([bytes, Buffer.from(Array.from({ length: 1 + draw(40) }, () => draw(256)))]),
  "a piece twice": (bytes, draw) => {
    const [at, end] = [draw(bytes.length), draw(bytes.length)];
    return Buffer.concat([bytes.subarray(0, Math.max(at, end)), bytes.subarray(Math.min(at, end))]);
  },
  zeros: (bytes, draw) => bytes.fill(0, draw(bytes.length)),
  "a size of another": (bytes, draw) => {
    if (bytes.length < 8) return bytes.subarray(0, 0);
    const at = draw(3) === 0 ? 0 : draw(bytes.length - 7);
    bytes.writeBigUInt64LE(HUGE[draw(HUGE.length)], at);
    return bytes;
  },
};

/** Case `index` of a seed is always the same. */
export function damaged(targets: readonly Target[], seed: number, index: number): Damage {
  const numbers = integers({ seed, purpose: "damaged stores", index }, 64, 2 ** 31);
  let next = 0;
  const draw: Draw = (bound) => numbers[next++ % numbers.length] % Math.max(1, bound);
  const target = targets[draw(targets.length)];
  const file = target.files[draw(target.files.length)];
  const whole = (): Buffer => readFileSync(join(target.folder, file));
  const isJson = /\.jsonl?$/.test(file);
  const isShard = /state\/c\/\d+\/\d/.test(file);
  if (isJson && draw(3) > 0) {
    const change = documentChange(draw);
    const also = file === "zarr.json" ? undefined : copyIn(target, file, change);
    return { target, file, kind: "a wrong value", bytes: changedDocument(whole(), change), ...(also && { also }) };
  }
  if (isShard && draw(3) === 0) return { target, file, kind: "a forged index", bytes: forgedIndex(whole(), draw) };
  const kinds = Object.keys(BYTEWISE);
  const kind = kinds[draw(kinds.length)];
  return { target, file, kind, bytes: Uint8Array.from(BYTEWISE[kind](whole(), draw)) };
}

/** Changes one value somewhere in a document; the same place and value for the same draw. */
function documentChange(draw: Draw): (document: unknown) => unknown {
  const [path, value, gone] = [
    Array.from({ length: 8 }, () => draw(2 ** 20)),
    WRONG[draw(WRONG.length)],
    draw(4) === 0,
  ];
  const go = (held: unknown, depth: number): unknown => {
    if (typeof held !== "object" || held === null || depth === path.length || (depth > 0 && path[depth] % 5 === 0)) {
      return value;
    }
    const copy: Record<string, unknown> | unknown[] = Array.isArray(held) ? [...held] : { ...held };
    const keys = Object.keys(copy);
    if (keys.length === 0) return value;
    const key = keys[path[depth] % keys.length];
    const fields = copy as Record<string, unknown>;
    if (gone && depth > 0) delete fields[key];
    else fields[key] = go(fields[key], depth + 1);
    return copy;
  };
  return (document) => go(document, 0);
}

function changedDocument(bytes: Buffer, change: (document: unknown) => unknown): Uint8Array {
  const [first, ...rest] = bytes.toString().trimEnd().split("\n{");
  const lines =
    rest.length > 0 && first.startsWith('{"') ? [first, ...rest.map((line) => `{${line}`)] : [bytes.toString()];
  const at = lines.length - 1;
  lines[at] = JSON.stringify(change(JSON.parse(lines[at])));
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** The group's copy of an array's document, changed alike: a writer that was wrong says it twice. */
function copyIn({ folder, files }: Target, file: string, change: (document: unknown) => unknown): Damage["also"] {
  if (!file.endsWith("/zarr.json") || !files.includes("zarr.json")) return undefined;
  const group = JSON.parse(readFileSync(join(folder, "zarr.json"), "utf8")) as {
    consolidated_metadata: { metadata: Record<string, unknown> };
  };
  const copies = group.consolidated_metadata.metadata;
  copies[dirname(file)] = change(copies[dirname(file)]);
  return { file: "zarr.json", bytes: Buffer.from(JSON.stringify(group)) };
}

/** Four tiles' entries before a checksum, which is made right again: what only a writer could have got wrong. */
function forgedIndex(bytes: Buffer, draw: Draw): Uint8Array {
  const start = bytes.length - 4 * 16 - 4;
  const index = Buffer.from(bytes.subarray(start, -4));
  index.writeBigUInt64LE(HUGE[draw(HUGE.length)], 8 * draw(8));
  return Buffer.concat([bytes.subarray(0, start), withChecksum(index)]);
}

/** Everything that was read, as one short text. */
export async function believed(read: () => unknown): Promise<string> {
  const hash = createHash("sha256");
  hash.update(JSON.stringify(await read(), spelledOut) ?? "nothing");
  return hash.digest("hex");
}

function spelledOut(_key: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    return createHash("sha256")
      .update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
      .digest("hex");
  }
  if (value instanceof Map) return [...value];
  if (typeof value === "bigint") return String(value);
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
