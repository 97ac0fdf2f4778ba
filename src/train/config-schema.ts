/**
 * Every key of a training configuration: what it may be, its default, and in one line what it does. Every default stands here and nowhere
 * else, with its reason where it is not DEF's own (docs/def-fidelity.md). `updraft config explain` and the schema for editors
 * (configs/schema.json) say what is said here.
 * @module
 */
import { z } from "zod";
import { VARIABLE_NAMES, type VariableName } from "../core/index.ts";
import { type NetworkConfig, PRESETS, type PresetName } from "../nn/index.ts";
import { FIRST_GUESSES, FORCINGS, NORMALIZATIONS, unpairedWinds } from "../run/index.ts";
import { GFS_NAMES } from "../sources/index.ts";
import type { TrainConfig } from "./config.ts";
import { LEARNING_RATE_SCHEDULES } from "./schedules.ts";

/** DEF, where a configuration names no method. */
export const DEFAULT_METHOD = "def";

const whole = (least: number): z.ZodNumber => z.number().int().min(least);

const widths = z.array(whole(4)).min(1).describe("channels a level; each level after the first halves the grid");
const groups = whole(1).describe("groups of GroupNorm, at most").default(32);
const networkKinds = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("unet").describe("our own U-Net; the kind of a network that names none"),
    patch: z
      .union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)])
      .describe("space-to-depth at the door: 4 x 4 cells become channels")
      .default(4),
    widths: widths.default([64, 128, 256]),
    blocksPerLevel: whole(1).describe("residual blocks a level").default(1),
    norm: z
      .enum(["group", "cell"])
      .describe("group: GroupNorm; cell: LayerNorm of each cell's channels, which sees no distant ones")
      .default("group"),
    groups,
    shortcut: z.boolean().describe("a 1x1 way round the trunk").default(true),
    middleBlocks: whole(0).describe("residual blocks at the bottom").default(2),
    upKernel: z
      .union([z.literal(1), z.literal(3)])
      .describe("side of the kernel after each up-sampling")
      .default(3),
    attentionLevels: whole(0).describe("coarsest levels that have self-attention").default(0),
    padding: z.enum(["zero", "edge"]).describe("what convolutions see beyond the grid").default("zero"),
  }),
  z.strictObject({
    kind: z.literal("unet-2d").describe("diffusers' UNet2DModel, to the parameter"),
    widths,
    layersPerBlock: whole(1).describe("residual layers a block").default(2),
    attention: z.array(z.boolean()).describe("which levels have self-attention"),
    headChannels: whole(1).describe("channels of an attention head; absent: one head").optional(),
    groups,
    eps: z.number().positive().describe("added to variances in GroupNorm").default(1e-5),
  }),
  z.strictObject({ kind: z.literal("ultra-minimal").describe("a few convolutions, to try things") }),
  z.strictObject({
    kind: z.literal("conditional-minimal").describe("a few convolutions that know the noise level"),
    width: whole(8).describe("channels").default(16),
  }),
]);

/** A preset by name, a kind with its keys, or the keys of a U-Net alone. */
const network = z.preprocess((given) => {
  if (typeof given === "string" && Object.hasOwn(PRESETS, given))
    return { kind: "unet", ...PRESETS[given as PresetName] };
  return typeof given === "object" && given !== null && !("kind" in given) ? { kind: "unet", ...given } : given;
}, networkKinds) as z.ZodType<NetworkConfig, Record<string, unknown>>;

const untied = {
  epochs: whole(1).describe("an epoch is one pass over the training pairs, or stepsPerEpoch steps").default(60),
  stepsPerEpoch: whole(1).describe("optimiser steps that make an epoch; absent: one pass over the samples").optional(),
  validationSamples: whole(1)
    .describe("validation samples looked at after each epoch, from the first; absent: all")
    .optional(),
  batch: whole(1).describe("samples a network call").default(4),
  accumulate: whole(1).describe("calls whose gradients are averaged for one optimiser step").default(1),
  learningRate: z.number().positive().describe("the highest of the schedule").default(1e-4),
  schedule: z.enum(LEARNING_RATE_SCHEDULES).describe("how the learning rate goes over the steps").default("onecycle"),
  warmupSteps: whole(0).describe("steps of rise, of cosine and constant; onecycle has its own").default(0),
  weightDecay: z.number().min(0).describe("of AdamW").default(0.01),
  gradientClip: z.number().positive().describe("most that the gradient's norm may be").default(1),
  averageDecay: z.number().min(0).lt(1).describe("of the moving average of the weights; 0 keeps none").default(0),
  recompute: z
    .enum(["activations", "blocks"])
    .describe("what the backward pass computes again instead of remembering it; absent: nothing")
    .optional(),
  precision: z
    .enum(["float32", "mixed"])
    .describe("mixed: products in half precision, on a device that has it; else refused")
    .default("float32"),
  patience: whole(1)
    .describe("epochs without a better validation loss after which the stage ends; absent: goes to the last")
    .optional(),
  stopAfterSkipped: whole(1)
    .describe("steps in a row that are not finite, and so skipped, after which training stops")
    .default(10),
};
const stage = {
  network: network.describe("a preset's name, or the keys of a network").prefault({}),
  ...untied,
};
const use = z.enum(["best", "last"]).describe("the checkpoint that is exported for forecasts");

