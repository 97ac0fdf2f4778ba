/**
 * Who is better, on the same cases, and could it be luck? For every metric the first system against each other one:
 *
 *   difference = score(first) − score(other), better when below 0          skill = 1 − score(first) / score(other)
 *
 * FSS counts as its distance from perfect, 1 − FSS, so that below 0 is better everywhere. Intervals come from resampling days, both systems on
 * the same days, 1000 draws or more, 2.5 to 97.5 %. "Better" and "worse" are said only when the interval leaves 0 out, and of fewer than
 * ten days, or of an event that happened on fewer than five of them, nothing is said: percentile intervals of a handful of days are too short.
 * @module
 */
import type { LeadHours } from "../core/index.ts";
import {
  addTallies,
  bootstrapIntervals,
  brierScores,
  comparableCrps,
  type EnsembleTally,
  ensembleScores,
  type FractionsTally,
  fractionsSkill,
  type Interval,
  type ProbabilityTable,
  sumTallies,
  type Tally,
} from "../verify/index.ts";
import type { CaseTallies } from "./case-tallies.ts";
import type { Evaluation } from "./evaluate.ts";

/** Fewer days than this support no verdict. */
export const LEAST_DAYS = 10;

/** Nor do fewer days with the event. */
export const LEAST_EVENT_DAYS = 5;

export type BoardVerdict = "better" | "worse" | "no difference shown" | "too few days" | "too few events";

export interface BoardRow {
  /** "CRPS t2m", "Brier refc>=40@40km", "1-FSS refc>=40 square 15km". */
  readonly metric: string;
  /** `all` pools the leads of a day. */
  readonly leadHours: LeadHours | "all";
  readonly first: string;
  readonly other: string;
  readonly firstScore: number;
  readonly otherScore: number;
  readonly difference: number;
  readonly interval: Interval;
  readonly skill: number;
  readonly skillInterval: Interval;
  readonly days: number;
  readonly verdict: BoardVerdict;
}

export interface BoardOptions {
  /** At least 1000, the default. */
  readonly draws?: number;
  /** Days that stay together. Default 1. */
  readonly blockDays?: number;
}

/** Rows by metric, other system and lead, `all` first; metrics that only one side has are left out. */
export function scoreboard(evaluation: Evaluation, options: BoardOptions = {}): BoardRow[] {
  const [first, ...others] = evaluation.systems;
  const leads: (LeadHours | "all")[] =
    evaluation.leads.length > 1 ? ["all", ...evaluation.leads] : [...evaluation.leads];
  const rows: BoardRow[] = [];
  for (const metric of metricsOf(evaluation)) {
    for (const other of others) {
      for (const leadHours of leads) {
        const pairs = pairedDays(evaluation, metric, [first.name, other.name], leadHours);
        if (pairs.length === 0) continue;
        rows.push(boardRow(metric, [first.name, other.name], leadHours, pairs, options));
      }
    }
  }
  return rows;
}

interface Metric {
  readonly name: string;
  /** The few sums of a day that the score needs; `happened` is 1 for a day that counts as one with the event. */
  readonly tally: (day: CaseTallies, memberCount: number | undefined) => Tally | undefined;
  readonly score: (tally: Tally) => number;
}

function metricsOf({ systems, leads, byDay }: Evaluation): Metric[] {
  const [{ name }] = systems;
  const sample = leads.flatMap((lead) => byDay(name, lead).map(({ tallies }) => tallies));
  const names = (kind: "values" | "events" | "fractions"): string[] => [
    ...new Set(sample.flatMap((day) => Object.keys(day[kind]))),
  ];
  const values =
    (variable: string): Metric["tally"] =>
    (day) => {
      const tally = day.values[variable] as EnsembleTally | undefined;
      if (tally === undefined) return undefined;
      const { cells, squaredError } = tally;
      return {
        happened: 1,
        cells,
        squaredError,
        crps: cells === 0 ? 0 : cells * comparableCrps(ensembleScores(tally)),
      };
    };
  return [
    ...names("values").map(
      (variable): Metric => ({
        name: `CRPS ${variable}`,
        tally: values(variable),
        score: ({ crps, cells }) => Number(crps) / Number(cells),
      }),
    ),
    ...names("values").map(
      (variable): Metric => ({
        name: `RMSE ${variable}`,
        tally: values(variable),
        score: ({ squaredError, cells }) => Math.sqrt(Number(squaredError) / Number(cells)),
      }),
    ),
    ...names("events").map(
      (event): Metric => ({
        name: `Brier ${event}`,
        tally: (day, memberCount) => {
          const table = day.events[event] as ProbabilityTable | undefined;
          if (table === undefined) return undefined;
          const { cells, baseRate, brier, fairBrier } = brierScores(table, memberCount);
          const fair = memberCount !== undefined && memberCount > 1;
          return { happened: Number(baseRate > 0), cells, brier: cells === 0 ? 0 : cells * (fair ? fairBrier : brier) };
        },
        score: ({ brier, cells }) => Number(brier) / Number(cells),
      }),
    ),
    ...names("fractions").map(
      (window): Metric => ({
        name: `1-FSS ${window}`,
        tally: (day) => {
          const tally = day.fractions[window] as FractionsTally | undefined;
          return tally && { happened: Number(tally.truthSquares > 0), ...tally };
        },
        score: (tally) => 1 - fractionsSkill(tally as unknown as FractionsTally).skill,
      }),
    ),
  ];
}

