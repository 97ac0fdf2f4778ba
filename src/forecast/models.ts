/**
 * The trained networks of a run, loaded from its plain ONNX, and what they are fed.
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { RequestError } from "../core/index.ts";
import { createSession, type Session } from "../graph/index.ts";
import {
  type NormalizedState,
  type RunDescription,
  readRun,
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
  /** sha256 of all models: what a forecast says it was made by. */
  readonly fingerprint: string;
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

/** @throws RequestError when the run is missing or its training has not finished */
export async function openModels(folder: string, threads: number): Promise<Models> {
  const run = readRun(folder);
  const hash = createHash("sha256");
  const sessions = new Map<string, Session>();
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
    const model = readFileSync(path);
    hash.update(model);
    sessions.set(stage, await createSession(model, { threads }));
  }
  const surroundingsOf = surroundingsMaker(run, readStatics(folder, run));
  const surrounded = surroundingPlanes(run) > 0;
  return {
    run,
    fingerprint: hash.digest("hex"),
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
