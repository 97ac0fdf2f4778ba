/**
 * The training configuration as programs see it, every key with its value: one YAML file, whose keys and defaults stand in
 * `config-schema.ts`, and which `read-config.ts` reads.
 * @module
 */
import type { VariableName } from "../core/index.ts";
import type { Precision, Recomputation } from "../graph/index.ts";
import type { NetworkConfig } from "../nn/index.ts";
import type { FirstGuess, Forcing, Normalization } from "../run/index.ts";
import type { LearningRateSchedule } from "./schedules.ts";

/** How one network is trained. */
export interface StageConfig {
  readonly network: NetworkConfig;
  readonly epochs: number;
  /** Optimiser steps that make an epoch; by default one pass over the training samples. */
  readonly stepsPerEpoch?: number | undefined;
  /** Validation samples looked at after each epoch, from the first; by default all. */
  readonly validationSamples?: number | undefined;
  readonly batch: number;
  /** Batches whose gradients are averaged for one optimiser step. */
  readonly accumulate: number;
  /** The highest learning rate of the schedule. */
  readonly learningRate: number;
  readonly schedule: LearningRateSchedule;
  /** Of schedules cosine and constant; onecycle has its own rise. */
  readonly warmupSteps: number;
  readonly weightDecay: number;
  readonly gradientClip: number;
  /** Decay of the moving average of the weights; 0 keeps none, as DEF keeps none. */
  readonly averageDecay: number;
  /** What the backward pass computes again instead of remembering it: less memory, more time. Absent: nothing. */
  readonly recompute?: Recomputation | undefined;
  /** "mixed": the products that cost most in half precision, on a device that has it (docs/design/0041). */
  readonly precision: Precision;
  /** Epochs without a better validation loss after which training ends; absent: it goes to the last epoch. */
  readonly patience?: number | undefined;
  /** Steps in a row whose loss or gradient isn't finite, and which are therefore skipped, after which training stops. */
  readonly stopAfterSkipped: number;
  /** Which checkpoint is exported for forecasting. */
  readonly use: "best" | "last";
}

export interface DenoiserConfig extends StageConfig {
  /** Share of samples whose condition is zeros, so that the network learns the unconditional state too. */
  readonly nullProbability: number;
  /** Share of the others whose state is G's output rather than an analysis: rollouts are made of those. */
  readonly modelOutputProbability: number;
  /** T of the noise schedule. */
  readonly diffusionSteps: number;
}

/** Of the denoiser of `ddpm`: the next state given the present one, cosine schedule, epsilon. */
export interface DirectConfig extends StageConfig {
  readonly diffusionSteps: number;
  /** Whether losses are weighted by min(SNR, 5)/SNR. */
  readonly minSnr: boolean;
}

/** Of the denoiser of `residual`: EDM, ln sigma ~ N(mean, deviation²). */
export interface ResidualConfig extends StageConfig {
  readonly logSigmaMean: number;
  readonly logSigmaDeviation: number;
}

/** Of the generator of `crps`. */
export interface GeneratorConfig extends StageConfig {
  /** Of each case of a batch. */
  readonly members: number;
  readonly noisePlanes: number;
  /** α of the almost fair score. */
  readonly fairness: number;
  /** Sides of the blocks of the multi-scale term, in cells. */
  readonly scales: readonly number[];
}

/** What every method is told. */
interface CommonConfig {
  readonly seed: number;
  /** Channels of the state; all of the archive's by default. */
  readonly channels?: readonly VariableName[] | undefined;
  readonly normalization: Normalization;
  /** What forecasting networks are told of clock and place. */
  readonly forcings: readonly Forcing[];
  /** Whether they are told the mean of each channel over the grid. */
  readonly domainMeans: boolean;
  /** What they are told of where the state goes. */
  readonly firstGuess: FirstGuess;
  /** Of `firstGuess: motion`, and of method crps: how far the guesses of members lie apart, 1 as forecasts of motion err. */
  readonly motionSpread: number;
  /** What they are told of the large scale at the time that is asked for, of `GFS_NAMES`; both components of a wind, or neither. */
  readonly largeScale: readonly string[];
  /** Steps between anchors; above 1 networks learn every lead up to that many steps at once, and are told which. Not for DEF, nor `field`. */
  readonly anchorSteps: number;
  /** Whether the grid closes on itself. */
  readonly periodic: boolean;
  /** Cells at the border that no loss counts. */
  readonly rimCells: number;
  /** Hours one step spans. */
  readonly stepHours: number;
}

/** Of G's second stage: several steps at once, from the first stage's weights. */
export interface TuningConfig extends Omit<StageConfig, "network"> {
  /** Steps of a sequence. */
  readonly steps: number;
  /** γ: the loss of step k, counted from 0, weighs γ^k. */
  readonly gamma: number;
  /** What each step begins from: "truth", as DEF's code does, or "forecast", G's own answer to the step before. */
  readonly from: "truth" | "forecast";
}

export interface DefConfig extends CommonConfig {
  readonly method: "def";
  readonly forecaster: StageConfig;
  /** Absent: G learns one step only. */
  readonly tuning?: TuningConfig | undefined;
  readonly denoiser: DenoiserConfig;
}
export interface DdpmConfig extends CommonConfig {
  readonly method: "ddpm";
  readonly denoiser: DirectConfig;
}
export interface ResidualMethodConfig extends CommonConfig {
  readonly method: "residual";
  readonly forecaster: StageConfig;
  readonly denoiser: ResidualConfig;
}
export interface CrpsConfig extends CommonConfig {
  readonly method: "crps";
  readonly generator: GeneratorConfig;
}
export interface DeterministicConfig extends CommonConfig {
  readonly method: "deterministic";
  readonly forecaster: StageConfig;
}

/** One of the methods, and how its networks are trained (`methods/`). */
export type TrainConfig = DefConfig | DdpmConfig | ResidualMethodConfig | CrpsConfig | DeterministicConfig;