/** One tally a day that both have, holding both sides under names of their own, so that a draw of days is the same for both. */
function pairedDays(
  { systems, leads, byDay }: Evaluation,
  { tally }: Metric,
  names: readonly [string, string],
  leadHours: LeadHours | "all",
): Tally[] {
  const memberCounts = names.map((wanted) => {
    const system = systems.find(({ name }) => name === wanted);
    return system?.kind === "ensemble" ? system.forecasts[0].forecast.memberCount : undefined;
  });
  // Both sides have the same cases, so the n-th day of one is the n-th of the other.
  const days = new Map<number, Tally>();
  for (const lead of leadHours === "all" ? leads : [leadHours]) {
    const sides = names.map((name) => byDay(name, lead));
    for (const [at, { day }] of sides[0].entries()) {
      const [left, right] = sides.map((side, s) => tally(side[at].tallies, memberCounts[s]));
      if (left === undefined || right === undefined) continue;
      const held = days.get(day);
      days.set(day, held === undefined ? join(left, right) : addTallies(held, join(left, right)));
    }
  }
  return [...days.entries()].sort(([a], [b]) => a - b).map(([, both]) => both);
}

function boardRow(
  metric: Metric,
  [first, other]: readonly [string, string],
  leadHours: LeadHours | "all",
  pairs: readonly Tally[],
  { draws = 1000, blockDays = 1 }: BoardOptions,
): BoardRow {
  const scoresOf = (tally: Tally): [number, number] => {
    const [left, right] = part(tally);
    return [metric.score(left), metric.score(right)];
  };
  const [firstScore, otherScore] = scoresOf(sumTallies(pairs) as Tally);
  const [interval, skillInterval] = bootstrapIntervals(
    pairs,
    (tally) => {
      const [left, right] = scoresOf(tally);
      return [left - right, 1 - left / right];
    },
    { key: { seed: 0, purpose: `scoreboard ${metric.name} ${other} ${leadHours}` }, draws, blockDays },
  );
  return {
    metric: metric.name,
    leadHours,
    first,
    other,
    firstScore,
    otherScore,
    difference: firstScore - otherScore,
    interval,
    skill: 1 - firstScore / otherScore,
    skillInterval,
    days: pairs.length,
    verdict: verdictOf(interval, {
      days: pairs.length,
      eventDays: pairs.filter((pair) => Number(pair["first happened"]) > 0).length,
      score: Math.max(Math.abs(firstScore), Math.abs(otherScore)),
    }),
  };
}

/** What a verdict rests on: days, days with the event, and how large the scores are whose difference is looked at. */
export interface VerdictGrounds {
  readonly days: number;
  readonly eventDays: number;
  readonly score: number;
}

/** Of a score: what sums in another order may differ by. A copy of a forecast is no better than the forecast. */
const ROUNDING = 1e-9;

/** What an interval of a difference allows to say. */
export function verdictOf({ low, high }: Interval, { days, eventDays, score }: VerdictGrounds): BoardVerdict {
  if (days < LEAST_DAYS) return "too few days";
  if (eventDays < LEAST_EVENT_DAYS) return "too few events";
  const tie = ROUNDING * score;
  if (high < -tie) return "better";
  return low > tie ? "worse" : "no difference shown";
}

const SIDES = ["first ", "other "] as const;

function join(left: Tally, right: Tally): Tally {
  const named = [left, right].flatMap((tally, side) =>
    Object.entries(tally).map(([slot, value]) => [`${SIDES[side]}${slot}`, value] as const),
  );
  return Object.fromEntries(named);
}

function part(tally: Tally): [Tally, Tally] {
  const [left, right] = SIDES.map((side) =>
    Object.fromEntries(
      Object.entries(tally)
        .filter(([slot]) => slot.startsWith(side))
        .map(([slot, value]) => [slot.slice(side.length), value]),
    ),
  );
  return [left, right];
}
