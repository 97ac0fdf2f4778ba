/**
 * Who is judged. An ensemble has members, and can be asked anything; a probability system, such as HREF or REFS, issues probabilities of
 * some events and nothing else, and is asked about those alone.
 * @module
 */
import {
  describeAgainst,
  describeGrid,
  type Ensemble,
  type InitTime,
  type LeadHours,
  RequestError,
  sameGrid,
  type VariableName,
} from "../core/index.ts";
import type { EventProbability, VerifiedEvent } from "../verify/index.ts";
import type { Truth } from "./truth.ts";

/** A forecast and the path that names it in complaints. */
export interface NamedForecast {
  readonly path: string;
  readonly forecast: Ensemble;
}

export interface EnsembleSystem {
  readonly kind: "ensemble";
  readonly name: string;
  readonly forecasts: readonly NamedForecast[];
}

export interface ProbabilitySystem {
  readonly kind: "probability";
  readonly name: string;
  readonly path: string;
  /** Of all that it issued, as one short text: other probabilities at the same path have another. */
  readonly digest: () => Promise<string>;
  /** Whether it issued anything for that time. */
  readonly covers: (initTime: InitTime, leadHours: LeadHours) => boolean;
  /** Of how many forecasts its messages of that lead say they were made, ascending: REFS has fewer the longer the lead. */
  readonly memberCounts: (leadHours: LeadHours) => readonly number[];
  /** Its probability of exactly that event on the truth's grid, `undefined` when it issues none. */
  readonly read: <E extends VerifiedEvent>(
    initTime: InitTime,
    leadHours: LeadHours,
    event: E,
  ) => Promise<EventProbability<E> | undefined>;
}

export type System = EnsembleSystem | ProbabilitySystem;

/** The forecast that nothing changes, out of the initial states that a system's own stores hold. */
export function persistenceOf({ forecasts }: EnsembleSystem): EnsembleSystem {
  return {
    kind: "ensemble",
    name: "persistence",
    forecasts: forecasts.map(({ path, forecast }) => ({
      path,
      forecast: {
        ...forecast,
        memberCount: 1,
        method: "persistence",
        readInitial: (channel) => forecast.readInitial(channel),
        readMember: (_member, _lead, channel) => forecast.readInitial(channel),
      },
    })),
  };
}

/**
 * Variables that the truth and every ensemble have, in the first one's order.
 * @throws RequestError for another grid, ensembles of different make in one system, an init time given twice, or no variable in common.
 */
export function commonVariables(systems: readonly System[], truth: Truth): VariableName[] {
  const names = systems.map(({ name }) => name);
  const twin = names.find((name, at) => names.indexOf(name) !== at);
  if (twin !== undefined) {
    throw new RequestError({ place: twin, expected: "a name of its own for every system", got: "it twice" });
  }
  const ensembles = systems.filter((system) => system.kind === "ensemble");
  if (ensembles.length === 0) throw new RangeError("need at least one ensemble");
  for (const { forecasts } of ensembles) requireOneMake(forecasts, truth);
  const held = ensembles.map(({ forecasts }) => forecasts[0].forecast.channels);
  const common = held[0].filter((name) => [...held, truth.channels].every((channels) => channels.includes(name)));
  if (common.length > 0) return common;
  throw new RequestError({
    place: truth.path,
    expected: `a variable of ${[...new Set(held.flat())].join(",")}`,
    got: truth.channels.join(","),
    remedy: "give a truth and baselines with the variables of the forecast",
  });
}

function requireOneMake(forecasts: readonly NamedForecast[], truth: Truth): void {
  if (forecasts.length === 0) throw new RangeError("need at least one forecast");
  const first = forecasts[0];
  const initTimes = new Map<InitTime, string>();
  for (const { path, forecast } of forecasts) {
    const { grid, channels, memberCount, initTime } = forecast;
    if (!sameGrid(grid, truth.grid)) {
      throw new RequestError({
        place: path,
        expected: `the grid of ${truth.path}, ${describeGrid(truth.grid)}`,
        got: describeAgainst(grid, truth.grid),
        remedy: "give the archive that the forecast was made from",
      });
    }
    if (memberCount !== first.forecast.memberCount || channels.join() !== first.forecast.channels.join()) {
      throw new RequestError({
        place: path,
        expected: `${first.forecast.memberCount} members of ${first.forecast.channels.join(",")} as in ${first.path}`,
        got: `${memberCount} members of ${channels.join(",")}`,
        remedy: "give ensembles of another make as a --baseline of their own",
      });
    }
    const twin = initTimes.get(initTime);
    if (twin !== undefined) {
      throw new RequestError({
        place: path,
        expected: "forecasts of different init times",
        got: `the init time of ${twin} again`,
        remedy: "give another method as a --baseline of its own",
      });
    }
    initTimes.set(initTime, path);
  }
}
