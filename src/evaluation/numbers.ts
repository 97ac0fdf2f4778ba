/**
 * The scores of an evaluation as rows of plain numbers: by system, subject and lead. NaN where a score is not defined.
 * @module
 */
import { type LeadHours, VARIABLES, type VariableName } from "../core/index.ts";
import {
  type BrierScores,
  brierScores,
  type ConsistencyBar,
  type ContingencyScores,
  comparableCrps,
  consistencyBars,
  contingencyScores,
  designEffect,
  type EnsembleScores,
  ensembleScores,
  type FractionsSkill,
  fractionsSkill,
  memberContingency,
  type ObjectScores,
  objectScores,
  type ProbabilityTable,
  quarterOctaves,
  type RankFlatness,
  type ReliabilityPoint,
  rankFlatness,
  reliabilityPoints,
  rocArea,
  spectrumWavelengths,
  sumTallies,
  type Tally,
  vectorScores,
  type WarningLevel,
  warningLevels,
} from "../verify/index.ts";
import { addCases, type CaseTallies, type TallyKind } from "./case-tallies.ts";
import type { Evaluation } from "./evaluate.ts";
import { cellKmOf } from "./protocol.ts";
import type { Truth } from "./truth.ts";

/** In place of a lead: all leads of a day added up. */
export type PooledLeads = "all";

interface Row {
  readonly system: string;
  readonly leadHours: LeadHours | PooledLeads;
  readonly cases: number;
}

export interface ValueRow extends Row, EnsembleScores {
  readonly variable: VariableName;
  readonly units: string;
  /** Fair for an ensemble, the absolute error for a single forecast: what systems are compared by. */
  readonly comparableCrps: number;
  /** 1 − CRPS / CRPS of persistence; NaN for persistence itself. */
  readonly crpsSkillAgainstPersistence: number;
  readonly tails: readonly number[];
  readonly flatness: RankFlatness;
  /** Of cells where the truth or a member is active, for a variable with a floor. */
  readonly activeFlatness: RankFlatness;
  /** Cells that make one independent sample of ranks; NaN of one day. */
  readonly rankDesignEffect: number;
}

export interface EventRow extends Row, BrierScores {
  readonly event: string;
  readonly memberCount: number | undefined;
  /** Days on which it happened anywhere. */
  readonly eventDays: number;
  readonly rocArea: number;
  /** Fair for an ensemble's own shares, plain otherwise: what systems are compared by. */
  readonly comparableBrier: number;
  readonly points: readonly (ReliabilityPoint & ConsistencyBar)[];
  readonly levels: readonly WarningLevel[];
  /** Of one member taken at random. */
  readonly member: ContingencyScores;
}

export interface FractionsRow extends Row, FractionsSkill {
  readonly event: string;
  /** A square of that width, or a Gaussian of that standard deviation. */
  readonly window: "square" | "gaussian";
  readonly windowKm: number;
}

export interface SpectrumRow extends Row {
  readonly variable: VariableName;
  readonly wavelengthKm: readonly number[];
  /** Mean variance by quarter octave. */
  readonly truth: readonly number[];
  readonly member: readonly number[];
  readonly mean: readonly number[];
}

export interface ObjectRow extends Row, ObjectScores {
  readonly object: string;
  readonly observedObjects: number;
  readonly meanDisplacementKm: number;
}

export interface VectorRow extends Row {
  readonly across: string;
  readonly energy: number;
  readonly variogram: number;
}

export interface Numbers {
  readonly values: readonly ValueRow[];
  readonly events: readonly EventRow[];
  readonly fractions: readonly FractionsRow[];
  readonly spectra: readonly SpectrumRow[];
  readonly objects: readonly ObjectRow[];
  readonly vectors: readonly VectorRow[];
  readonly reports: readonly EventRow[];
}

/** All rows: by subject, lead and then system, so that what is compared stands together. */
export function numbersOf(evaluation: Evaluation, truth: Pick<Truth, "grid" | "path">): Numbers {
  return numbersAt(evaluation, truth, evaluation.leads);
}

/** The same with the leads of a day added up: one row a subject and system. */
export function pooledNumbersOf(evaluation: Evaluation, truth: Pick<Truth, "grid" | "path">): Numbers {
  return numbersAt(evaluation, truth, ["all"]);
}

/** Tallies by day, at a lead or with all of them added. */
function daysAt({ byDay, leads }: Evaluation, system: string, lead: LeadHours | PooledLeads): CaseTallies[] {
  if (lead !== "all") return byDay(system, lead).map(({ tallies }) => tallies);
  const days = new Map<number, CaseTallies>();
  for (const one of leads) {
    for (const { day, tallies } of byDay(system, one)) {
      const known = days.get(day);
      days.set(day, known === undefined ? tallies : addCases(known, tallies));
    }
  }
  return [...days].sort(([a], [b]) => a - b).map(([, tallies]) => tallies);
}

