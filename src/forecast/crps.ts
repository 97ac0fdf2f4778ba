/**
 * One pass a step (train/objectives/crps.ts): x' = N([x, f], a z), z the step's noise. Nothing is sampled but z. a is the dial: 1 is what the
 * network was trained with, and what is right where it has learnt enough.
 * @module
 */
import { cellCount } from "../core/index.ts";
import { runCodec } from "../run/index.ts";
import type { Forecaster } from "./forecaster.ts";
import type { Models } from "./models.ts";
import { type MemberOptions, stepNoise } from "./noise.ts";

export interface CrpsOptions extends MemberOptions {
  /** a. Default 1. */
  readonly noiseScale?: number;
}

export function crpsForecaster(models: Models, options: CrpsOptions): Forecaster {
  const { run } = models;
  const { noiseScale = 1 } = options;
  if (run.method.name !== "crps") throw new RangeError(`expected a run of crps, not of ${run.method.name}`);
  const codec = runCodec(run, options.onImpossible);
  const count = run.method.noisePlanes * cellCount(run.grid);
  return async (state, step) => {
    const present = codec.encode(state);
    const unit = stepNoise(options, "generator noise", { ...step, stepHours: run.stepHours }, count);
    const noise = noiseScale === 1 ? unit : unit.map((z) => noiseScale * z);
    const { next } = await models.ask("generator", { ...models.seenOf(present, step), noise });
    return codec.decodeNext(next, present, step.time);
  };
}
