/**
 * What is good and what is bad, in words, by rules that stand here and in docs/guide/05-reading-the-report.md. A rule looks at one number, and
 * says good, bad, or that it cannot tell:
 *
 *   sample        30 days or more are a basis; 10 or more are a hint; fewer show nothing about other days
 *   skill         CRPS below persistence's (and every other system's, where the scoreboard's interval leaves 0 out); a tie is no verdict
 *   spread        spread-skill ratio 0.8 to 1.1 is good; below is too sure, above too unsure
 *   bias          |bias| up to a fifth of the RMSE is good
 *   probability   Brier skill above 0 against the base rate, and mean probability within a quarter of the base rate
 *   discrimination  ROC area from 0.8 is good, below 0.7 bad
 *   windows       the narrowest window whose FSS reaches 0.5 + base rate / 2
 *   calibration   Brier score of calibrated probabilities below that of shares of members, where the interval leaves 0 out
 *   sharpness     variance of members at wavelengths of 8 to 16 cells, 0.7 to 1.4 times the truth's
 *   drift         what the mean, variance and spectrum do from the first lead to the last (`drift.ts`)
 *
 * Numbers but of drift are of all leads together. Of an event that happened on fewer than five days nothing is said.
 * @module
 */
import { formatLead, VARIABLES } from "../core/index.ts";
import {
  type BoardRow,
  type CalibrationEffect,
  LEAST_EVENT_DAYS,
  type Numbers,
  type RefusedEffect,
  type ValueRow,
} from "../evaluation/index.ts";
import { type DriftRow, driftWords } from "./drift.ts";
import { eventWords } from "./event-words.ts";

export type Judgment = "good" | "bad" | "unclear";

export interface Verdict {
  readonly topic: string;
  readonly judgment: Judgment;
  /** A sentence that holds its own numbers. */
  readonly text: string;
}

/** What the rules look at. */
export interface VerdictBasis {
  /** All leads together. */
  readonly pooled: Numbers;
  /** By lead, ascending. */
  readonly drift: readonly DriftRow[];
  readonly systems: readonly { readonly name: string; readonly memberCount?: number }[];
  readonly days: readonly string[];
  readonly cases: number;
  readonly independentCases: number;
  readonly synthetic: boolean;
  readonly trainingHours: number | null;
  readonly scoreboard: readonly BoardRow[];
  readonly calibration?: CalibrationEffect | RefusedEffect;
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
    ...calibration(basis),
    ...windows(basis),
    ...sharpness(basis),
    ...drifts(basis),
  ];
}

function sample({ days, cases, independentCases, synthetic, trainingHours }: VerdictBasis): Verdict[] {
  const counts = `${plural(cases, "case")} on ${plural(days.length, "day")}, ${plural(independentCases, "init time")} a day or more apart`;
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
  if (trainingHours === null) {
    const text =
      "Neither the forecasts nor the truth say on which hours a model was trained: it may know some of these.";
    verdicts.push({ topic: "sample", judgment: "unclear", text });
  } else if (trainingHours > 0) {
    const text = `${plural(trainingHours, "case")} lie in the training split, which the model knows: this is no measure of skill.`;
    verdicts.push({ topic: "sample", judgment: "bad", text });
  }
  return verdicts;
}

/** What `percent` prints as 0.00 % is none. */
const LEAST_SHARE = 5e-5;

