/**
 * One pass a step (train/objectives/crps.ts): x' = N([x, f], z), z the step's noise. Nothing is sampled but z.
 * @module
 */
import { cellCount } from "../core/index.ts";
import { runCodec } from "../run/index.ts";
import type { Forecaster } from "./forecaster.ts";
import type { Models } from "./models.ts";
import { type MemberOptions, stepNoise } from "./noise.ts";

export function crpsForecaster(models: Models, options: MemberOptions): Forecaster {
  const { run } = models;
  if (run.method.name !== "crps") throw new RangeError(`expected a run of crps, not of ${run.method.name}`);
  const codec = runCodec(run, options.onImpossible);
  const count = run.method.noisePlanes * cellCount(run.grid);
  return async (state, step) => {
    const present = codec.encode(state);
    const noise = stepNoise(options, "generator noise", { ...step, stepHours: run.stepHours }, count);
    const { next } = await models.ask("generator", { ...models.seenOf(present, step.time), noise });
    return codec.decodeNext(next, present, step.time);
  };
}
