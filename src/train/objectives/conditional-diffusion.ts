/**
 * Diffusion of something that lies ahead, given what is known now: the objective of `ddpm` (the next state) and `residual` (what the mean
 * forecast misses). Not DEF's, whose target is its condition (`denoiser.ts`).
 *
 *   x = alpha y + sigma eps,   loss = w mean (F([known, input · x], level) − F's target)²
 *
 * with input and target by the parameterization (`diffusion/parameterization.ts`) and w the min-SNR weight where asked for, else 1.
 * @module
 */
import type { Split } from "../../archive/index.ts";
import { normals, uniforms, type ValidTime } from "../../core/index.ts";
import {
  addNoise,
  minSnrWeight,
  type NoiseLevel,
  networkTarget,
  type Parameterization,
} from "../../diffusion/index.ts";
import { concat, input, multiply, square, subtract, type Tensor } from "../../graph/index.ts";
import {
  applyNetwork,
  type NetworkConfig,
  type ParameterStore,
  parameterStore,
  passing,
  ZEROS,
} from "../../nn/index.ts";
import { type RunDescription, surroundingPlanes } from "../../run/index.ts";
import type { Feeds, Objective } from "../objective.ts";
import { seenBy } from "./forecaster.ts";
import { knownInput } from "./known.ts";
import { interiorMean } from "./rim.ts";
import { type Pairs, pairStream, type TrainingData } from "./samples.ts";

export interface DiffusionGraphOptions {
  readonly batch: number;
  /** Whether the network also sees `mean`, [b, channel, ny, nx]. */
  readonly seesMean: boolean;
  /** Whether the shortcut begins by passing the noisy input on: right where the answer is the noise. */
  readonly answersNoise: boolean;
}

/** What is seen, `mean` where asked for, `noisy` [b, channel, ny, nx] and `timestep` [b] → answer: [b, channel, ny, nx]. */
export function diffusionGraph(
  run: RunDescription,
  network: NetworkConfig,
  { batch, seesMean, answersNoise }: DiffusionGraphOptions,
): { store: ParameterStore; answer: Tensor } {
  const channels = run.channels.length;
  const shape = [batch, channels, run.grid.ny, run.grid.nx];
  const known = [seenBy(run, batch), ...(seesMean ? [input("mean", shape)] : [])];
  const store = parameterStore();
  const before = channels + surroundingPlanes(run) + (seesMean ? channels : 0);
  const answer = applyNetwork(store, network, concat([...known, input("noisy", shape)], 1), {
    outChannels: channels,
    timestep: input("timestep", [batch]),
    padding: run.periodic ? "circular" : "zero",
    shortcutBegins: answersNoise ? passing(before) : ZEROS,
  });
  return { store, answer };
}

export interface ConditionalDiffusionOptions {
  readonly stage: string;
  readonly network: NetworkConfig;
  readonly batch: number;
  readonly rimCells: number;
  readonly parameterization: Parameterization;
  readonly answersNoise: boolean;
  readonly minSnr: boolean;
  /** A noise level from a uniform and a normal draw: whichever its distribution needs. */
  readonly drawLevel: (uniform: number, normal: number) => NoiseLevel;
  /** `mean` of the states so many steps after these times, [b, channel, ny, nx]; absent where the network sees none. */
  readonly meanAt?: (times: readonly ValidTime[], steps: number) => Promise<Float32Array>;
  /** What is diffused, of unit variance, from the next states and the means. */
  readonly cleanOf: (next: Float32Array, mean: Float32Array | undefined) => Float32Array;
}

export function conditionalDiffusionObjective(data: TrainingData, options: ConditionalDiffusionOptions): Objective {
  const { seed } = data;
  const { stage, network, batch, rimCells, parameterization, answersNoise, minSnr, drawLevel, meanAt, cleanOf } =
    options;
  const { store, answer } = diffusionGraph(data.run, network, {
    batch,
    seesMean: meanAt !== undefined,
    answersNoise,
  });
  const weight = input("weight", [batch]);
  const [training, validation] = (["train", "validation"] as const).map((split: Split) =>
    pairStream(data, { split, batch, purpose: stage }),
  );

  async function feeds({ times, steps, seen, next, known }: Pairs, first: number, split: string): Promise<Feeds> {
    const mean = await meanAt?.(times, steps);
    const clean = cleanOf(next, mean);
    const size = clean.length / batch;
    const noisy = new Float32Array(clean.length);
    const target = new Float32Array(clean.length);
    const timestep = new Float32Array(batch);
    const weights = new Float32Array(batch);
    for (let at = 0; at < batch; at++) {
      const key = { seed, index: first + at };
      const [uniform] = uniforms({ ...key, purpose: `${stage} level ${split}` }, 1);
      const [normal] = normals({ ...key, purpose: `${stage} level ${split}, normal` }, 1);
      const level = drawLevel(uniform, normal);
      const own = clean.subarray(at * size, (at + 1) * size);
      const noised = addNoise(level, own, normals({ ...key, purpose: `${stage} noise ${split}` }, size));
      target.set(networkTarget(parameterization, level, { clean: own, noisy: noised }), at * size);
      const scale = parameterization(level).input;
      noisy.set(
        noised.map((x) => scale * x),
        at * size,
      );
      timestep[at] = level.timestep;
      weights[at] = minSnr ? minSnrWeight(parameterization, level) : 1;
    }
    return { ...seen, ...(mean && { mean }), noisy, target, ...known, timestep, weight: weights };
  }

  return {
    stage,
    store,
    sampleLosses: multiply(
      weight,
      interiorMean(
        square(subtract(answer, input("target", answer.shape))),
        rimCells,
        knownInput(data, "known", answer.shape),
      ),
    ),
    trainingSamples: training.samples,
    validationSamples: validation.samples,
    trainingBatch: async (first) => feeds(await training.at(first), first, "training"),
    validationBatch: async (first) => feeds(await validation.at(first), first, "validation"),
  };
}