function numbersAt(
  evaluation: Evaluation,
  truth: Pick<Truth, "grid" | "path">,
  leads: readonly (LeadHours | PooledLeads)[],
): Numbers {
  const held = new Map(
    leads.flatMap((lead) =>
      evaluation.systems.map(({ name }) => [`${lead} ${name}`, daysAt(evaluation, name, lead)] as const),
    ),
  );
  const rows = <K extends TallyKind, R>(
    kind: K,
    make: (row: Row, name: string, days: readonly CaseTallies[K][string][]) => R,
  ): R[] => {
    const names = new Set<string>();
    for (const days of held.values())
      for (const tallies of days) for (const key of Object.keys(tallies[kind])) names.add(key);
    return [...names].flatMap((name) =>
      leads.flatMap((leadHours) =>
        evaluation.systems.flatMap(({ name: system }) => {
          const days = (held.get(`${leadHours} ${system}`) ?? []).flatMap((tallies) => {
            const tally = tallies[kind][name] as CaseTallies[K][string] | undefined;
            return tally === undefined ? [] : [tally];
          });
          const casesAt = kind === "reports" ? evaluation.reportedCasesAt : evaluation.casesAt;
          const counted = leadHours === "all" ? evaluation.leads : [leadHours];
          const cases = counted.reduce((sum, lead) => sum + casesAt(lead), 0);
          return days.length === 0 ? [] : [make({ system, leadHours, cases }, name, days)];
        }),
      ),
    );
  };
  // Objects and spectra, the only rows in kilometers, are of grids that have them.
  const cellKm = cellKmOf(truth.grid) ?? Number.NaN;
  const fine = spectrumWavelengths(truth.grid, cellKm);
  const { wavelength: wavelengthKm } = quarterOctaves({ variance: fine, wavelength: fine });
  const memberCounts = new Map(
    evaluation.systems.map((system) => [
      system.name,
      system.kind === "ensemble" ? system.forecasts[0].forecast.memberCount : undefined,
    ]),
  );
  const eventRow = (row: Row, event: string, days: readonly ProbabilityTable[]): EventRow =>
    eventRowOf(row, event, days, memberCounts.get(row.system));
  return {
    values: withPersistence(
      rows("values", (row, name, days) => {
        const scores = ensembleScores(summed(days));
        const effect = rankEffect(days.map(({ rankCounts }) => rankCounts));
        const activeEffect = rankEffect(days.map(({ activeRankCounts }) => activeRankCounts));
        const variable = name as VariableName;
        return {
          ...row,
          ...scores,
          variable,
          units: VARIABLES[variable].units,
          comparableCrps: comparableCrps(scores),
          crpsSkillAgainstPersistence: Number.NaN,
          tails: evaluation.protocol.thresholds[variable] ?? [],
          flatness: rankFlatness(scores.rankCounts, effect),
          activeFlatness: rankFlatness(scores.activeRankCounts, activeEffect),
          rankDesignEffect: effect,
        };
      }),
    ),
    events: rows("events", eventRow),
    fractions: rows("fractions", (row, name, days) => {
      const [event, window, width] = name.split(" ");
      return {
        ...row,
        event,
        window: window === "gaussian" ? "gaussian" : "square",
        windowKm: Number.parseFloat(width),
        ...fractionsSkill(summed(days)),
      };
    }),
    spectra: rows("spectra", (row, name, days) => {
      const { cases, truth: seen, member, mean } = summed(days);
      const average = (sum: readonly number[]): number[] => sum.map((value) => value / cases);
      return {
        ...row,
        variable: name as VariableName,
        wavelengthKm,
        truth: average(seen),
        member: average(member),
        mean: average(mean),
      };
    }),
    objects: rows("objects", (row, object, days) => {
      const tally = summed(days);
      const scores = objectScores(tally);
      return {
        ...row,
        object,
        observedObjects: tally.observedObjects,
        ...scores,
        meanDisplacementKm: scores.meanDisplacement * cellKm,
      };
    }),
    vectors: rows("vectors", (row, across, days) => ({ ...row, across, ...vectorScores(summed(days)) })),
    reports: rows("reports", eventRow),
  };
}

/** Draws of consistency bars. */
const BAR_KEY = { seed: 0, purpose: "consistency-bars" };

function eventRowOf(
  row: Row,
  event: string,
  days: readonly ProbabilityTable[],
  memberCount: number | undefined,
): EventRow {
  const table = summed(days);
  const scores = brierScores(table, memberCount);
  const points = reliabilityPoints(table);
  const held = [...table.count.keys()].filter((bin) => table.count[bin] > 0);
  const effects = held.map((bin) =>
    designEffect(
      days.map(({ events }) => events[bin]),
      days.map(({ count }) => count[bin]),
    ),
  );
  // Of one day nobody can say how many cells make a sample: no bars then, rather than bars that are far too narrow.
  const bars = effects.some(Number.isNaN)
    ? points.map(() => ({ low: Number.NaN, high: Number.NaN }))
    : consistencyBars(points, { key: BAR_KEY, designEffect: effects });
  return {
    ...row,
    ...scores,
    event,
    memberCount,
    eventDays: days.filter(({ events }) => events.some((count) => count > 0)).length,
    rocArea: rocArea(table),
    comparableBrier: memberCount !== undefined && memberCount > 1 ? scores.fairBrier : scores.brier,
    points: points.map((point, at) => ({ ...point, ...bars[at] })),
    levels: warningLevels(table),
    member: contingencyScores(memberContingency(table)),
  };
}

function summed<T extends Tally>(days: readonly T[]): T {
  return sumTallies(days) as T;
}

/** Mean design effect of the ranks' shares, weighted alike; NaN of one day. */
function rankEffect(days: readonly (readonly number[])[]): number {
  const totals = days.map((counts) => counts.reduce((sum, count) => sum + count, 0));
  const bins = days[0].map((_, bin) =>
    designEffect(
      days.map((counts) => counts[bin]),
      totals,
    ),
  );
  return bins.reduce((sum, effect) => sum + effect, 0) / bins.length;
}

function withPersistence(rows: readonly ValueRow[]): ValueRow[] {
  return rows.map((row) => {
    const reference = rows.find(
      ({ system, variable, leadHours }) =>
        system === "persistence" && variable === row.variable && leadHours === row.leadHours,
    );
    if (reference === undefined || reference === row) return row;
    return { ...row, crpsSkillAgainstPersistence: 1 - row.comparableCrps / reference.comparableCrps };
  });
}
