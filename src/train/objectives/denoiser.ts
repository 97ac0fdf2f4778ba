/**
 * DEF's denoiser (docs/def-fidelity.md): a conditional re-generator of the present state. **The clean target and the condition are one field.**
 *
 *   null  ~ Bernoulli(0.1)                     the condition is zeros, the target an analysis
 *   other ~ Bernoulli(0.5), where not null     the target is G's raw output rather than an analysis
 *   x_0 = target,  c = x_0 (or zeros),  t ~ U{0 … T−1},  eps ~ N(0, 1)
 *   x_t = sqrt(abar_t) x_0 + sqrt(1 − abar_t) eps
 *   loss = mean (eps_theta([c, x_t], t) − eps)²     uniform over t, channels and cells
 *
 * There is no lead time in it, no history and no future.
 * @module
 */
import { sampleOrder, sequencesAt } from "../../archive/index.ts";
import { cellCount, normals, type State, uniforms, type ValidTime } from "../../core/index.ts";
import { addNoise, linearSchedule, noiseLevel } from "../../diffusion/index.ts";
import { concat, input, square, subtract, type Tensor } from "../../graph/index.ts";
import { applyNetwork, type NetworkConfig, type ParameterStore, parameterStore, passing } from "../../nn/index.ts";
import type { NormalizedState, RunDescription } from "../../run/index.ts";
import { askable } from "../askable.ts";
import type { DenoiserConfig } from "../config.ts";
import type { Feeds, Objective } from "../objective.ts";
import { knownInput, knownOf } from "./known.ts";
import { interiorMean } from "./rim.ts";
import type { TrainingData } from "./samples.ts";

/** condition, noisy: [b, channel, ny, nx], timestep: [b] → epsilon: [b, channel, ny, nx]. The condition comes first. */
export function denoiserGraph(
  run: Pick<RunDescription, "channels" | "grid" | "periodic">,
  network: NetworkConfig,
  batch: number,
): { store: ParameterStore; epsilon: Tensor } {
  const shape = [batch, run.channels.length, run.grid.ny, run.grid.nx];
  const store = parameterStore();
  const seen = concat([input("condition", shape), input("noisy", shape)], 1);
  const timestep = input("timestep", [batch]);
  const outChannels = run.channels.length;
  const padding = run.periodic ? "circular" : "zero";
  // An untrained network takes all it sees for noise: right at the noisy end, where a wrong answer is amplified most.
  const shortcutBegins = passing(outChannels);
  return { store, epsilon: applyNetwork(store, network, seen, { outChannels, timestep, padding, shortcutBegins }) };
}

export interface DenoiserObjectiveOptions {
  readonly config: DenoiserConfig;
  readonly rimCells: number;
  /** G's raw, normalised answer to the state at a time. */
  readonly modelOutput: (time: ValidTime) => Promise<State>;
}

export function denoiserObjective(data: TrainingData, options: DenoiserObjectiveOptions): Objective {
  const { archive, run, seed, readState } = data;
  const { config, rimCells, modelOutput } = options;
  const { batch, network, nullProbability, modelOutputProbability, diffusionSteps } = config;
  const schedule = linearSchedule({ steps: diffusionSteps });
  const stateSize = run.channels.length * cellCount(run.grid);
  const { store, epsilon } = denoiserGraph(run, network, batch);
  const noiseInput = input("noise", epsilon.shape);
  const known = knownInput(data, "known", epsilon.shape);
  // G's answer to an hour needs all that G is told of the next.
  const [training, validation] = (["train", "validation"] as const).map((split) =>
    sequencesAt(archive, split, run.stepHours, 1, askable(data, 1)),
  );
  const order = sampleOrder(training.length, seed, "denoiser");

  /** Draws are keyed by the sample's place in its stream: `split` keeps training and validation apart. */
  async function feeds(times: readonly ValidTime[], first: number, split: string): Promise<Feeds> {
    const condition = new Float32Array(batch * stateSize);
    const noisy = new Float32Array(batch * stateSize);
    const noise = new Float32Array(batch * stateSize);
    const timestep = new Float32Array(batch);
    const targets: Pick<NormalizedState, "gaps">[] = [];
    for (const [at, time] of times.entries()) {
      const [nullDraw, outputDraw, stepDraw] = uniforms(
        { seed, purpose: `denoiser draws ${split}`, index: first + at },
        3,
      );
      const unconditional = nullDraw < nullProbability;
      const fromModel = !unconditional && outputDraw < modelOutputProbability;
      const analysis: NormalizedState = fromModel ? { values: await modelOutput(time) } : await readState(time);
      const clean = analysis.values;
      targets.push(analysis);
      const eps = normals({ seed, purpose: `denoiser noise ${split}`, index: first + at }, stateSize);
      const level = noiseLevel(schedule, Math.floor(stepDraw * diffusionSteps));
      if (!unconditional) condition.set(clean, at * stateSize);
      noisy.set(addNoise(level, clean, eps), at * stateSize);
      noise.set(eps, at * stateSize);
      timestep[at] = level.timestep;
    }
    return { condition, noisy, noise, timestep, ...(known && { known: knownOf(targets, stateSize) }) };
  }

  return {
    stage: "denoiser",
    store,
    sampleLosses: interiorMean(square(subtract(epsilon, noiseInput)), rimCells, known),
    trainingSamples: training.length,
    validationSamples: validation.length,
    trainingBatch: (first) =>
      feeds(
        Array.from({ length: batch }, (_, i) => training[order(first + i)]),
        first,
        "training",
      ),
    validationBatch: (first) =>
      feeds(
        Array.from({ length: batch }, (_, i) => validation[Math.min(first + i, validation.length - 1)]),
        first,
        "validation",
      ),
  };
}
