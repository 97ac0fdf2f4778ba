/**
 * G, the deterministic forecaster: the normalised state one step on, given the present one and its surroundings (docs/def-fidelity.md).
 *
 *   loss = mean over channels and cells of (G([x_t, f_t]) − x_{t+1})²
 *
 * G predicts the next state itself, not its change; its shortcut begins as the identity, so training begins at persistence, or at the
 * first guess where there is one.
 * @module
 */
import { concat, input, square, subtract, type Tensor } from "../../graph/index.ts";
import {
  applyNetwork,
  type Initializer,
  type NetworkConfig,
  type ParameterStore,
  parameterStore,
  passing,
} from "../../nn/index.ts";
import { firstGuessPlanes, type RunDescription, surroundingPlanes } from "../../run/index.ts";
import type { Feeds, Objective } from "../objective.ts";
import { knownInput } from "./known.ts";
import { interiorMean } from "./rim.ts";
import { pairStream, type TrainingData } from "./samples.ts";

/** state: [b, channel, ny, nx], surroundings: [b, plane, ny, nx] (absent without any) → one tensor of all of them. */
export function seenBy(run: RunDescription, batch: number): Tensor {
  const { ny, nx } = run.grid;
  const state = input("state", [batch, run.channels.length, ny, nx]);
  const planes = surroundingPlanes(run);
  return planes === 0 ? state : concat([state, input("surroundings", [batch, planes, ny, nx])], 1);
}

/** What an untrained forecaster passes on: the first guess, which comes last among what is seen, or the state, which comes first. */
export function forecastBegins(run: RunDescription): Initializer {
  const guess = firstGuessPlanes(run);
  return passing(guess === 0 ? 0 : run.channels.length + surroundingPlanes(run) - guess);
}

/** G of what is seen, [b, plane, ny, nx] → next: [b, channel, ny, nx]. */
export function forecastOf(store: ParameterStore, run: RunDescription, network: NetworkConfig, seen: Tensor): Tensor {
  return applyNetwork(store, network, seen, {
    outChannels: run.channels.length,
    padding: run.periodic ? "circular" : "zero",
    shortcutBegins: forecastBegins(run),
  });
}

/** The graph of G for a batch. */
export function forecasterGraph(
  run: RunDescription,
  network: NetworkConfig,
  batch: number,
): { store: ParameterStore; next: Tensor } {
  const store = parameterStore();
  return { store, next: forecastOf(store, run, network, seenBy(run, batch)) };
}

export interface ForecasterObjectiveOptions {
  readonly network: NetworkConfig;
  readonly batch: number;
  readonly rimCells: number;
}

export function forecasterObjective(
  data: TrainingData,
  { network, batch, rimCells }: ForecasterObjectiveOptions,
): Objective {
  const { store, next } = forecasterGraph(data.run, network, batch);
  const target = input("target", next.shape);
  const [training, validation] = (["train", "validation"] as const).map((split) =>
    pairStream(data, { split, batch, purpose: "forecaster" }),
  );
  const feeds = async (stream: typeof training, first: number): Promise<Feeds> => {
    const pairs = await stream.at(first);
    return { ...pairs.seen, target: pairs.next, ...pairs.known };
  };
  return {
    stage: "forecaster",
    store,
    sampleLosses: interiorMean(square(subtract(next, target)), rimCells, knownInput(data, "known", target.shape)),
    trainingSamples: training.samples,
    validationSamples: validation.samples,
    trainingBatch: (first) => feeds(training, first),
    validationBatch: (first) => feeds(validation, first),
  };
}
