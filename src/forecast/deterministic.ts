/** G alone: one future, the mean of what may come as far as squared errors can teach it. All members are the same. @module */
import { runCodec } from "../run/index.ts";
import type { Forecaster } from "./forecaster.ts";
import type { Models } from "./models.ts";
import type { MemberOptions } from "./noise.ts";

export function deterministicForecaster(models: Models, { onImpossible }: MemberOptions): Forecaster {
  const codec = runCodec(models.run, onImpossible);
  return async (state, step) => {
    const present = codec.encode(state);
    const { next } = await models.ask("forecaster", models.seenOf(present, step));
    return codec.decodeNext(next, present, step.time);
  };
}
