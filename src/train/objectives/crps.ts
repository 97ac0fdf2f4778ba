/**
 * An ensemble in one pass a step, trained on its score (AIFS-CRPS, Lang et al. 2024, arXiv:2412.15832; FGN, Alet et al. 2025):
 *
 *   x_m = N([x_t, f_t], z_m),   z_m ~ N(0, 1)     noise through conditional normalization (nn/layers.ts)
 *   afCRPS = (1/M) Σ|x_m − y| − (1 − e)/(2 M (M − 1)) ΣΣ|x_m − x_n|,   e = (1 − α)/M, α = 0.95
 *   loss = afCRPS(x, y) + Σ_f afCRPS(P_f x, P_f y),   P_f means of f × f cells
 *
 * The score of single cells knows only of marginals; the means over blocks fix how the spread is shared among scales (arXiv:2506.10868),
 * which the next steps depend on. Variables that are learnt as logarithms are scored a second time in their own unit, over their mean
 * size: else a forecast pays too little for storms it makes too strong. Members end at the variable's floor or ceiling before they are scored, as they do when decoded.
 * @module
 */
import { transformedEnds } from "../../archive/index.ts";
import { cellCount, normals } from "../../core/index.ts";
import {
  abs,
  add,
  averagePool,
  concat,
  constant,
  exp,
  input,
  maximum,
  minimum,
  multiply,
  reshape,
  sign,
  slice,
  subtract,
  type Tensor,
} from "../../graph/index.ts";
import { applyNetwork, type NetworkConfig, type ParameterStore, parameterStore } from "../../nn/index.ts";
import type { RunDescription } from "../../run/index.ts";
import type { Feeds, Objective } from "../objective.ts";
import { forecastBegins, seenBy } from "./forecaster.ts";
import { knownInput } from "./known.ts";
import { interiorMean } from "./rim.ts";
import { type Pairs, pairStream, type TrainingData } from "./samples.ts";

/** What is seen and noise: [b, plane, ny, nx] → next: [b, channel, ny, nx]. */
export function generatorGraph(
  run: RunDescription,
  network: NetworkConfig,
  { batch, noisePlanes }: { readonly batch: number; readonly noisePlanes: number },
): { store: ParameterStore; next: Tensor } {
  const store = parameterStore();
  const next = applyNetwork(store, network, seenBy(run, batch), {
    outChannels: run.channels.length,
    noise: input("noise", [batch, noisePlanes, run.grid.ny, run.grid.nx]),
    padding: run.periodic ? "circular" : "zero",
    shortcutBegins: forecastBegins(run),
  });
  return { store, next };
}

export interface CrpsObjectiveOptions {
  readonly network: NetworkConfig;
  /** Cases in a batch, each with `members` members. */
  readonly batch: number;
  readonly members: number;
  readonly noisePlanes: number;
  /** α: 1 is the fair score, 0 the plain one. */
  readonly fairness: number;
  /** Sides f of the blocks of the multi-scale term, in cells. */
  readonly scales: readonly number[];
  readonly rimCells: number;
}

export function crpsObjective(data: TrainingData, options: CrpsObjectiveOptions): Objective {
  const { run, seed } = data;
  const { network, batch, members, noisePlanes, fairness, scales, rimCells } = options;
  const { store, next } = generatorGraph(run, network, { batch: batch * members, noisePlanes });
  const [, channels, ny, nx] = next.shape;
  const target = input("target", [batch, channels, ny, nx]);
  const known = knownInput(data, "known", target.shape);
  const limited = withinLimits(run, next);
  const [scored, truth] = [limited, target].map((x) => concat([x, ...inOwnUnit(run, x)], 1));
  const counted = known && concat([known, ...bentChannels(run).map((k) => slice(known, 1, k, k + 1))], 1);
  const answered = counted === undefined ? scored : unlessKnown(scored, truth, { counted, members });
  const scores = [1, ...scales].map((side) => {
    const blocks = (x: Tensor): Tensor => averagePool(wholeBlocks(x, side), side);
    const score = almostFairCrps(blocks(answered), blocks(truth), { members, fairness });
    return interiorMean(score, Math.ceil(rimCells / side), counted && blocks(counted));
  });

  const [training, validation] = (["train", "validation"] as const).map((split) =>
    pairStream(data, { split, batch, members, purpose: "generator" }),
  );
  const size = batch * members * noisePlanes * cellCount(run.grid);
  const feeds = ({ seen, next: later, known: weights }: Pairs, first: number, purpose: string): Feeds => ({
    ...seen,
    target: later,
    ...weights,
    noise: normals({ seed, purpose: `generator noise ${purpose}`, index: first }, size),
  });
  return {
    stage: "generator",
    store,
    sampleLosses: scores.reduce((sum, score) => add(sum, score)),
    trainingSamples: training.samples,
    validationSamples: validation.samples,
    trainingBatch: async (first) => feeds(await training.at(first), first, "training"),
    validationBatch: async (first) => feeds(await validation.at(first), first, "validation"),
  };
}

