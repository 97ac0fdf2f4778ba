/**
 * A run is one folder that holds all a forecast needs and nothing of the machine that made it:
 *
 *   run.json        what the networks see and predict: channels, grid, normalisation with its numbers, forcings, noise schedule
 *   statics.safetensors   the ground and land mask, where the forcings need them
 *   SHA256SUMS      what those and the models should hold (`checksums.ts`)
 *   config.yaml     the training configuration as resolved
 *   metrics.jsonl   one line per epoch
 *   checkpoints/    STAGE/last.safetensors: parameters, optimiser moments, step; best and epoch-NNNN: weights
 *   events/         STAGE/: the metrics again, for TensorBoard
 *   model/          STAGE.onnx, one a network of the method: plain ONNX, for anyone; STAGE.safetensors: its weights alone
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type ChannelStatistics, channelsSchema, gridSchema, type Splits, splitsSchema } from "../archive/index.ts";
import {
  DecodeError,
  type LeadHours,
  parseJson,
  RequestError,
  type StateSpace,
  VARIABLE_NAMES,
} from "../core/index.ts";
import { readRunFile } from "./checksums.ts";

/** The two ways of standardising a state (decision 8). */
export type Normalization = "global" | "field";
export const NORMALIZATIONS: readonly ["global", "field"] = ["global", "field"];

/** Planes G is given beside the state (never the denoiser): they know the clock and the place, not the weather. */
export type Forcing = "hour" | "season" | "position" | "solar" | "orography" | "land";
export const FORCINGS: readonly ["hour", "season", "position", "solar", "orography", "land"] = [
  "hour",
  "season",
  "position",
  "solar",
  "orography",
  "land",
];

/**
 * A first guess of the next state, given to the networks as further planes, and what an untrained network answers:
 *
 *   none         none; an untrained network answers with the present state
 *   mean-wind    the present state carried by the domain-mean 10 m wind (`mean-wind.ts`)
 *   motion       the present state, its storms carried along their own motion (`storm-motion.ts`)
 */
export type FirstGuess = "none" | "mean-wind" | "motion";
export const FIRST_GUESSES: readonly ["none", "mean-wind", "motion"] = ["none", "mean-wind", "motion"];

/** How a run forecasts, with what a forecast must know of its training. */
export type RunMethod =
  /** T of the noise schedule. */
  | { readonly name: "def"; readonly diffusionSteps: number }
  | { readonly name: "ddpm"; readonly diffusionSteps: number }
  | { readonly name: "residual" }
  /** Planes of white noise a pass takes. */
  | { readonly name: "crps"; readonly noisePlanes: number }
  | { readonly name: "deterministic" };
export type MethodName = RunMethod["name"];

/** y = intercept + Σ slopes · x + sinHour · sin(2πh/24) + cosHour · cos(2πh/24), one x a channel, h the UTC hour of x. */
export interface ClockedLine {
  readonly intercept: number;
  readonly slopes: readonly number[];
  readonly sinHour: number;
  readonly cosHour: number;
  /** Standard deviation of y about it. */
  readonly deviation: number;
}

/** How the field moments of one channel go on over one step, fitted on the training split. */
export interface MomentTendency {
  readonly mean: ClockedLine;
  readonly logStd: ClockedLine;
}

/** The large scale that networks are told (`large-scale.ts`), as it was when they were trained. */
export interface LargeScaleInput {
  /** In the order of their planes; mean and standard deviation over the training hours, of values as they are. */
  readonly variables: readonly { readonly name: string; readonly mean: number; readonly std: number }[];
  /** Where the fields came from. */
  readonly source: string;
  /** Smallest and largest lead of the fields it was trained on: 0 is an analysis. */
  readonly leadHours: readonly [LeadHours, LeadHours];
  /** Valid times that training pairs asked for: those that were there, and those whose pairs were left out for want of them. */
  readonly hours: number;
  readonly missingHours: number;
}

/** A number, a word, or null for none. */
export type SettingValue = number | string | null;

/** A change of how a stage is trained, made when a run went on (`train/segments.ts`). */
export interface TrainingSegment {
  readonly stage: string;
  /** The epoch whose weights it began with; 0: the stage's own beginning. */
  readonly afterEpoch: number;
  /** By key of the configuration: before and since. */
  readonly changed: Readonly<Record<string, readonly [SettingValue, SettingValue]>>;
}

