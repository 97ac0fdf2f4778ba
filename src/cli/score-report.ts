/**
 * A report as an aligned table on a terminal: one line a variable and lead of the first system, beside persistence; and the scoreboard.
 * @module
 */
import { formatLead } from "../core/index.ts";
import type { BoardRow, CalibratedRow, ValueRow } from "../evaluation/index.ts";
import { eventSigns, metricSigns, type Report } from "../report/index.ts";

interface TableRow {
  readonly row: ValueRow;
  readonly persistence?: ValueRow;
}

/** "+3h", "+10min". */
const leadSign = (leadHours: number | "all"): string =>
  leadHours === "all" ? "all" : `+${formatLead(leadHours).replace(" ", "")}`;

const COLUMNS: readonly (readonly [string, (row: TableRow) => string])[] = [
  ["variable", ({ row }) => row.variable],
  ["units", ({ row }) => row.units],
  ["lead", ({ row }) => leadSign(row.leadHours)],
  ["cases", ({ row }) => String(row.cases)],
  ["cells", ({ row }) => String(row.cells)],
  ["CRPS", ({ row }) => rounded(row.comparableCrps)],
  ["pers.", ({ persistence }) => rounded(persistence?.comparableCrps)],
  ["skill", ({ row }) => rounded(row.crpsSkillAgainstPersistence)],
  ["RMSE", ({ row }) => rounded(row.rmse)],
  ["pers.", ({ persistence }) => rounded(persistence?.rmse)],
  ["bias", ({ row }) => rounded(row.bias)],
  ["spread", ({ row }) => rounded(row.spread)],
  ["ratio", ({ row }) => rounded(row.spreadSkillRatio)],
];
/** Columns of words, which read from the left; numbers end on the right. */
const WORD_COLUMNS = 2;

const LEGEND = `CRPS: fair, of the ensemble; pers.: the same of persistence (for CRPS, its mean absolute error)
skill: 1 - CRPS / persistence's CRPS; RMSE and bias: of the ensemble mean
ratio: sqrt((M+1)/M) spread / RMSE, 1 when calibrated, below 1 when too sure
`;

/** The scores of the first system with a heading that says what the numbers rest on. */
export function scoreTable(report: Report): string {
  const own = report.values.filter(({ system }) => system === report.systems[0].name);
  const rows = own.map((row): TableRow => {
    const persistence = report.values.find(
      ({ system, variable, leadHours }) =>
        system === "persistence" && variable === row.variable && leadHours === row.leadHours,
    );
    return persistence === undefined ? { row } : { row, persistence };
  });
  const table = aligned(COLUMNS, rows, WORD_COLUMNS);
  return `${[...heading(report, own), "", ...table].join("\n")}\n\n${LEGEND}`;
}

const BOARD_COLUMNS: readonly (readonly [string, (row: BoardRow) => string])[] = [
  ["metric", ({ metric }) => ascii(metricSigns(metric))],
  ["against", ({ other }) => other],
  ["verdict", ({ verdict }) => verdict],
  ["lead", ({ leadHours }) => leadSign(leadHours)],
  ["days", ({ days }) => String(days)],
  ["score", ({ firstScore }) => rounded(firstScore)],
  ["other", ({ otherScore }) => rounded(otherScore)],
  ["difference", ({ difference }) => rounded(difference)],
  ["2.5%", ({ interval }) => rounded(interval.low)],
  ["97.5%", ({ interval }) => rounded(interval.high)],
  ["skill", ({ skill }) => rounded(skill)],
];

/** Paired differences, leads pooled where there are several. */
export function boardTable({ scoreboard, systems }: Report): string {
  const pooled = scoreboard.some(({ leadHours }) => leadHours === "all");
  const rows = scoreboard.filter(({ leadHours }) => !pooled || leadHours === "all");
  const legend =
    "difference: score - other, below 0 is better; interval from resampling whole days; skill: 1 - score / other";
  const lines = [
    `${systems[0].name} against each other system, on the same cases`,
    "",
    ...aligned(BOARD_COLUMNS, rows, 3),
  ];
  return `${lines.join("\n")}\n\n${legend}\n`;
}