const common = {
  seed: whole(0).describe("of weights, sample order and noise: the same seed gives the same run").default(42),
  channels: z
    .array(z.enum(VARIABLE_NAMES as [VariableName, ...VariableName[]]))
    .min(1)
    .refine((names) => new Set(names).size === names.length, "distinct channels")
    .describe("variables of the state; absent: all of the archive's")
    .optional(),
  normalization: z
    .enum(NORMALIZATIONS)
    .describe("field: DEF to the letter, with the sampler's corrector; global: fixed statistics, no corrector")
    .default("global"),
  forcings: z
    .array(z.enum(FORCINGS))
    .describe("what forecasting networks are told of clock and place")
    .default(["hour", "season"]),
  domainMeans: z
    .boolean()
    .describe("whether forecasting networks see the mean of each channel over the grid, as planes")
    .default(false),
  firstGuess: z
    .enum(FIRST_GUESSES)
    .describe("further planes: the state carried by the domain's mean wind, or its storms as they moved")
    .default("none"),
  motionSpread: z
    .number()
    .min(0)
    .describe("of firstGuess motion and method crps: how far members' motions lie apart, 1 as forecasts of motion err")
    .default(0),
  largeScale: z
    .array(z.enum(GFS_NAMES as [string, ...string[]]))
    .refine((names) => new Set(names).size === names.length, "distinct names")
    .refine((names) => unpairedWinds(names).length === 0, "both components of a wind, u500 with v500")
    .describe("further planes: GFS's fields at the time asked for, winds by both components; needs --large-scale")
    .default([]),
  anchorSteps: whole(1)
    .describe("above 1: so many steps are each made from one state, by a network told which; not for def, nor field")
    .default(1),
  periodic: z.boolean().describe("true for a grid that closes on itself").default(false),
  rimCells: whole(0).describe("cells at the border that no loss counts").default(0),
  stepHours: z.number().positive().describe("hours that one step spans").default(1),
};
const forecaster = z
  .strictObject({ ...stage, use: use.default("best") })
  .describe("the network that makes the forecast: of def the G, of residual the mean")
  .prefault({});
const diffusionSteps = whole(2).describe("T of the noise schedule").default(1000);
/** Of the methods that are not DEF, with their own field's habits. */
const averaged = { ...stage, averageDecay: stage.averageDecay.unwrap().default(0.999) };
const methodNamed = <M extends TrainConfig["method"]>(name: M, is: string): z.ZodLiteral<M> =>
  z.literal(name).describe(is);

export const trainConfigSchema: z.ZodType<TrainConfig> = z.discriminatedUnion("method", [
  z.strictObject({
    method: methodNamed("def", "diffusion perturbs the state, a deterministic network forecasts; the default"),
    ...common,
    forecaster,
    tuning: z
      .strictObject({
        ...untied,
        use: use.default("best"),
        steps: whole(2).describe("steps of a sequence").default(4),
        gamma: z.number().positive().max(1).describe("the loss of step k weighs gamma^k").default(0.99),
        from: z
          .enum(["truth", "forecast"])
          .describe("truth: each step begins from an analysis, as DEF's code does; forecast: a true rollout")
          .default("truth"),
      })
      .describe("G's second stage, several steps at once; absent: none")
      .optional(),
    denoiser: z
      .strictObject({
        ...stage,
        use: use.default("last"),
        nullProbability: z.number().min(0).max(1).describe("share of samples whose condition is zeros").default(0.1),
        modelOutputProbability: z
          .number()
          .min(0)
          .max(1)
          .describe("share of the others whose state is G's output")
          .default(0.5),
        diffusionSteps,
      })
      .describe("DEF's diffusion model, trained after G")
      .prefault({}),
  }),
  z.strictObject({
    method: methodNamed("ddpm", "direct diffusion of the next state given the present one"),
    ...common,
    denoiser: z
      .strictObject({
        ...averaged,
        use: use.default("last"),
        diffusionSteps,
        minSnr: z.boolean().describe("whether losses are weighted by min(SNR, 5)/SNR").default(false),
      })
      .describe("the diffusion model")
      .prefault({}),
  }),
  z.strictObject({
    method: methodNamed("residual", "a mean forecast, and diffusion of what it misses"),
    ...common,
    forecaster,
    denoiser: z
      .strictObject({
        ...averaged,
        use: use.default("last"),
        // EDM's own are −1.2 and 1.2, for images of deviation 0.5. A wave that hundreds of cells share is hidden only by noise of several
        // deviations of a cell, and what was not learnt there comes out too calm (docs/methods.md).
        logSigmaMean: z.number().describe("noise levels have ln sigma ~ N(mean, deviation^2)").default(0.7),
        logSigmaDeviation: z.number().positive().describe("see logSigmaMean").default(1.5),
      })
      .describe("the diffusion of the residual")
      .prefault({}),
  }),
  z.strictObject({
    method: methodNamed("crps", "members by one network pass each, trained on the almost fair CRPS"),
    ...common,
    generator: z
      .strictObject({
        ...averaged,
        use: use.default("last"),
        members: whole(2).describe("members of each case of a batch").default(2),
        noisePlanes: whole(1).max(64).describe("planes of white noise that a pass takes").default(4),
        fairness: z.number().min(0).max(1).describe("alpha of the almost fair CRPS: 1 fair, 0 plain").default(0.95),
        scales: z
          .array(whole(2))
          .describe("sides, in cells, of the blocks whose means are scored too")
          .default([2, 4, 8, 16]),
      })
      .describe("the network that makes members")
      .prefault({}),
  }),
  z.strictObject({
    method: methodNamed("deterministic", "one future"),
    ...common,
    forecaster,
  }),
]);
