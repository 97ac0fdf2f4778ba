/**
 * What a run says of the large scale it is trained with: the numbers its planes are standardised by, and how old the forecasts were that it
 * learnt from. Taken once, from the fields of the training hours as they lie in the store, in the box around the domain.
 *
 *   training hours: t + k steps of every pair of the training split, k = 1 … anchorSteps
 *
 * @module
 */
import { type Archive, cutOut, type LargeScale, pairsAt, windowAround } from "../archive/index.ts";
import { leadAfter, leadSeconds, leadTime, NumericError, RequestError, type ValidTime } from "../core/index.ts";
import { type LargeScaleInput, newestKnown, type RunDescription } from "../run/index.ts";
import { askable } from "./askable.ts";

/**
 * @throws RequestError when the store knows none of the training hours, NumericError when a name has no spread over them; DecodeError for
 *   damaged fields
 */
export async function describeLargeScale(
  archive: Archive,
  run: Pick<RunDescription, "grid" | "stepHours" | "anchorSteps" | "firstGuess">,
  names: readonly string[],
  store: LargeScale,
): Promise<LargeScaleInput> {
  const asked = trainingHours(archive, run);
  const entries = asked.flatMap((time) => newestKnown(store, names, time, undefined) ?? []);
  if (entries.length === 0) {
    throw new RequestError({
      place: store.path,
      expected: `${names.join(",")} at hours that follow those of the training split`,
      got: "none of them",
      remedy: "fetch the archive's own hours with `updraft fetch gfs`, and make the store again",
    });
  }
  const window = windowAround(store.grid, run.grid, 0, store.path);
  const sums = names.map(() => ({ count: 0, mean: 0, squares: 0 }));
  for (const entry of entries) {
    for (const [at, name] of names.entries()) {
      for (const value of cutOut(await store.readField(entry, name), store.grid, window)) welford(sums[at], value);
    }
  }
  const leads = entries.map(({ initTime, validTime }) => leadTime(initTime, validTime));
  return {
    variables: names.map((name, at) => {
      const { count, mean, squares } = sums[at];
      const std = Math.sqrt(squares / count);
      if (std > 0) return { name, mean, std };
      throw new NumericError({
        place: `${store.path} ${name}`,
        expected: "values that differ over the training hours",
        got: `${mean} everywhere`,
        remedy: "leave it out of largeScale",
      });
    }),
    source: store.source,
    leadHours: [leads.reduce((a, b) => Math.min(a, b)), leads.reduce((a, b) => Math.max(a, b))],
    hours: entries.length,
    missingHours: asked.length - entries.length,
  };
}

/** The valid times that pairs of the training split ask for, ascending, each once. */
function trainingHours(
  archive: Archive,
  run: Pick<RunDescription, "stepHours" | "anchorSteps" | "firstGuess">,
): ValidTime[] {
  const later = new Set<ValidTime>();
  for (let steps = 1; steps <= run.anchorSteps; steps++) {
    const leadHours = leadAfter(steps, run.stepHours);
    for (const time of pairsAt(archive, "train", leadHours, askable({ archive, run }))) {
      later.add((time + leadSeconds(leadHours)) as ValidTime);
    }
  }
  return [...later].sort((a, b) => a - b);
}

/** One value more: sums of squares about a mean that moves along lose no digits to a mean far from 0 (Welford 1962). */
function welford(sum: { count: number; mean: number; squares: number }, value: number): void {
  sum.count++;
  const before = value - sum.mean;
  sum.mean += before / sum.count;
  sum.squares += before * (value - sum.mean);
}
