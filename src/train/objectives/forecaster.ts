/**
 * G, the deterministic forecaster: the normalised state one step on, given the present one and its forcings (def.md 5.1).
 *
 *   loss = mean over channels and cells of (G([x_t, f_t]) − x_{t+1})²
 *
 * G predicts the next state itself, not its change; its shortcut begins as the identity, so training begins at persistence.
 * @module
 */
import { type Archive, pairsAt, type Split } from "../../archive/index.ts";
import { cellCount, SECONDS_PER_HOUR, type ValidTime } from "../../core/index.ts";
import { concat, input, reduceMean, square, subtract, type Tensor } from "../../graph/index.ts";
import { type ParameterStore, parameterStore, passing, type UNetConfig, unet } from "../../nn/index.ts";
import { type forcingMaker, forcingPlanes, type RunDescription } from "../../run/index.ts";
import type { Feeds, Objective } from "../objective.ts";
import { sampleOrder } from "../sample-order.ts";
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
  const training = pairsAt(archive, "train", run.stepHours);
  const validation = pairsAt(archive, "validation", run.stepHours);
  const order = sampleOrder(training.length, seed, "forecaster");
  const planes = forcingPlanes(run.forcings);

  async function feeds(times: readonly ValidTime[]): Promise<Feeds> {
    const stateSize = run.channels.length * cellCount(run.grid);
    const state = new Float32Array(batch * stateSize);
    const targets = new Float32Array(batch * stateSize);
    const forcing = new Float32Array(batch * planes * cellCount(run.grid));
    for (const [at, time] of times.entries()) {
      const later = (time + run.stepHours * SECONDS_PER_HOUR) as ValidTime;
      state.set((await readState(time)).values, at * stateSize);
      targets.set((await readState(later)).values, at * stateSize);
      if (planes > 0) forcing.set(makeForcing(time), at * planes * cellCount(run.grid));
    }
    return planes > 0 ? { state, target: targets, forcing } : { state, target: targets };
  }

  return {
    stage: "forecaster",
    store,
    sampleLosses: reduceMean(square(subtract(next, target)), [1, 2, 3]),
    trainingSamples: training.length,
    validationSamples: validation.length,
    trainingBatch: (first) => feeds(Array.from({ length: batch }, (_, i) => training[order(first + i)])),
    validationBatch: (first) => feeds(Array.from({ length: batch }, (_, i) => timeAt(validation, first + i))),
  };
}

/** The time at a place of the list, its last one beyond the end. */
export function timeAt(times: readonly ValidTime[], at: number): ValidTime {
  return times[Math.min(at, times.length - 1)];
}

/** Whole hours of a split: what a denoiser learns from. */
export function wholeHours(archive: Archive, split: Split): ValidTime[] {
  return pairsAt(archive, split, 0);
}
