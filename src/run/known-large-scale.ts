/**
 * What may be known of the large scale: whether a store fits a run, and which of the cycles that speak of one time counts.
 *
 *   training    the newest there is: analyses and the shortest leads, a perfect prognosis
 *   forecast    the newest that is not after the init time; one after it knows what comes
 *
 * Only a cycle with all the names counts. Nothing is interpolated in time.
 * @module
 */
import { type LargeScale, type LargeScaleEntry, windowAround } from "../archive/index.ts";
import {
  ConfigError,
  formatHour,
  type Grid,
  type InitTime,
  leadTime,
  RequestError,
  type ValidTime,
} from "../core/index.ts";

/**
 * Whether a store is named where one is needed, and only there, and fits.
 * @throws ConfigError when a store is needed and not named, or named and not needed; RequestError when it lacks a name, or does not hold the grid
 */
export function requireLargeScale(
  names: readonly string[],
  grid: Grid,
  store: LargeScale | undefined,
): LargeScale | undefined {
  if (store === undefined && names.length === 0) return undefined;
  if (store === undefined) {
    throw new ConfigError({
      place: "--large-scale",
      expected: `a store of ${names.join(",")}, which the networks are told`,
      got: "none",
      remedy: "fetch them with `updraft fetch gfs`, make a store with `updraft archive large-scale`, and name it",
    });
  }
  if (names.length === 0) {
    throw new ConfigError({
      place: "--large-scale",
      expected: "none, for networks that are told nothing of the large scale",
      got: store.path,
      remedy: "leave it out, or train with the key largeScale",
    });
  }
  const held = store.variables.map(({ name }) => name);
  if (!names.every((name) => held.includes(name))) {
    throw new RequestError({
      place: store.path,
      expected: `fields of ${names.join(",")}`,
      got: held.join(","),
      remedy: "make the store with these among its --names",
    });
  }
  windowAround(store.grid, grid, 0, store.path);
  return store;
}

/** The newest cycle that speaks of a time with all of these names, and is not after `knownAt`. */
export function newestKnown(
  store: Pick<LargeScale, "entriesAt">,
  names: readonly string[],
  time: ValidTime,
  knownAt: InitTime | undefined,
): LargeScaleEntry | undefined {
  return store
    .entriesAt(time)
    .findLast(
      ({ initTime, names: held }) =>
        (knownAt === undefined || initTime <= knownAt) && names.every((name) => held.includes(name)),
    );
}

/**
 * Refuses a forecast that lacks the large scale of one of its times, or would know what comes.
 * @throws RequestError naming the first such time, and the cycle when there is one that comes too late
 */
export function requireKnown(
  store: LargeScale,
  names: readonly string[],
  times: readonly ValidTime[],
  knownAt: InitTime | undefined,
): void {
  for (const time of times) {
    if (newestKnown(store, names, time, knownAt) !== undefined) continue;
    const later = knownAt === undefined ? undefined : newestKnown(store, names, time, undefined);
    if (later !== undefined && knownAt !== undefined) {
      throw new RequestError({
        place: `${store.path} ${formatHour(time)}`,
        expected: `a cycle not after the init time ${formatHour(knownAt)}`,
        got: `only cycle ${formatHour(later.initTime)}, and a cycle after the init time knows what comes`,
        remedy: `fetch with --lag ${Math.ceil(leadTime(knownAt, time))} or more, and make the store again from both`,
      });
    }
    const [oldest] = store.entriesAt(time);
    throw new RequestError({
      place: `${store.path} ${formatHour(time)}`,
      expected: `the large scale, ${names.join(",")}`,
      got: oldest === undefined ? "nothing for that time" : `only ${oldest.names.join(",") || "missing fields"}`,
      remedy: "fetch that time with `updraft fetch gfs`, and make the store again",
    });
  }
}
