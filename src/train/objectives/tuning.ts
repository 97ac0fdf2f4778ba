/**
 * G over several steps (docs/def-fidelity.md): the second stage of its training.
 *
 *   loss = Σ_k γ^k mean (G(x_k) − x_{k+1})² / Σ_k γ^k,    k = 0 … n − 1
 *
 *   from "truth"      x_k is the analysis: what DEF's code does, though it calls it a rollout
 *   from "forecast"   x_0 is the analysis and x_{k+1} = G(x_k): a rollout, its gradient taken through all steps
 *
 * @module
 */
import { batchStream, type Split } from "../../archive/index.ts";
import { ConfigError, stepsAfter, type ValidTime } from "../../core/index.ts";
import { add, concat, input, multiply, square, subtract, type Tensor } from "../../graph/index.ts";
import { type NetworkConfig, type ParameterStore, parameterStore, type Weights } from "../../nn/index.ts";
import { surroundingPlanes } from "../../run/index.ts";
import { askable } from "../askable.ts";
import type { TuningConfig } from "../config.ts";
import type { Feeds, Objective } from "../objective.ts";
import { forecastOf } from "./forecaster.ts";
import { knownInput } from "./known.ts";
import { interiorMean } from "./rim.ts";
import { knownMaker, seenMaker, type TrainingData } from "./samples.ts";

export interface TuningOptions {
  readonly network: NetworkConfig;
  readonly config: TuningConfig;
  readonly rimCells: number;
  /** Of the first stage. */
  readonly begins: Weights;
}

/** @throws ConfigError for a rollout with a first guess, which is worked out of each state outside of the graph */
export function tuningObjective(data: TrainingData, { network, config, rimCells, begins }: TuningOptions): Objective {
  const { archive, run, seed, readState } = data;
  const { batch, steps } = config;
  if (config.from === "forecast" && run.firstGuess !== "none") {
    throw new ConfigError({
      place: "tuning.from",
      expected: "truth, where networks are given a first guess",
      got: config.from,
      remedy: "use firstGuess: none, or from: truth",
    });
  }
  const store = parameterStore();
  const sampleLosses = lossGraph(store, data, { network, config, rimCells });
  const seenAt = seenMaker(data);
  const knownAt = knownMaker(data);
  const streamOf = (split: Split): ReturnType<typeof batchStream> =>
    batchStream(
      archive,
      {
        split,
        leadHours: run.stepHours,
        length: steps + 1,
        admits: askable(data, ...Array.from({ length: steps }, (_, k) => k + 1)),
        batch,
        seed,
        purpose: "tuning",
        shuffled: split === "train",
      },
      async (time) => (await readState(time)).values,
    );
  const [training, validation] = (["train", "validation"] as const).map(streamOf);
  const feeds = async (stream: typeof training, first: number): Promise<Feeds> => {
    const { times, steps: states } = await stream.at(first);
    const all: Record<string, Float32Array> = {};
    let at: readonly ValidTime[] = times;
    for (let k = 0; k < steps; k++) {
      const { state, surroundings } = await seenAt(at);
      if (k === 0 || config.from === "truth") all[`state${k}`] = state;
      if (surroundings !== undefined) all[`surroundings${k}`] = surroundings;
      all[`target${k}`] = states[k + 1];
      at = at.map((time) => stepsAfter(time, 1, run.stepHours));
      const known = await knownAt(at);
      if (known !== undefined) all[`known${k}`] = known;
    }
    return all;
  };
  return {
    stage: "tuning",
    store,
    begins,
    sampleLosses,
    trainingSamples: training.samples,
    validationSamples: validation.samples,
    trainingBatch: (first) => feeds(training, first),
    validationBatch: (first) => feeds(validation, first),
  };
}

/** state0 (state1 …), surroundings0 …, target0 … (known0 …) → one loss a sample, [batch]. */
function lossGraph(
  store: ParameterStore,
  data: Pick<TrainingData, "archive" | "run">,
  { network, config, rimCells }: Omit<TuningOptions, "begins">,
): Tensor {
  const { run } = data;
  const { batch, steps, gamma, from } = config;
  const { ny, nx } = run.grid;
  const shape = [batch, run.channels.length, ny, nx];
  const planes = surroundingPlanes(run);
  const total = Array.from({ length: steps }, (_, k) => gamma ** k).reduce((sum, weight) => sum + weight);
  let forecast: Tensor | undefined;
  let loss: Tensor | undefined;
  for (let k = 0; k < steps; k++) {
    const state: Tensor = from === "forecast" && forecast !== undefined ? forecast : input(`state${k}`, shape);
    const seen = planes === 0 ? state : concat([state, input(`surroundings${k}`, [batch, planes, ny, nx])], 1);
    forecast = forecastOf(store, run, network, seen);
    const missed = square(subtract(forecast, input(`target${k}`, shape)));
    const error = interiorMean(missed, rimCells, knownInput(data, `known${k}`, shape));
    const part = multiply(error, gamma ** k / total);
    loss = loss === undefined ? part : add(loss, part);
  }
  return loss as Tensor;
}
