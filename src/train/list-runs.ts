/** Which runs there are, and how they came out: what `updraft runs` shows. @module */
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { RequestError } from "../core/index.ts";
import { PRESET_NAMES, PRESETS } from "../nn/index.ts";
import { type MethodName, readRun, runPaths } from "../run/index.ts";
import { decodeShapes, headerEnd, PREFIX_BYTES } from "../safetensors/index.ts";
import { checkpointPath } from "./checkpoint.ts";
import { stagesOf } from "./methods/index.ts";
import { readMetrics } from "./metrics.ts";
import { readTrainConfig } from "./read-config.ts";

export interface StageSummary {
  readonly stage: string;
  /** The preset its network is, if it is one. */
  readonly preset: string | undefined;
  /** Undefined before its first checkpoint. */
  readonly parameters: number | undefined;
  readonly epochs: number;
  readonly epochsWanted: number;
  readonly bestLoss: number | undefined;
  readonly bestEpoch: number | undefined;
  readonly skipped: number;
}

export interface RunSummary {
  readonly run: string;
  readonly method: MethodName;
  /** Of the archive: where its hours came from. */
  readonly source: string;
  readonly synthetic: boolean;
  /** When metrics were last written, in milliseconds since 1970; undefined before the first epoch. */
  readonly changedMs: number | undefined;
  readonly stages: readonly StageSummary[];
}

/** The run at `folder`, or the runs in it, by name. @throws RequestError when there is neither */
export function listRuns(folder: string): RunSummary[] {
  if (existsSync(runPaths(folder).description)) return [summaryOf(folder)];
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  const runs = names.map((name) => join(folder, name)).filter((path) => existsSync(runPaths(path).description));
  if (runs.length > 0) return runs.map(summaryOf);
  throw new RequestError({
    place: folder,
    expected: "a run, or a folder of runs",
    got: existsSync(folder) ? "a folder without any" : "nothing",
    remedy: "make one with `updraft train`",
  });
}

function summaryOf(run: string): RunSummary {
  const paths = runPaths(run);
  const { method, source, synthetic } = readRun(run);
  const metrics = readMetrics(paths.metrics);
  const stages = stagesOf(readTrainConfig(paths.config)).map(({ name, config }): StageSummary => {
    const own = metrics.filter(({ stage }) => stage === name);
    const best = own.findLast((entry) => entry.best);
    return {
      stage: name,
      preset: "network" in config ? presetOf(config.network) : undefined,
      parameters: parametersIn(checkpointPath(paths.checkpoints(name), "last")),
      epochs: own.at(-1)?.epoch ?? 0,
      epochsWanted: config.epochs,
      bestLoss: best?.validationLoss,
      bestEpoch: best?.epoch,
      skipped: own.at(-1)?.skipped ?? 0,
    };
  });
  const changedMs = existsSync(paths.metrics) ? statSync(paths.metrics).mtimeMs : undefined;
  return { run, method: method.name, source, synthetic, changedMs, stages };
}

function presetOf(network: unknown): string | undefined {
  return PRESET_NAMES.find((name) => JSON.stringify(PRESETS[name]) === JSON.stringify(network));
}

/** Reads the header alone: a checkpoint may be gigabytes. */
function parametersIn(path: string): number | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, "r");
  try {
    const prefix = new Uint8Array(PREFIX_BYTES);
    readSync(file, prefix, 0, PREFIX_BYTES, 0);
    const head = new Uint8Array(headerEnd(prefix, path));
    const read = readSync(file, head, 0, head.length, 0);
    const shapes = [...decodeShapes(head.subarray(0, read), path)];
    return shapes
      .filter(([name]) => name.startsWith("parameter/"))
      .reduce((sum, [, shape]) => sum + shape.reduce((product, side) => product * side, 1), 0);
  } finally {
    closeSync(file);
  }
}
