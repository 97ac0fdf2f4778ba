/**
 * Every number of a report as CSV, one a line: what, of whom, when, and its value; an empty value is not defined. The entries of curves and
 * histograms are numbered from 0: `points[2].observedFrequency`, `rankCounts[0]`.
 *
 *   kind,subject,system,leadHours,cases,cells,score,value,low,high
 * @module
 */
import type { CalibratedRow } from "../evaluation/index.ts";
import type { Report } from "./report.ts";

/** Columns that name a row rather than score it. */
const NAMES: readonly string[] = [
  "system",
  "leadHours",
  "cases",
  "cells",
  "variable",
  "units",
  "event",
  "object",
  "across",
  "window",
  "windowKm",
  "memberCount",
  "missingCells",
];

const KINDS = ["values", "events", "fractions", "spectra", "objects", "vectors", "reports", "drift"] as const;

export function csvOf(report: Report): string {
  const lines = ["kind,subject,system,leadHours,cases,cells,score,value,low,high"];
  for (const kind of KINDS) {
    for (const row of kind === "drift" ? report.drift : [...report[kind], ...report.pooled[kind]]) {
      const fields: Readonly<Record<string, unknown>> = { ...row };
      const subject = ["variable", "event", "object", "across", "window"]
        .flatMap((name) => fields[name] ?? [])
        .map(String);
      if (typeof fields["windowKm"] === "number") subject.push(`${fields["windowKm"]}km`);
      const cells = typeof fields["cells"] === "number" ? fields["cells"] : "";
      const start = [kind, subject.join(" "), row.system, row.leadHours, row.cases, cells];
      for (const [score, value] of scoresOf(fields)) lines.push(csvLine([...start, score, number(value), "", ""]));
    }
  }
  for (const row of calibratedRows(report)) {
    const start = ["calibration", row.event, row.system, row.leadHours, row.cases, row.cells];
    for (const [score, value] of scoresOf({ ...row })) lines.push(csvLine([...start, score, number(value), "", ""]));
  }
  for (const {
    metric,
    other,
    first,
    leadHours,
    days,
    difference,
    interval,
    skill,
    skillInterval,
  } of report.scoreboard) {
    const start = ["scoreboard", metric, `${first} - ${other}`, leadHours, days, ""];
    lines.push(csvLine([...start, "difference", number(difference), number(interval.low), number(interval.high)]));
    lines.push(csvLine([...start, "skill", number(skill), number(skillInterval.low), number(skillInterval.high)]));
  }
  return `${lines.join("\n")}\n`;
}

function calibratedRows({ calibration }: Report): readonly CalibratedRow[] {
  return calibration === undefined || "refused" in calibration ? [] : calibration.rows;
}

/** Numbers of a row and of what lies within it: "flatness.chiSquared.p", "tailCrps[1]". */
function scoresOf(fields: Readonly<Record<string, unknown>>, prefix = ""): [string, number][] {
  return Object.entries(fields).flatMap(([name, value]): [string, number][] => {
    if (prefix === "" && NAMES.includes(name)) return [];
    if (typeof value === "number") return [[`${prefix}${name}`, value]];
    if (typeof value !== "object" || value === null) return [];
    if (!Array.isArray(value)) return scoresOf(value as Readonly<Record<string, unknown>>, `${prefix}${name}.`);
    return value.flatMap((entry: unknown, at): [string, number][] =>
      typeof entry === "number"
        ? [[`${prefix}${name}[${at}]`, entry]]
        : scoresOf(entry as Readonly<Record<string, unknown>>, `${prefix}${name}[${at}].`),
    );
  });
}

const number = (value: number): string => (Number.isFinite(value) ? String(value) : "");

/** Quoted where a name holds a comma or a quote. */
function csvLine(cells: readonly (string | number)[]): string {
  return cells
    .map((cell) => (typeof cell === "string" && /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : String(cell)))
    .join(",");
}
