/**
 * A scorecard as people and programs read it: an aligned table, or JSON whose keys docs/design/0015 explains.
 * @module
 */
import { type Archive, splitOf } from "../archive/index.ts";
import { formatTime, VARIABLES, validTime } from "../core/index.ts";
import type { NamedForecast, Scorecard, ScorecardRow } from "../verify/index.ts";

/** What `verify --json` prints. JSON has no NaN: a score that is not defined is `null` there. */
export interface ScoreReport {
  readonly synthetic: boolean;
  readonly truth: { readonly path: string; readonly source: string };
  readonly methods: readonly string[];
  readonly memberCount: number;
  readonly initTimes: readonly string[];
  readonly independentCases: number;
  /** Scored (init, lead) pairs whose valid time lies in the training split; more than 0 only when that was allowed. */
  readonly trainingHours: number;
  readonly scores: readonly (ScorecardRow & { readonly units: string })[];
  readonly skipped: readonly {
    readonly path: string;
    readonly initTime: string;
    readonly leadHours: number;
    readonly validTime: string;
    readonly reason: string;
  }[];
}

export function scoreReport(
  card: Scorecard,
  forecasts: readonly NamedForecast[],
  archive: Pick<Archive, "path" | "source" | "synthetic" | "splits">,
): ScoreReport {
  const ensembles = forecasts.map(({ forecast }) => forecast);
  return {
    synthetic: archive.synthetic || ensembles.some(({ synthetic }) => synthetic),
    truth: { path: archive.path, source: archive.source },
    methods: [...new Set(ensembles.map(({ method }) => method))],
    memberCount: card.memberCount,
    initTimes: card.initTimes.map(formatTime),
    independentCases: card.independentCases,
    trainingHours: card.validTimes.filter((time) => splitOf(archive.splits, time) === "train").length,
    scores: card.rows.map((row) => ({ ...row, units: VARIABLES[row.variable].units })),
    skipped: card.skipped.map(({ path, initTime, leadHours, reason }) => ({
      path,
      initTime: formatTime(initTime),
      leadHours,
      validTime: formatTime(validTime(initTime, leadHours)),
      reason,
    })),
  };
}

const COLUMNS: readonly (readonly [string, (row: ScoreReport["scores"][number]) => string])[] = [
  ["variable", ({ variable }) => variable],
  ["units", ({ units }) => units],
  ["lead", ({ leadHours }) => `+${leadHours}h`],
  ["cases", ({ cases }) => String(cases)],
  ["cells", ({ cells }) => String(cells)],
  ["CRPS", ({ crps }) => rounded(crps)],
  ["pers.", ({ persistenceCrps }) => rounded(persistenceCrps)],
  ["skill", ({ crpsSkillAgainstPersistence }) => rounded(crpsSkillAgainstPersistence)],
  ["RMSE", ({ rmse }) => rounded(rmse)],
  ["pers.", ({ persistenceRmse }) => rounded(persistenceRmse)],
  ["bias", ({ bias }) => rounded(bias)],
  ["spread", ({ spread }) => rounded(spread)],
  ["ratio", ({ spreadSkillRatio }) => rounded(spreadSkillRatio)],
];
/** Columns of words, which read from the left; numbers end on the right. */
const WORD_COLUMNS = 2;

const LEGEND = `CRPS: fair, of the ensemble; pers.: the same of persistence (for CRPS, its mean absolute error)
skill: 1 - CRPS / persistence's CRPS; RMSE and bias: of the ensemble mean
ratio: sqrt((M+1)/M) spread / RMSE, 1 when calibrated, below 1 when too sure
`;

/** The report as a table with a heading that says what the numbers rest on. */
export function scoreTable(report: ScoreReport): string {
  const lines = COLUMNS.map(([title]) => [title]);
  for (const row of report.scores) for (const [at, [, cell]] of COLUMNS.entries()) lines[at].push(cell(row));
  const columns = lines.map((column, at) => {
    const width = Math.max(...column.map((cell) => cell.length));
    return column.map((cell) => (at < WORD_COLUMNS ? cell.padEnd(width) : cell.padStart(width)));
  });
  const table = columns[0].map((_, line) => columns.map((column) => column[line]).join("  "));
  return `${[...heading(report), "", ...table].join("\n")}\n\n${LEGEND}`;
}

function heading(report: ScoreReport): string[] {
  const { initTimes, memberCount, independentCases, trainingHours, skipped, scores } = report;
  const first = initTimes[0];
  const last = initTimes[initTimes.length - 1];
  const lines = [
    `${report.methods.join(" and ")}, ${memberCount} members, against ${report.truth.path} (${report.truth.source})`,
    `${count(initTimes.length, "forecast")} from ${first === last ? first : `${first} to ${last}`}; ` +
      `${count(independentCases, "independent case")} (init times a day or more apart; cells of one field are not samples)`,
  ];
  if (report.synthetic) lines.push("SYNTHETIC DATA: these numbers say nothing about real weather");
  if (trainingHours > 0)
    lines.push(`INCLUDES ${count(trainingHours, "hour")} OF THE TRAINING SPLIT: not a measure of skill`);
  const missing = Math.max(...scores.map(({ missingCells, cells }) => missingCells / (cells + missingCells)));
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
function rounded(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  const text = value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3);
  return Number(text) === 0 ? text.replace("-", "") : text;
}
