/**
 * The training configuration: one YAML file, parsed at the edge, unknown keys refused, saved as resolved beside the run.
 * Every default stands here and nowhere else, with its reason where it is not DEF's own (docs/def-fidelity.md).
 * @module
 */
import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { ConfigError, RequestError, VARIABLE_NAMES, type VariableName } from "../core/index.ts";
import type { UNetConfig } from "../nn/index.ts";
import { FORCINGS, type Forcing, NORMALIZATIONS, type Normalization } from "../run/index.ts";
import { LEARNING_RATE_SCHEDULES, type LearningRateSchedule } from "./schedules.ts";

/** How one network is trained. */
export interface StageConfig {
  readonly network: UNetConfig;
  readonly epochs: number;
  /** Optimiser steps that make an epoch; by default one pass over the training samples. */
  readonly stepsPerEpoch?: number | undefined;
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

export interface TrainConfig {
  readonly seed: number;
  /** Channels of the state; all of the archive's by default. */
  readonly channels?: readonly VariableName[] | undefined;
  readonly normalization: Normalization;
  /** What G is told of clock and place. */
  readonly forcings: readonly Forcing[];
  /** Hours one step of G spans: whole ones, for leads are keys of random numbers. */
  readonly stepHours: number;
  readonly forecaster: StageConfig;
  readonly denoiser: DenoiserConfig;
}

const network = z.strictObject({
  patch: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]).default(4),
  widths: z.array(z.number().int().min(4)).min(1).default([64, 128, 256]),
  blocksPerLevel: z.number().int().min(1).default(1),
  groups: z.number().int().min(1).default(32),
  shortcut: z.boolean().default(true),
});

const stage = {
  network: network.prefault({}),
  epochs: z.number().int().min(1).default(60),
  stepsPerEpoch: z.number().int().min(1).optional(),
  batch: z.number().int().min(1).default(4),
  accumulate: z.number().int().min(1).default(1),
  learningRate: z.number().positive().default(1e-4),
  schedule: z.enum(LEARNING_RATE_SCHEDULES).default("onecycle"),
  warmupSteps: z.number().int().min(0).default(0),
  weightDecay: z.number().min(0).default(0.01),
  gradientClip: z.number().positive().default(1),
  averageDecay: z.number().min(0).lt(1).default(0),
};
const use = z.enum(["best", "last"]);

const trainConfig: z.ZodType<TrainConfig> = z.strictObject({
  seed: z.number().int().min(0).default(42),
  channels: z
    .array(z.enum(VARIABLE_NAMES as [VariableName, ...VariableName[]]))
    .min(1)
    .refine((names) => new Set(names).size === names.length, "distinct channels")
    .optional(),
  normalization: z.enum(NORMALIZATIONS).default("global"),
  forcings: z.array(z.enum(FORCINGS)).default(["hour", "season"]),
  stepHours: z.number().int().min(1).default(1),
  forecaster: z.strictObject({ ...stage, use: use.default("best") }).prefault({}),
  denoiser: z
    .strictObject({
      ...stage,
      use: use.default("last"),
      nullProbability: z.number().min(0).max(1).default(0.1),
      modelOutputProbability: z.number().min(0).max(1).default(0.5),
      diffusionSteps: z.number().int().min(2).default(1000),
    })
    .prefault({}),
});

/**
 * A configuration from its YAML text; `place` names the file.
 * @throws ConfigError naming the first key that is unknown or wrong
 */
export function parseTrainConfig(text: string, place: string): TrainConfig {
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (cause) {
    throw new ConfigError({ place, expected: "YAML", got: (cause as Error).message.split("\n")[0] }, { cause });
  }
  const parsed = trainConfig.safeParse(value);
  if (parsed.success) return parsed.data;
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