/** What `run.json` says. */
export interface RunDescription extends StateSpace {
  readonly format: "updraft-run";
  readonly version: 2;
  /** Hours one step of G spans. */
  readonly stepHours: number;
  readonly normalization: Normalization;
  /** One a channel, in channel order. */
  readonly statistics: readonly ChannelStatistics[];
  /** Field mode only: one a channel. */
  readonly momentTendency?: readonly MomentTendency[] | undefined;
  readonly forcings: readonly Forcing[];
  /** Whether forecasting networks are told the mean of each channel over the grid. */
  readonly domainMeans: boolean;
  readonly firstGuess: FirstGuess;
  /** Of a first guess by motion: how far members differ in it (`motion/errors.ts`); 0: not at all. */
  readonly motionSpread: number;
  /** Absent: they are told none. */
  readonly largeScale?: LargeScaleInput | undefined;
  /** Steps between anchors: 1 goes from each state to the next; n answers for each of the n steps after an anchor from the anchor itself. */
  readonly anchorSteps: number;
  /** Whether the grid closes on itself: its networks and first guess then look across its borders. */
  readonly periodic: boolean;
  readonly method: RunMethod;
  readonly synthetic: boolean;
  readonly source: string;
  /** What the archive held of the hours of its training and validation splits (`archive/hours-digest.ts`). Absent in runs of before, or in memory. */
  readonly hours?: string | undefined;
  /** Of the archive it was trained on: what it knows, and must not be judged by. Absent in runs of before they were kept. */
  readonly splits?: Splits | undefined;
  /** In the order in which they were made. Absent in a run that was trained with one configuration. */
  readonly segments?: readonly TrainingSegment[] | undefined;
}

const settingValue = z.union([z.number(), z.string(), z.null()]);

const line = z.strictObject({
  intercept: z.number(),
  slopes: z.array(z.number()),
  sinHour: z.number(),
  cosHour: z.number(),
  deviation: z.number().min(0),
});

const diffusionSteps = z.number().int().min(2);

const runDescription: z.ZodType<RunDescription> = z.strictObject({
  format: z.literal("updraft-run"),
  version: z.literal(2),
  channels: channelsSchema,
  grid: gridSchema,
  stepHours: z.number().positive(),
  normalization: z.enum(NORMALIZATIONS),
  statistics: z.array(
    z.strictObject({
      channel: z.enum(VARIABLE_NAMES),
      transform: z.enum(["linear", "log1p", "signed-log"]),
      mean: z.number(),
      std: z.number().positive(),
      min: z.number(),
      max: z.number(),
      count: z.number().int().positive(),
      physicalMin: z.number(),
      physicalMax: z.number(),
      physicalMean: z.number(),
    }),
  ),
  momentTendency: z.array(z.strictObject({ mean: line, logStd: line })).optional(),
  forcings: z.array(z.enum(FORCINGS)),
  domainMeans: z.boolean(),
  firstGuess: z.enum(FIRST_GUESSES),
  // Absent in runs of before there was any.
  motionSpread: z.number().min(0).default(0),
  largeScale: z
    .strictObject({
      variables: z
        .array(z.strictObject({ name: z.string(), mean: z.number(), std: z.number().positive() }))
        .min(1)
        .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "distinct names"),
      source: z.string(),
      leadHours: z.tuple([z.number().min(0), z.number().min(0)]),
      hours: z.number().int().positive(),
      missingHours: z.number().int().min(0),
    })
    .optional(),
  // Absent in runs of before there were anchors.
  anchorSteps: z.number().int().min(1).default(1),
  periodic: z.boolean(),
  method: z.discriminatedUnion("name", [
    z.strictObject({ name: z.literal("def"), diffusionSteps }),
    z.strictObject({ name: z.literal("ddpm"), diffusionSteps }),
    z.strictObject({ name: z.literal("residual") }),
    z.strictObject({ name: z.literal("crps"), noisePlanes: z.number().int().min(1).max(64) }),
    z.strictObject({ name: z.literal("deterministic") }),
  ]),
  synthetic: z.boolean(),
  source: z.string(),
  hours: z.string().optional(),
  splits: splitsSchema.optional(),
  segments: z
    .array(
      z.strictObject({
        stage: z.string(),
        afterEpoch: z.number().int().min(0),
        changed: z.record(z.string(), z.tuple([settingValue, settingValue])),
      }),
    )
    .optional(),
});

/** The files of a run, in one place. */
export function runPaths(run: string): {
  description: string;
  config: string;
  metrics: string;
  statics: string;
  checkpoints: (stage: string) => string;
  events: (stage: string) => string;
  model: (stage: string) => string;
  weights: (stage: string) => string;
} {
  return {
    description: join(run, "run.json"),
    config: join(run, "config.yaml"),
    metrics: join(run, "metrics.jsonl"),
    statics: join(run, "statics.safetensors"),
    checkpoints: (stage) => join(run, "checkpoints", stage),
    events: (stage) => join(run, "events", stage),
    model: (stage) => join(run, "model", `${stage}.onnx`),
    weights: (stage) => join(run, "model", `${stage}.safetensors`),
  };
}

/**
 * Reads `run.json`.
 * @throws RequestError when there is no run at the path, DecodeError when its description is not one
 */
export function readRun(run: string): RunDescription {
  const { description } = runPaths(run);
  if (!existsSync(description)) {
    throw new RequestError({
      place: run,
      expected: "a run with run.json",
      got: "none",
      remedy: "make one with `updraft train`",
    });
  }
  const parsed = runDescription.safeParse(
    parseJson(new TextDecoder().decode(readRunFile(run, description).bytes), {
      place: description,
      expected: "a run description in JSON",
      remedy: "copy the run again",
    }),
  );
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DecodeError({
      place: `${description} ${issue.path.join(".")}`,
      expected: "a run description of version 2",
      got: issue.message,
    });
  }
  return parsed.data;
}
