/**
 * What is good and what is bad, in words, by rules that stand here and in docs/guide/reading-the-report.md. A rule looks at one number, and
 * says good, bad, or that it cannot tell:
 *
 *   sample        30 days or more are a basis; 10 or more are a hint; fewer show nothing about other days
 *   skill         CRPS below persistence's (and every other system's, where the scoreboard's interval leaves 0 out)
 *   spread        spread-skill ratio 0.8 to 1.1 is good; below is too sure, above too unsure
 *   bias          |bias| up to a fifth of the RMSE is good
 *   reliability   of probabilities: Brier skill above 0 against the base rate; mean probability within a quarter of the base rate
 *   discrimination ROC area from 0.8 good, below 0.7 bad
 *   windows       the narrowest window whose FSS reaches 0.5 + base rate / 2
 *   sharpness     variance of members at wavelengths of 8 to 16 cells, 0.7 to 1.4 times the truth's
 *
 * Numbers are means over the leads, each lead weighing the same.
 * @module
 */
import { VARIABLES } from "../core/index.ts";
import type { BoardRow, Numbers } from "../evaluation/index.ts";

export type Judgment = "good" | "bad" | "unclear";

export interface Verdict {
  readonly topic: string;
  readonly judgment: Judgment;
  /** A sentence that holds its own numbers. */
  readonly text: string;
}

/** What the rules look at. */
export interface VerdictBasis extends Numbers {
  readonly systems: readonly { readonly name: string; readonly memberCount?: number }[];
  readonly days: readonly string[];
  readonly cases: number;
  readonly independentCases: number;
  readonly synthetic: boolean;
  readonly trainingHours: number;
  readonly scoreboard: readonly BoardRow[];
}

/** Fewer days than these are a hint, and nothing. */
export const DAYS_FOR_A_BASIS = 30;
export const DAYS_FOR_A_HINT = 10;

/** By topic, the sample first. */
export function verdictsOf(basis: VerdictBasis): Verdict[] {
  return [
    ...sample(basis),
    ...skill(basis),
    ...comparisons(basis),
    ...spread(basis),
    ...bias(basis),
    ...probabilities(basis),
    ...windows(basis),
    ...sharpness(basis),
  ];
}

function sample({ days, cases, independentCases, synthetic, trainingHours }: VerdictBasis): Verdict[] {
  const counts = `${plural(cases, "case")} on ${plural(days.length, "day")}, ${independentCases} of them a day or more apart`;
  const enough = days.length >= DAYS_FOR_A_BASIS;
  const hint = days.length >= DAYS_FOR_A_HINT;
  const verdicts: Verdict[] = [
    {
      topic: "sample",
      judgment: enough ? "good" : hint ? "unclear" : "bad",
      text: `${counts}: ${
        enough
          ? "enough to say something about other days like these"
          : hint
            ? `a hint, no more; ${DAYS_FOR_A_BASIS} days would be a basis`
            : "these numbers describe these days and show nothing about others"
      }.`,
    },
  ];
  if (synthetic) {
    verdicts.push({
      topic: "sample",
      judgment: "bad",
      text: "The data are synthetic: this says nothing about real weather.",
    });
  }
  if (trainingHours > 0) {
    const text = `${plural(trainingHours, "case")} lie in the training split, which the model knows: this is no measure of skill.`;
    verdicts.push({ topic: "sample", judgment: "bad", text });
  }
  return verdicts;
}

function skill(basis: VerdictBasis): Verdict[] {
  return byVariable(basis).map(({ variable, rows }) => {
    const mean = average(rows.map(({ crpsSkillAgainstPersistence }) => crpsSkillAgainstPersistence));
    const known = Number.isFinite(mean);
    return {
      topic: "skill",
      judgment: !known ? "unclear" : mean > 0 ? "good" : "bad",
      text: known
        ? `${capital(variable)}: CRPS ${percent(Math.abs(mean))} ${mean > 0 ? "below" : "above"} persistence's.`
        : `${capital(variable)}: persistence made no error, so there is no skill to measure.`,
    };
  });
}

/** Against every other system, from the scoreboard's pooled leads. */
function comparisons({ scoreboard }: VerdictBasis): Verdict[] {
  const pooled = scoreboard.filter(({ leadHours, metric }, _, all) => {
    const hasPool = all.some((row) => row.metric === metric && row.leadHours === "all");
    return hasPool ? leadHours === "all" : true;
  });
  return [...new Set(pooled.map(({ other }) => other))].map((other) => {
    const rows = pooled.filter((row) => row.other === other);
    const count = (verdict: BoardRow["verdict"]): number => rows.filter((row) => row.verdict === verdict).length;
    const [better, worse, few] = [count("better"), count("worse"), count("too few days")];
    const text =
      few === rows.length
        ? `Against ${other}: too few days to tell skill from luck on any of ${rows.length} metrics.`
        : `Against ${other}: better on ${better}, worse on ${worse}, no difference shown on ${rows.length - better - worse - few} of ${rows.length} metrics.`;
    return {
      topic: "comparison",
      judgment: better > 0 && worse === 0 ? "good" : worse > 0 && better === 0 ? "bad" : "unclear",
      text,
    };
  });
}

function spread(basis: VerdictBasis): Verdict[] {
  if ((basis.systems[0].memberCount ?? 1) < 2) return [];
  return byVariable(basis).map(({ variable, rows }) => {
    const ratio = average(rows.map(({ spreadSkillRatio }) => spreadSkillRatio));
    const [low, high] = [ratio < 0.8, ratio > 1.1];
    return {
      topic: "spread",
      judgment: Number.isNaN(ratio) ? "unclear" : low || high ? "bad" : "good",
      text: Number.isNaN(ratio)
        ? `${capital(variable)}: no error and no spread to compare.`
        : `${capital(variable)}: spread is ${ratio.toFixed(2)} of the error${
            low ? ", too sure of itself" : high ? ", less sure than it could be" : ", about right"
          }.`,
    };
  });
}