function skill(basis: VerdictBasis): Verdict[] {
  return ownValues(basis).map((row) => {
    const { crpsSkillAgainstPersistence: share } = row;
    if (!Number.isFinite(share)) {
      const text = `${nameOf(row)}: persistence made no error, so there is no skill to measure.`;
      return { topic: "skill", judgment: "unclear", text };
    }
    if (Math.abs(share) < LEAST_SHARE) {
      return { topic: "skill", judgment: "unclear", text: `${nameOf(row)}: CRPS as large as persistence's.` };
    }
    return {
      topic: "skill",
      judgment: share > 0 ? "good" : "bad",
      text: `${nameOf(row)}: CRPS ${percent(Math.abs(share))} ${share > 0 ? "below" : "above"} persistence's.`,
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
    const [better, worse, few] = [count("better"), count("worse"), count("too few days") + count("too few events")];
    const text =
      few === rows.length
        ? `Against ${other}: too few days or events to tell skill from luck on any of ${rows.length} metrics.`
        : `Against ${other}: better on ${better}, worse on ${worse}, no difference shown on ${rows.length - better - worse - few} of ${rows.length} metrics${
            few > 0 ? `; ${few} rest on too few events` : ""
          }.`;
    return {
      topic: "comparison",
      judgment: better > 0 && worse === 0 ? "good" : worse > 0 && better === 0 ? "bad" : "unclear",
      text,
    };
  });
}

function spread(basis: VerdictBasis): Verdict[] {
  if ((basis.systems[0].memberCount ?? 1) < 2) return [];
  return ownValues(basis).map((row) => {
    const { spreadSkillRatio: ratio } = row;
    if (Number.isNaN(ratio)) {
      return { topic: "spread", judgment: "unclear", text: `${nameOf(row)}: no error and no spread to compare.` };
    }
    const words = ratio < 0.8 ? "too sure of itself" : ratio > 1.1 ? "less sure than it could be" : "about right";
    return {
      topic: "spread",
      judgment: ratio < 0.8 || ratio > 1.1 ? "bad" : "good",
      text: `${nameOf(row)}: spread ${ratio.toFixed(2)} of the error, ${words}.`,
    };
  });
}

function bias(basis: VerdictBasis): Verdict[] {
  return ownValues(basis).map((row) => {
    const share = Math.abs(row.bias) / row.rmse;
    return {
      topic: "bias",
      judgment: Number.isNaN(share) ? "unclear" : share <= 0.2 ? "good" : "bad",
      text: `${nameOf(row)}: ${signed(row.bias)} ${row.units}${Number.isNaN(share) ? "" : `, ${percent(share)} of the RMSE`}.`,
    };
  });
}

/** What is printed as 0.00 is none. */
const LEAST_BRIER_SKILL = 0.005;

function probabilities({ pooled, systems }: VerdictBasis): Verdict[] {
  const own = pooled.events.filter(({ system }) => system === systems[0].name);
  return own.flatMap((row): Verdict[] => {
    const { baseRate: rate, meanProbability: said, eventDays, rocArea } = row;
    const event = capital(eventWords(row.event));
    if (eventDays < LEAST_EVENT_DAYS || rate === 1) {
      const what =
        rate === 1 ? "always happened" : eventDays === 0 ? "never happened" : `happened on ${plural(eventDays, "day")}`;
      return [{ topic: "probability", judgment: "unclear", text: `${event}: ${what}, too little to judge by.` }];
    }
    const brierSkill = row.skillAgainstSampleClimatology;
    // A forecast that says the base rate everywhere is no better and no worse than the base rate.
    const tie = Math.abs(brierSkill) < LEAST_BRIER_SKILL;
    const unbiased = Math.abs(said / rate - 1) <= 0.25;
    return [
      {
        topic: "probability",
        judgment: !unbiased || (brierSkill < 0 && !tie) ? "bad" : tie ? "unclear" : "good",
        text: `${event}: happened in ${percent(rate)} of cells, forecast ${percent(said)}; Brier skill ${tie ? "0.00" : minus(brierSkill.toFixed(2))}.`,
      },
      {
        topic: "discrimination",
        judgment: rocArea >= 0.8 ? "good" : rocArea < 0.7 ? "bad" : "unclear",
        text: `${event}: ROC area ${rocArea.toFixed(2)}.`,
      },
    ];
  });
}

/** Of each event, all of its leads together. */
function calibration({ calibration: effect }: VerdictBasis): Verdict[] {
  if (effect === undefined) return [];
  if ("refused" in effect) {
    return [
      {
        topic: "calibration",
        judgment: "unclear",
        text: `Calibrated probabilities are not judged: ${effect.refused}.`,
      },
    ];
  }
  const events = [...new Set(effect.rows.map(({ event }) => event))];
  if (events.length === 0) {
    const [first] = effect.unfitted;
    const reason = first === undefined ? "" : ` (${first.event} at +${formatLead(first.leadHours)}: ${first.why})`;
    return [{ topic: "calibration", judgment: "unclear", text: `None of the events judged is calibrated${reason}.` }];
  }
  return events.flatMap((event): Verdict[] => {
    const row = effect.rows.find((one) => one.event === event);
    if (row === undefined) return [];
    const { raw, calibrated, verdict } = row;
    const numbers =
      `Brier score ${raw.brier.toPrecision(3)} raw, ${calibrated.brier.toPrecision(3)} calibrated; ` +
      `reliability term ${raw.reliability.toPrecision(2)} and ${calibrated.reliability.toPrecision(2)}`;
    return [
      {
        topic: "calibration",
        judgment: verdict === "better" ? "good" : verdict === "worse" ? "bad" : "unclear",
        text: `${capital(eventWords(event))}: ${numbers}${verdict === "better" || verdict === "worse" ? "" : ` (${verdict})`}.`,
      },
    ];
  });
}

function windows({ pooled, systems }: VerdictBasis): Verdict[] {
  const [{ name }] = systems;
  const rows = pooled.fractions.filter(
    ({ system, event, window, skill: value }) =>
      system === name && window === "square" && !event.includes("@") && Number.isFinite(value),
  );
  const judgeable = pooled.events
    .filter(({ system, eventDays }) => system === name && eventDays >= LEAST_EVENT_DAYS)
    .map(({ event }) => event);
  return judgeable.flatMap((event): Verdict[] => {
    const own = rows.filter((row) => row.event === event);
    if (own.length === 0) return [];
    const useful = own.filter(({ skill: value, usefulFrom }) => value >= usefulFrom).map(({ windowKm }) => windowKm);
    const words = capital(eventWords(event));
    const text =
      useful.length > 0
        ? `${words}: useful from windows of ${Math.min(...useful)} km on.`
        : `${words}: not useful in any window up to ${Math.max(...own.map(({ windowKm }) => windowKm))} km.`;
    return [{ topic: "windows", judgment: useful.length > 0 ? "good" : "bad", text }];
  });
}

/** Wavelengths of 8 to 16 cells: above what the grid cannot carry, below what any forecast gets right. */
function sharpness({ pooled, systems }: VerdictBasis): Verdict[] {
  const own = pooled.spectra.filter(({ system }) => system === systems[0].name);
  return own.flatMap(({ variable, wavelengthKm, truth, member }): Verdict[] => {
    const shortest = wavelengthKm[wavelengthKm.length - 1];
    const bands = [...wavelengthKm.keys()].filter(
      (band) => wavelengthKm[band] >= 4 * shortest && wavelengthKm[band] <= 8 * shortest,
    );
    const sum = (values: readonly number[]): number => bands.reduce((total, band) => total + values[band], 0);
    const ratio = sum(member) / sum(truth);
    if (!Number.isFinite(ratio)) return [];
    const words = ratio < 0.7 ? ", it is blurred" : ratio > 1.4 ? ", it is noisy" : "";
    return [
      {
        topic: "sharpness",
        judgment: ratio >= 0.7 && ratio <= 1.4 ? "good" : "bad",
        text: `${capital(VARIABLES[variable].longName)}: a member varies ${ratio.toFixed(2)} times as much as the truth${words}.`,
      },
    ];
  });
}

/** On few days the weather's own luck moves means and spectra as far. */
function drifts({ drift, systems, days }: VerdictBasis): Verdict[] {
  const own = drift.filter(({ system }) => system === systems[0].name);
  return [...new Set(own.map(({ variable }) => variable))].flatMap((variable): Verdict[] => {
    const found = driftWords(own.filter((row) => row.variable === variable));
    if (found === undefined) return [];
    const text = `${capital(VARIABLES[variable].longName)}: ${found.text}.`;
    const enough = days.length >= DAYS_FOR_A_HINT;
    return [{ topic: "drift", judgment: !enough ? "unclear" : found.steady ? "good" : "bad", text }];
  });
}

/** The first system's row of each variable. */
function ownValues({ pooled, systems }: VerdictBasis): ValueRow[] {
  return pooled.values.filter(({ system }) => system === systems[0].name);
}

const nameOf = ({ variable }: ValueRow): string => capital(VARIABLES[variable].longName);

const percent = (share: number): string => {
  const value = 100 * share;
  return `${value.toFixed(value >= 10 ? 0 : value >= 1 ? 1 : 2)} %`;
};
const minus = (text: string): string => text.replace("-", "−");
const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toPrecision(2)}`;
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
