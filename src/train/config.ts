/**
 * The training configuration: one YAML file, parsed at the edge, unknown keys refused, saved as resolved beside the run.
 * Every default stands here and nowhere else, with its reason where it is not DEF's own (docs/def-fidelity.md).
 * @module
 */
import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { ConfigError, RequestError, VARIABLE_NAMES, type VariableName } from "../core/index.ts";
import type { Precision, Recomputation } from "../graph/index.ts";
import { type NetworkConfig, PRESETS, type PresetName } from "../nn/index.ts";
import {
  FIRST_GUESSES,
  type FirstGuess,
  FORCINGS,
  type Forcing,
  NORMALIZATIONS,
  type Normalization,
  unpairedWinds,
} from "../run/index.ts";
import { GFS_NAMES } from "../sources/index.ts";
import { LEARNING_RATE_SCHEDULES, type LearningRateSchedule } from "./schedules.ts";

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

const groups = z.number().int().min(1).default(32);
const widths = z.array(z.number().int().min(4)).min(1);
const networkKinds = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("unet"),
    patch: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]).default(4),
    widths: widths.default([64, 128, 256]),
    blocksPerLevel: z.number().int().min(1).default(1),
    norm: z.enum(["group", "cell"]).default("group"),
    groups,
    shortcut: z.boolean().default(true),
    middleBlocks: z.number().int().min(0).default(2),
    upKernel: z.union([z.literal(1), z.literal(3)]).default(3),
    attentionLevels: z.number().int().min(0).default(0),
    padding: z.enum(["zero", "edge"]).default("zero"),
  }),
  z.strictObject({
    kind: z.literal("unet-2d"),
    widths,
    layersPerBlock: z.number().int().min(1).default(2),
    attention: z.array(z.boolean()),
    headChannels: z.number().int().min(1).optional(),
    groups,
    eps: z.number().positive().default(1e-5),
  }),
  z.strictObject({ kind: z.literal("ultra-minimal") }),
  z.strictObject({ kind: z.literal("conditional-minimal"), width: z.number().int().min(8).default(16) }),
]);

/** A preset by name, a kind with its keys, or the keys of a U-Net alone. */
const network = z.preprocess((given) => {
  if (typeof given === "string" && Object.hasOwn(PRESETS, given))
    return { kind: "unet", ...PRESETS[given as PresetName] };
  return typeof given === "object" && given !== null && !("kind" in given) ? { kind: "unet", ...given } : given;
}, networkKinds) as z.ZodType<NetworkConfig, Record<string, unknown>>;

const stage = {
  network: network.prefault({}),
  epochs: z.number().int().min(1).default(60),
  stepsPerEpoch: z.number().int().min(1).optional(),
  validationSamples: z.number().int().min(1).optional(),
  batch: z.number().int().min(1).default(4),
  accumulate: z.number().int().min(1).default(1),
  learningRate: z.number().positive().default(1e-4),
  schedule: z.enum(LEARNING_RATE_SCHEDULES).default("onecycle"),
  warmupSteps: z.number().int().min(0).default(0),
  weightDecay: z.number().min(0).default(0.01),
  gradientClip: z.number().positive().default(1),
  averageDecay: z.number().min(0).lt(1).default(0),
  recompute: z.enum(["activations", "blocks"]).optional(),
  precision: z.enum(["float32", "mixed"]).default("float32"),
  patience: z.number().int().min(1).optional(),
  stopAfterSkipped: z.number().int().min(1).default(10),
};
const use = z.enum(["best", "last"]);

const common = {
  seed: z.number().int().min(0).default(42),
  channels: z
    .array(z.enum(VARIABLE_NAMES as [VariableName, ...VariableName[]]))
    .min(1)
    .refine((names) => new Set(names).size === names.length, "distinct channels")
    .optional(),
  normalization: z.enum(NORMALIZATIONS).default("global"),
  forcings: z.array(z.enum(FORCINGS)).default(["hour", "season"]),
  domainMeans: z.boolean().default(false),
  firstGuess: z.enum(FIRST_GUESSES).default("none"),
  motionSpread: z.number().min(0).default(0),
  largeScale: z
    .array(z.enum(GFS_NAMES as [string, ...string[]]))
    .refine((names) => new Set(names).size === names.length, "distinct names")
    .refine((names) => unpairedWinds(names).length === 0, "both components of a wind, u500 with v500")
    .default([]),
  anchorSteps: z.number().int().min(1).default(1),
  periodic: z.boolean().default(false),
  rimCells: z.number().int().min(0).default(0),
  stepHours: z.number().positive().default(1),
};
const forecaster = z.strictObject({ ...stage, use: use.default("best") }).prefault({});
const diffusionSteps = z.number().int().min(2).default(1000);
const { network: _, ...untied } = stage;
/** Of the methods that are not DEF, with their own field's habits. */
const averaged = { ...stage, averageDecay: stage.averageDecay.unwrap().default(0.999) };