function bias(basis: VerdictBasis): Verdict[] {
  return byVariable(basis).map(({ variable, rows }) => {
    const [mean, rmse] = [average(rows.map((row) => row.bias)), average(rows.map((row) => row.rmse))];
    const share = Math.abs(mean) / rmse;
    return {
      topic: "bias",
      judgment: Number.isNaN(share) ? "unclear" : share <= 0.2 ? "good" : "bad",
      text: `${capital(variable)}: bias ${signed(mean)} ${rows[0].units}${
        Number.isNaN(share) ? "" : `, ${percent(share)} of the RMSE`
      }.`,
    };
  });
}

function probabilities({ events, systems }: VerdictBasis): Verdict[] {
  const own = events.filter(({ system }) => system === systems[0].name);
  return groups(own, ({ event }) => event).flatMap(([event, rows]): Verdict[] => {
    const [rate, said] = [average(rows.map((row) => row.baseRate)), average(rows.map((row) => row.meanProbability))];
    if (!(rate > 0 && rate < 1)) {
      const what = rate > 0 ? "always happened" : "never happened";
      return [{ topic: "probability", judgment: "unclear", text: `${event}: ${what}, so nothing can be said of it.` }];
    }
    const brierSkill = average(rows.map((row) => row.skillAgainstSampleClimatology));
    const area = average(rows.map((row) => row.rocArea));
    const ratio = said / rate;
    return [
      {
        topic: "probability",
        judgment: brierSkill > 0 && Math.abs(ratio - 1) <= 0.25 ? "good" : "bad",
        text: `${event}: happened in ${percent(rate)} of cells, forecast with ${percent(said)} on average; Brier skill ${brierSkill.toFixed(2)} against the base rate.`,
      },
      {
        topic: "discrimination",
        judgment: area >= 0.8 ? "good" : area < 0.7 ? "bad" : "unclear",
        text: `${event}: ROC area ${area.toFixed(2)} (0.5 knows nothing, 1 everything).`,
      },
    ];
  });
}

function windows({ fractions, systems }: VerdictBasis): Verdict[] {
  const own = fractions.filter(
    ({ system, event, window }) => system === systems[0].name && window === "square" && !event.includes("@"),
  );
  return groups(own, ({ event }) => event).flatMap(([event, rows]): Verdict[] => {
    const byWidth = groups(rows, ({ windowKm }) => String(windowKm)).map(([width, same]) => ({
      width: Number(width),
      skill: average(same.map((row) => row.skill)),
      usefulFrom: average(same.map((row) => row.usefulFrom)),
    }));
    if (byWidth.every(({ skill: value }) => Number.isNaN(value))) return [];
    const useful = byWidth.filter(({ skill: value, usefulFrom }) => value >= usefulFrom).map(({ width }) => width);
    const text =
      useful.length > 0
        ? `${event}: useful from windows of ${Math.min(...useful)} km on (FSS above 0.5 + base rate / 2).`
        : `${event}: FSS stays below 0.5 + base rate / 2 in all windows up to ${Math.max(...byWidth.map(({ width }) => width))} km.`;
    return [{ topic: "windows", judgment: useful.length > 0 ? "good" : "bad", text }];
  });
}

/** Wavelengths of 8 to 16 cells: above what the grid cannot carry, below what any forecast gets right. */
function sharpness({ spectra, systems }: VerdictBasis): Verdict[] {
  const own = spectra.filter(({ system }) => system === systems[0].name);
  return groups(own, ({ variable }) => variable).flatMap(([, rows]): Verdict[] => {
    const shares = rows.map(({ wavelengthKm, truth, member }) => {
      const shortest = wavelengthKm[wavelengthKm.length - 1];
      const bands = [...wavelengthKm.keys()].filter(
        (band) => wavelengthKm[band] >= 4 * shortest && wavelengthKm[band] <= 8 * shortest,
      );
      const sum = (values: readonly number[]): number => bands.reduce((total, band) => total + values[band], 0);
      return sum(member) / sum(truth);
    });
    const ratio = average(shares);
    if (!Number.isFinite(ratio)) return [];
    const name = capital(VARIABLES[rows[0].variable].longName);
    return [
      {
        topic: "sharpness",
        judgment: ratio >= 0.7 && ratio <= 1.4 ? "good" : "bad",
        text: `${name}: a member varies ${ratio.toFixed(2)} times as much as the truth at wavelengths of 8 to 16 cells${
          ratio < 0.7 ? ", it is blurred" : ratio > 1.4 ? ", it is noisy" : ""
        }.`,
      },
    ];
  });
}

/** The first system's rows of each variable. */
function byVariable({ values, systems }: VerdictBasis): { variable: string; rows: Numbers["values"][number][] }[] {
  const own = values.filter(({ system }) => system === systems[0].name);
  return groups(own, ({ variable }) => variable).map(([, rows]) => ({
    variable: VARIABLES[rows[0].variable].longName,
    rows,
  }));
}

function groups<T>(rows: readonly T[], key: (row: T) => string): [string, T[]][] {
  const all = new Map<string, T[]>();
  for (const row of rows) all.set(key(row), [...(all.get(key(row)) ?? []), row]);
  return [...all];
}

/** Of the values that are numbers; NaN of none. */
function average(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

const percent = (share: number): string => {
  const value = 100 * share;
  return `${value.toFixed(value >= 10 ? 0 : value >= 1 ? 1 : 2)} %`;
};
const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toPrecision(2)}`;
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