const CALIBRATION_COLUMNS: readonly (readonly [string, (row: CalibratedRow) => string])[] = [
  ["event", ({ event }) => ascii(eventSigns(event))],
  ["verdict", ({ verdict }) => verdict],
  ["lead", ({ leadHours }) => leadSign(leadHours)],
  ["days", ({ days }) => String(days)],
  ["Brier", ({ raw }) => digits(raw.brier)],
  ["cal.", ({ calibrated }) => digits(calibrated.brier)],
  ["skill", ({ raw }) => rounded(raw.skillAgainstSampleClimatology)],
  ["cal.", ({ calibrated }) => rounded(calibrated.skillAgainstSampleClimatology)],
  ["reliab.", ({ raw }) => digits(raw.reliability)],
  ["cal.", ({ calibrated }) => digits(calibrated.reliability)],
  ["log", ({ raw }) => rounded(raw.logScore)],
  ["cal.", ({ calibrated }) => rounded(calibrated.logScore)],
];

/** Probabilities as shares of members and as calibrated; one part, or none where the forecasts carry no calibration. */
export function calibrationTable({ calibration }: Report): string[] {
  if (calibration === undefined) return [];
  if ("refused" in calibration) return [`calibrated probabilities are not judged: ${calibration.refused}\n`];
  const { rows, unfitted, method, fittedCases, split } = calibration;
  const left = [
    ...new Set(
      unfitted.map(({ event, leadHours, why }) => `${ascii(eventSigns(event))} at +${formatLead(leadHours)}: ${why}`),
    ),
  ];
  const lines = [
    `probabilities calibrated by ${method} on ${fittedCases} cases of the ${split} split, beside shares of members`,
    "",
    ...aligned(CALIBRATION_COLUMNS, rows, 2),
    "",
    "Brier: plain; skill: against the base rate; reliab.: its reliability term; log: logarithmic score, i of M read as (i + 1/2)/(M + 1)",
    ...left.map((line) => `not calibrated: ${line}`),
  ];
  return [`${lines.join("\n")}\n`];
}

/** Signs that every terminal has. */
const ascii = (text: string): string => text.replace("≥", ">=").replace("−", "-");

/** Three significant digits: a rare event's Brier score has none of them right behind the point. */
function digits(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(3) : "-";
}

function aligned<T>(
  columns: readonly (readonly [string, (row: T) => string])[],
  rows: readonly T[],
  wordColumns: number,
): string[] {
  const padded = columns.map(([title, cellOf], at) => {
    const cells = [title, ...rows.map(cellOf)];
    const width = Math.max(...cells.map((cell) => cell.length));
    return cells.map((cell) => (at < wordColumns ? cell.padEnd(width) : cell.padStart(width)));
  });
  return padded[0].map((_, line) => padded.map((column) => column[line]).join("  "));
}

function heading(report: Report, own: readonly ValueRow[]): string[] {
  const { initTimes, independentCases, trainingHours, skipped, systems, truth } = report;
  const [{ methods, memberCount }] = systems;
  const first = initTimes[0];
  const last = initTimes[initTimes.length - 1];
  const lines = [
    `${methods.join(" and ")}, ${memberCount} members, against ${truth.path} (${truth.source})`,
    `${count(initTimes.length, "forecast")} from ${first === last ? first : `${first} to ${last}`}; ` +
      `${count(independentCases, "independent case")} (init times a day or more apart; cells of one field are not samples)`,
  ];
  if (report.synthetic) lines.push("SYNTHETIC DATA: these numbers say nothing about real weather");
  if (trainingHours === null) lines.push("it is not known which of these hours a model was trained on");
  else if (trainingHours > 0)
    lines.push(`INCLUDES ${count(trainingHours, "hour")} OF THE TRAINING SPLIT: not a measure of skill`);
  const missing = Math.max(0, ...own.map(({ missingCells, cells }) => missingCells / (cells + missingCells)));
  if (missing > 0) lines.push(`cells left out for missing data: up to ${(100 * missing).toFixed(2)} % of a row`);
  for (const reason of new Set(skipped.map((one) => one.reason))) {
    const alike = skipped.filter((one) => one.reason === reason);
    lines.push(`not scored: ${count(alike.length, "hour")} ${reason} (first ${alike[0].validTime})`);
  }
  return lines;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Four significant digits or so; a dash where the score is not defined. */
function rounded(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  const text = value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3);
  return Number(text) === 0 ? text.replace("-", "") : text;
}
