/**
 * What a network can be asked: of which hours all is there that it must see, so that what is missing is not learnt from.
 *
 *   first guess by motion   the frame a step before, in whichever split: it is looked at, not learnt
 *   large scale             that of every later hour asked for
 *
 * @module
 */
import type { Archive } from "../archive/index.ts";
import { stepsAfter, type ValidTime } from "../core/index.ts";
import { hasFrame, type LargeScaleReader, type RunDescription } from "../run/index.ts";

export interface Seeing {
  readonly archive: Archive;
  readonly run: Pick<RunDescription, "stepHours" | "firstGuess">;
  readonly largeScale?: LargeScaleReader | undefined;
}

/** Whether a network can be asked, from a time, for the states of all these numbers of steps after it. */
export function askable(
  { archive, run, largeScale }: Seeing,
  ...steps: readonly number[]
): (first: ValidTime) => boolean {
  return (first) =>
    (run.firstGuess !== "motion" || hasFrame(archive, stepsAfter(first, -1, run.stepHours))) &&
    (largeScale === undefined ||
      steps.every((k) => largeScale.entryAt(stepsAfter(first, k, run.stepHours)) !== undefined));
}