/** Members [cases · M, …] that agree with the truth where it is not known: nothing is missed there, neither by them nor by their blocks. */
function unlessKnown(
  scored: Tensor,
  truth: Tensor,
  { counted, members }: { readonly counted: Tensor; readonly members: number },
): Tensor {
  const [cases, ...rest] = truth.shape;
  const grouped = reshape(scored, [cases, members, ...rest]);
  const [aim, weight] = [truth, counted].map((x) => reshape(x, [cases, 1, ...rest]));
  return reshape(add(aim, multiply(weight, subtract(grouped, aim))), scored.shape);
}

/** Almost fair CRPS of forecasts [cases · M, …] for truths [cases, …]: cell by cell, of the truths' shape. */
export function almostFairCrps(
  forecasts: Tensor,
  truths: Tensor,
  { members, fairness }: { readonly members: number; readonly fairness: number },
): Tensor {
  const [cases, ...rest] = truths.shape;
  const grouped = reshape(forecasts, [cases, members, ...rest]);
  const each = Array.from({ length: members }, (_, m) => reshape(slice(grouped, 1, m, m + 1), truths.shape));
  const sum = (terms: readonly Tensor[]): Tensor => terms.reduce((total, term) => add(total, term));
  const distance = multiply(sum(each.map((member) => abs(subtract(member, truths)))), 1 / members);
  const differences = each.flatMap((member, m) => each.slice(m + 1).map((other) => abs(subtract(member, other))));
  // Each pair once here, twice in the formula.
  const weight = (1 - (1 - fairness) / members) / (members * (members - 1));
  return subtract(distance, multiply(sum(differences), weight));
}

/** No echo, no energy and no inhibition are as low as a value gets. */
function withinLimits(run: RunDescription, next: Tensor): Tensor {
  const limits = run.statistics.map(({ channel, transform, mean, std }) => {
    if (run.normalization === "field") return [-UNLIMITED, UNLIMITED];
    const [low, high] = transformedEnds(channel, transform).map((end) => (end - mean) / std);
    return [Math.max(low, -UNLIMITED), Math.min(high, UNLIMITED)];
  });
  const [low, high] = [0, 1].map((end) =>
    constant(
      Float32Array.from(limits, (limit) => limit[end]),
      [1, limits.length, 1, 1],
    ),
  );
  return minimum(maximum(next, low), high);
}

/** Standard deviations nothing reaches. */
const UNLIMITED = 1e6;

/**
 * Each channel of x that was transformed, back in its own unit and divided by its mean size: |x| of order 1. With `field` normalisation there
 * is none, for a network then knows no units.
 */
function inOwnUnit(run: RunDescription, x: Tensor): Tensor[] {
  return bentChannels(run).map((channel) => {
    const { mean, std, min, max, physicalMean } = run.statistics[channel];
    const transformed = add(multiply(slice(x, 1, channel, channel + 1), std), mean);
    // An untrained network's exponentials must not overflow.
    const size = minimum(abs(transformed), SIZE_BEYOND * Math.max(Math.abs(min), Math.abs(max)));
    // Both transforms are ln(1 + |x|) with the sign kept: log1p is that of values that are never negative.
    return multiply(multiply(sign(transformed), subtract(exp(size), 1)), 1 / Math.abs(physicalMean));
  });
}

/** Channels that have a unit of their own beside that in which they are learnt. */
function bentChannels({ normalization, statistics }: RunDescription): number[] {
  if (normalization === "field") return [];
  return statistics.flatMap(({ transform, physicalMean }, channel) =>
    transform === "linear" || physicalMean === 0 ? [] : [channel],
  );
}

/** Of the transformed values of the training hours, what an ensemble member may exceed and still be scored. */
const SIZE_BEYOND = 1.05;

/** What whole blocks of `side` cells cover, from the first row and column. */
function wholeBlocks(x: Tensor, side: number): Tensor {
  const covered = (length: number): number => Math.floor(length / side) * side;
  return slice(slice(x, 2, 0, covered(x.shape[2])), 3, 0, covered(x.shape[3]));
}
