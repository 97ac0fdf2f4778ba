/**
 * The trained networks of a run, loaded from its plain ONNX, and what they are fed.
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import type { Statics } from "../archive/index.ts";
import { RequestError } from "../core/index.ts";
import { createSession, type Session } from "../graph/index.ts";
import {
  type NormalizedState,
  type RunDescription,
  readRun,
  readRunFile,
  readStatics,
  runPaths,
  surroundingPlanes,
  surroundingsMaker,
} from "../run/index.ts";

import type { StepOf } from "./forecaster.ts";

/** Inputs or outputs of a model by name. */
export type Arrays = Readonly<Record<string, Float32Array>>;

export interface Models {
  readonly run: RunDescription;
  /** sha256 of the description, the statics and all models: what a forecast says it was made by. */
  readonly fingerprint: string;
  /** Models that no checksum speaks of, as in runs of before there were any: damage to them is not noticed. */
  readonly unchecked: readonly string[];
  /** The model a stage of training left. */
  ask(stage: string, feeds: Arrays): Promise<Arrays>;
  /** `state` and, where the run has any, its `surroundings`, for a step from it. */
  seenOf(state: NormalizedState, step: Pick<StepOf, "time" | "steps" | "motion" | "largeScale">): Arrays;
  close(): Promise<void>;
}

/** The networks each method forecasts with, by the names of the stages that trained them. */
const NETWORKS = {
  def: ["forecaster", "denoiser"],
  ddpm: ["denoiser"],
  residual: ["forecaster", "denoiser"],
  crps: ["generator"],
  deterministic: ["forecaster"],
} as const satisfies Record<RunDescription["method"]["name"], readonly string[]>;

interface TrainedFiles {
  readonly run: RunDescription;
  readonly statics: Statics;
  /** By the stage that trained them. */
  readonly models: ReadonlyMap<string, Uint8Array>;
  readonly unchecked: readonly string[];
}

function readTrained(folder: string): TrainedFiles {
  const run = readRun(folder);
  const models = new Map<string, Uint8Array>();
  const unchecked: string[] = [];
  for (const stage of NETWORKS[run.method.name]) {
    const path = runPaths(folder).model(stage);
    if (!existsSync(path)) {
      throw new RequestError({
        place: path,
        expected: "a trained model",
        got: "none",
        remedy: "finish the training with `updraft train --resume`",
      });
    }
    const { bytes, isChecked } = readRunFile(folder, path);
    models.set(stage, bytes);
    if (!isChecked) unchecked.push(path);
  }
  return { run, statics: readStatics(folder, run), models, unchecked };
}

/** All that decides what a run makes of a state. */
function fingerprintOf({ run, statics, models }: TrainedFiles): string {
  const hash = createHash("sha256").update(JSON.stringify(run));
  for (const [name, { buffer, byteOffset, byteLength }] of Object.entries(statics)) {
    hash.update(name).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  for (const model of models.values()) hash.update(model);
  return hash.digest("hex");
}

/** `Models.fingerprint` without opening them. Errors as `openModels`. */
export function runFingerprint(folder: string): string {
  return fingerprintOf(readTrained(folder));
}

/** @throws RequestError when the run is missing or its training has not finished, DecodeError when one of its files is damaged */
export async function openModels(folder: string, threads: number): Promise<Models> {
  const trained = readTrained(folder);
  const { run, statics, models, unchecked } = trained;
  const sessions = new Map<string, Session>();
  for (const [stage, model] of models) sessions.set(stage, await createSession(model, { threads }));
  const surroundingsOf = surroundingsMaker(run, statics);
  const surrounded = surroundingPlanes(run) > 0;
  return {
    run,
    fingerprint: fingerprintOf(trained),
    unchecked,
    ask: async (stage, feeds) => {
      const session = sessions.get(stage);
      if (session === undefined) throw new RangeError(`method ${run.method.name} has no network ${stage}`);
      return await session.run(feeds);
    },
    seenOf: (state, { time, steps, motion, largeScale }) => {
      const { values } = state;
      const known = motion === undefined ? state : { ...state, motion };
      if (!surrounded) return { state: values };
      return { state: values, surroundings: surroundingsOf(known, time, steps, largeScale) };
    },
    close: async () => {
      for (const session of sessions.values()) await session.close();
    },
  };
}