const trainConfig: z.ZodType<TrainConfig> = z.discriminatedUnion("method", [
  z.strictObject({
    method: z.literal("def"),
    ...common,
    forecaster,
    tuning: z
      .strictObject({
        ...untied,
        use: use.default("best"),
        steps: z.number().int().min(2).default(4),
        gamma: z.number().positive().max(1).default(0.99),
        from: z.enum(["truth", "forecast"]).default("truth"),
      })
      .optional(),
    denoiser: z
      .strictObject({
        ...stage,
        use: use.default("last"),
        nullProbability: z.number().min(0).max(1).default(0.1),
        modelOutputProbability: z.number().min(0).max(1).default(0.5),
        diffusionSteps,
      })
      .prefault({}),
  }),
  z.strictObject({
    method: z.literal("ddpm"),
    ...common,
    denoiser: z
      .strictObject({ ...averaged, use: use.default("last"), diffusionSteps, minSnr: z.boolean().default(false) })
      .prefault({}),
  }),
  z.strictObject({
    method: z.literal("residual"),
    ...common,
    forecaster,
    denoiser: z
      .strictObject({
        ...averaged,
        use: use.default("last"),
        // EDM's own are −1.2 and 1.2, for images of deviation 0.5. A wave that hundreds of cells share is hidden only by noise of several
        // deviations of a cell, and what was not learnt there comes out too calm (docs/methods.md).
        logSigmaMean: z.number().default(0.7),
        logSigmaDeviation: z.number().positive().default(1.5),
      })
      .prefault({}),
  }),
  z.strictObject({
    method: z.literal("crps"),
    ...common,
    generator: z
      .strictObject({
        ...averaged,
        use: use.default("last"),
        members: z.number().int().min(2).default(2),
        noisePlanes: z.number().int().min(1).max(64).default(4),
        fairness: z.number().min(0).max(1).default(0.95),
        scales: z.array(z.number().int().min(2)).default([2, 4, 8, 16]),
      })
      .prefault({}),
  }),
  z.strictObject({ method: z.literal("deterministic"), ...common, forecaster }),
]);

/** DEF, where a configuration names no method. */
const DEFAULT_METHOD = "def";

/**
 * A configuration from its YAML text; `place` names the file.
 * @throws ConfigError naming the first key that is unknown or wrong
 */
export function parseTrainConfig(text: string, place: string): TrainConfig {
  let value: unknown;
  try {
    value = parse(text) ?? {};
    if (typeof value === "object" && value !== null && !("method" in value)) {
      value = { method: DEFAULT_METHOD, ...value };
    }
  } catch (cause) {
    throw new ConfigError({ place, expected: "YAML", got: (cause as Error).message.split("\n")[0] }, { cause });
  }
  const parsed = trainConfig.safeParse(value);
  if (parsed.success) return requireSpreadable(requireAnchorable(parsed.data, place), place);
  const [issue] = parsed.error.issues;
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const key = [path, issue.keys[0]].filter((part) => part !== "").join(".");
    throw new ConfigError({
      place,
      expected: "only keys it knows",
      got: `the unknown key ${key}`,
      remedy: "see configs/ for every key with its meaning",
    });
  }
  throw new ConfigError({
    place: `${place} ${path}`,
    expected: expectationOf(issue.message),
    got: describe(value, issue.path),
  });
}

/** DEF perturbs and forecasts each step anew, and `field`'s moments go on one step at a time. */
function requireAnchorable(config: TrainConfig, place: string): TrainConfig {
  const { anchorSteps, method, normalization } = config;
  if (anchorSteps === 1 || (method !== "def" && normalization === "global")) return config;
  throw new ConfigError({
    place: `${place} anchorSteps`,
    expected: "1, or a method other than def with normalization global",
    got: `${anchorSteps} with ${method} and ${normalization}`,
  });
}

/** Members are many while they are learnt in method crps alone, and it is motion that errs. */
function requireSpreadable(config: TrainConfig, place: string): TrainConfig {
  const { motionSpread, method, firstGuess } = config;
  if (motionSpread === 0 || (method === "crps" && firstGuess === "motion")) return config;
  throw new ConfigError({
    place: `${place} motionSpread`,
    expected: "0, or method crps with firstGuess motion",
    got: `${motionSpread} with ${method} and ${firstGuess}`,
  });
}

/** What is expected, out of "Too small: expected number to be >=1" and "Invalid input: expected number, received string". */
function expectationOf(message: string): string {
  return /expected (.*?)(?:, received .*)?$/.exec(message)?.[1] ?? message;
}

/** @throws RequestError when there is no such file, ConfigError as `parseTrainConfig` */
export function readTrainConfig(path: string): TrainConfig {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new RequestError({ place: path, expected: "a YAML configuration", got: "no readable file" }, { cause });
  }
  return parseTrainConfig(text, path);
}

/** The resolved configuration as YAML: what a run keeps. */
export function formatTrainConfig(config: TrainConfig): string {
  return stringify(config);
}

function describe(value: unknown, path: readonly PropertyKey[]): string {
  let at = value;
  for (const key of path) at = (at as Record<PropertyKey, unknown> | undefined)?.[key];
  return JSON.stringify(at) ?? "nothing";
}
