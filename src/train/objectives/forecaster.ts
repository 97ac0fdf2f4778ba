/**
 * G, the deterministic forecaster: the normalised state one step on, given the present one and its forcings (docs/def-fidelity.md).
 *
 *   loss = mean over channels and cells of (G([x_t, f_t]) − x_{t+1})²
 *
 * G predicts the next state itself, not its change; its shortcut begins as the identity, so training begins at persistence.
 * @module
 */
import { type Archive, type BatchStream, batchStream, type Split } from "../../archive/index.ts";
import { cellCount } from "../../core/index.ts";
import { concat, input, reduceMean, square, subtract, type Tensor } from "../../graph/index.ts";
import { type ParameterStore, parameterStore, passing, type UNetConfig, unet } from "../../nn/index.ts";
import { type forcingMaker, forcingPlanes, type RunDescription } from "../../run/index.ts";
import type { Feeds, Objective } from "../objective.ts";
import type { StateReader } from "../states.ts";

/** state: [b, channel, ny, nx], forcing: [b, plane, ny, nx] (absent without forcings) → next: [b, channel, ny, nx]. */
export function forecasterGraph(
  run: Pick<RunDescription, "channels" | "grid" | "forcings">,
  network: UNetConfig,
  batch: number,
): { store: ParameterStore; next: Tensor } {
  const { ny, nx } = run.grid;
  const store = parameterStore();
  const state = input("state", [batch, run.channels.length, ny, nx]);
  const planes = forcingPlanes(run.forcings);
  const seen = planes === 0 ? state : concat([state, input("forcing", [batch, planes, ny, nx])], 1);
  const next = unet(store, network, seen, { outChannels: run.channels.length, shortcutBegins: passing(0) });
  return { store, next };
}

export interface ForecasterObjectiveOptions {
  readonly archive: Archive;
  readonly run: RunDescription;
  readonly network: UNetConfig;
  readonly batch: number;
  readonly seed: number;
  readonly readState: StateReader;
  readonly makeForcing: ReturnType<typeof forcingMaker>;
}

export function forecasterObjective(options: ForecasterObjectiveOptions): Objective {
  const { archive, run, network, batch, seed, readState, makeForcing } = options;
  const { ny, nx } = run.grid;
  const { store, next } = forecasterGraph(run, network, batch);
  const target = input("target", [batch, run.channels.length, ny, nx]);
  const planes = forcingPlanes(run.forcings);
  const pairs = (split: Split): BatchStream =>
    batchStream(
      archive,
      {
        split,
        leadHours: run.stepHours,
        length: 2,
        batch,
        seed,
        purpose: "forecaster",
        shuffled: split === "train",
      },
      async (time) => (await readState(time)).values,
    );
  const [training, validation] = [pairs("train"), pairs("validation")];

  async function feeds(stream: BatchStream, first: number): Promise<Feeds> {
    const { times, steps } = await stream.at(first);
    const [state, targets] = steps;
    if (planes === 0) return { state, target: targets };
    const size = planes * cellCount(run.grid);
    const forcing = new Float32Array(batch * size);
    for (const [at, time] of times.entries()) forcing.set(makeForcing(time), at * size);
    return { state, target: targets, forcing };
  }

  return {
    stage: "forecaster",
    store,
    sampleLosses: reduceMean(square(subtract(next, target)), [1, 2, 3]),
    trainingSamples: training.samples,
    validationSamples: validation.samples,
    trainingBatch: (first) => feeds(training, first),
    validationBatch: (first) => feeds(validation, first),
  };
}
