/**
 * The trained networks of a run, loaded from its plain ONNX and spoken to in this room's words.
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cellCount, RequestError, type State, type ValidTime } from "../core/index.ts";
import type { PairedNoisePredictor } from "../diffusion/index.ts";
import { createSession, type Session } from "../graph/index.ts";
import { forcingMaker, type RunDescription, readRun, readStatics, runPaths } from "../run/index.ts";

export interface Networks {
  readonly run: RunDescription;
  /** sha256 of both models: what a forecast says it was made by. */
  readonly fingerprint: string;
  /** G: normalised state valid at `time` → normalised state one step later, raw. [channel, ny, nx] */
  predictNext(values: State, time: ValidTime): Promise<State>;
  /** The denoiser of one condition, guided and unguided in one doubled call. */
  pairFor(condition: State): PairedNoisePredictor;
  close(): Promise<void>;
}

/** @throws RequestError when the run is missing or its training has not finished */
export async function openNetworks(folder: string, threads: number): Promise<Networks> {
  const run = readRun(folder);
  const hash = createHash("sha256");
  const open = async (stage: string): Promise<Session> => {
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
    return await createSession(model, { threads });
  };
  const forecaster = await open("forecaster");
  const denoiser = await open("denoiser");
  const makeForcing = forcingMaker(run.forcings, run.grid, readStatics(folder, run));
  const size = run.channels.length * cellCount(run.grid);
  return {
    run,
    fingerprint: hash.digest("hex"),
    async predictNext(values, time) {
      const feeds = run.forcings.length > 0 ? { state: values, forcing: makeForcing(time) } : { state: values };
      const { next } = await forecaster.run(feeds);
      return next;
    },
    pairFor(state) {
      const condition = new Float32Array(2 * size);
      condition.set(state);
      return async (values, { timestep }) => {
        const noisy = new Float32Array(2 * size);
        noisy.set(values);
        noisy.set(values, size);
        const { epsilon } = await denoiser.run({ condition, noisy, timestep: Float32Array.of(timestep, timestep) });
        return { conditional: epsilon.subarray(0, size), unconditional: epsilon.subarray(size) };
      };
    },
    async close() {
      await forecaster.close();
      await denoiser.close();
    },
  };
}
