/**
 * The numbers of the page as tables. Rows that tell something stand in the open; those that cannot (an event on too few days, a comparison
 * whose interval holds 0) are folded below them, with their number said.
 * @module
 */
import { VARIABLES } from "../core/index.ts";
import { type BoardRow, type EventRow, LEAST_EVENT_DAYS } from "../evaluation/index.ts";
import { eventSigns, metricSigns } from "./event-words.ts";
import { figure, folded, table } from "./html-table.ts";
import type { Report } from "./report.ts";

export function valueTable({ pooled }: Report): string {
  return table(
    ["variable", "system", "CRPS", "skill", "RMSE", "bias", "spread/error", "unit"],
    pooled.values.map((row) => [
      VARIABLES[row.variable].longName,
      row.system,
      figure(row.comparableCrps),
      figure(row.crpsSkillAgainstPersistence),
      figure(row.rmse),
      figure(row.bias),
      figure(row.spreadSkillRatio),
      row.units,
    ]),
  );
}

/** An event that happened often enough to say something of it, and not always. */
export const isTold = ({ eventDays, baseRate }: Pick<EventRow, "eventDays" | "baseRate">): boolean =>
  eventDays >= LEAST_EVENT_DAYS && baseRate < 1;

export function eventTable({ pooled }: Report): string {
  const [told, untold] = parted(pooled.events, isTold);
  return both(told, untold, eventRows, (count) => `${count} of an event on too few days, or always there, to judge by`);
}

const eventRows = (rows: readonly EventRow[]): string =>
  table(
    [
      "event",
      "system",
      "base rate",
      "mean prob.",
      "Brier",
      "skill",
      "reliability",
      "resolution",
      "ROC area",
      "member bias",
    ],
    rows.map((row) => [
      eventSigns(row.event),
      row.system,
      figure(row.baseRate),
      figure(row.meanProbability),
      figure(row.comparableBrier),
      figure(row.skillAgainstSampleClimatology),
      figure(row.reliability),
      figure(row.resolution),
      figure(row.rocArea),
      figure(row.member.frequencyBias),
    ]),
  );

export function boardTable({ scoreboard, protocol }: Report): string {
  const pooled = scoreboard.some(({ leadHours }) => leadHours === "all");
  // FSS of every window would be most of the table; it is in scores.csv.
  const shownWindow = ` square ${protocol.windowsKm[protocol.windowsKm.length >> 1]}km`;
  const shown = scoreboard
    .filter(({ leadHours }) => !pooled || leadHours === "all")
    .filter(({ metric }) => !metric.startsWith("1-FSS") || metric.endsWith(shownWindow));
  const [told, untold] = parted(shown, ({ verdict }) => verdict === "better" || verdict === "worse");
  return both(told, untold, boardRows, (count) => `${count} of which it cannot be told who is better`);
}

const boardRows = (rows: readonly BoardRow[]): string =>
  table(
    ["metric", "against", "score", "other", "difference", "95 % interval", "days", "verdict"],
    rows.map((row) => [
      metricSigns(row.metric),
      row.other,
      figure(row.firstScore),
      figure(row.otherScore),
      figure(row.difference),
      `${figure(row.interval.low)} to ${figure(row.interval.high)}`,
      String(row.days),
      row.verdict,
    ]),
  );

/** The rows in the open, and below them the others, folded. */
function both<T>(
  told: readonly T[],
  untold: readonly T[],
  draw: (rows: readonly T[]) => string,
  words: (count: string) => string,
): string {
  const open = told.length === 0 ? "" : draw(told);
  if (untold.length === 0) return open;
  return `${open}\n${folded(words(`${untold.length} ${told.length > 0 ? "more " : ""}${untold.length === 1 ? "row" : "rows"}`), draw(untold))}`;
}

function parted<T>(rows: readonly T[], passes: (row: T) => boolean): [T[], T[]] {
  return [rows.filter(passes), rows.filter((row) => !passes(row))];
}

export function objectTable({ pooled, protocol }: Report): string {
  if (pooled.objects.length === 0) return "";
  const { threshold, leastKm2, withinKm } = protocol.objects;
  const text = `Connected areas of at least ${threshold} dBZ and ${leastKm2} km², matched one to one within ${withinKm} km.`;
  const rows = pooled.objects.map((row) => [
    row.system,
    figure(row.observedMatched),
    figure(row.forecastMatched),
    `${figure(row.meanDisplacementKm)} km`,
    figure(row.matchedAreaRatio),
    figure(row.areaRatio),
    figure(row.countRatio),
  ]);
  const columns = [
    "system",
    "observed matched",
    "forecast matched",
    "displacement",
    "area of matched",
    "area of all",
    "number",
  ];
  return `<p>${text} The last three are forecast over observed.</p>\n${table(columns, rows)}`;
}

export function vectorTable({ pooled }: Report): string {
  if (pooled.vectors.length === 0) return "";
  const rows = pooled.vectors.map(({ across, system, energy, variogram }) => [
    across === "variables" ? "all variables at a place" : `${across} at nine places`,
    system,
    figure(energy),
    figure(variogram),
  ]);
  const lead =
    "Energy score: error of the whole vector. Variogram score: whether it varies together as the truth does. Lower is better for both.";
  return `<p>${lead}</p>\n${table(["across", "system", "energy", "variogram"], rows)}`;
}
