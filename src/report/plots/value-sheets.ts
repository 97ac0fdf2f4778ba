/** A sheet a variable: CRPS, error against spread, bias, ranks of the truth, power spectrum. @module */
import * as Plot from "@observablehq/plot";
import { formatLead, VARIABLES, type VariableName } from "../../core/index.ts";
import type { ValueRow } from "../../evaluation/index.ts";
import type { Report } from "../report.ts";
import { systemLines } from "./lines.ts";
import { CENTERED, frame, type Panel, type Sheet } from "./sheet.ts";
import { BAD, INK, QUIET, stylesOf } from "./theme.ts";

export function valueSheets(report: Report): Sheet[] {
  const variables = [...new Set(report.values.map(({ variable }) => variable))];
  return variables.map((variable) => valueSheet(report, variable));
}

function valueSheet(report: Report, variable: VariableName): Sheet {
  const rows = report.values.filter((row) => row.variable === variable);
  const styles = stylesOf(report.systems).filter(({ name }) => rows.some(({ system }) => system === name));
  const main = report.systems[0].name;
  const own = rows.filter(({ system }) => system === main);
  const { longName, units } = VARIABLES[variable];
  const lines = (pick: (row: ValueRow) => number): Plot.Markish[] =>
    systemLines(
      rows.map((row) => ({ system: row.system, x: Number(row.leadHours), y: pick(row) })),
      styles,
    );
  const panels: Panel[] = [
    {
      title: `CRPS, ${units} (lower is better)`,
      options: {
        x: leadAxis(report),
        y: { label: null, zero: true, nice: true },
        marks: [...frame(), ...lines((row) => row.comparableCrps)],
      },
    },
    errorAndSpread(report, own, units),
    {
      title: `Bias of the mean, ${units}`,
      options: {
        x: leadAxis(report),
        y: { label: null, nice: true },
        marks: [...frame(), Plot.ruleY([0], { stroke: QUIET }), ...lines((row) => row.bias)],
      },
    },
  ];
  const pooled = report.pooled.values.find((row) => row.variable === variable && row.system === main);
  if (pooled !== undefined && pooled.memberCount > 1) panels.push(ranks(pooled));
  const spectrum = report.pooled.spectra.find((row) => row.variable === variable && row.system === main);
  if (spectrum !== undefined) panels.push(spectrumPanel(spectrum));
  const first = own[0];
  return {
    name: `values_${variable}`,
    title: capital(longName),
    legend: styles,
    panels,
    alt:
      `${capital(longName)} by lead: CRPS, error and spread, bias, ranks. At +${formatLead(Number(first.leadHours))} the CRPS is ` +
      `${first.comparableCrps.toPrecision(3)} ${units}, the bias ${first.bias.toPrecision(2)} ${units}, ` +
      `the spread-skill ratio ${first.spreadSkillRatio.toPrecision(2)}.`,
  };
}

function errorAndSpread(report: Report, own: readonly ValueRow[], units: string): Panel {
  const factor = (row: ValueRow): number => Math.sqrt((row.memberCount + 1) / row.memberCount);
  const series = own.flatMap((row) => [
    { what: "error of the mean", lead: Number(row.leadHours), value: row.rmse },
    { what: "spread it should have", lead: Number(row.leadHours), value: row.spread * factor(row) },
  ]);
  const known = series.filter(({ value }) => Number.isFinite(value));
  const style = (what: string): { color: string; dash: string } =>
    what === "error of the mean" ? { color: INK, dash: "" } : { color: BAD, dash: "5 3" };
  return {
    title: `Error (solid) and spread (dashed) of ${report.systems[0].name}, ${units}`,
    options: {
      x: leadAxis(report),
      y: { label: null, zero: true, nice: true },
      marks: [
        ...frame(),
        ...["error of the mean", "spread it should have"].flatMap((what) => {
          const { color, dash } = style(what);
          const points = known.filter((point) => point.what === what);
          return [
            Plot.line(points, {
              x: "lead",
              y: "value",
              stroke: color,
              strokeWidth: 2,
              ...(dash && { strokeDasharray: dash }),
            }),
            Plot.dot(points, { x: "lead", y: "value", fill: color, r: 3 }),
          ];
        }),
      ],
    },
  };
}

function ranks({ rankCounts }: ValueRow): Panel {
  const total = rankCounts.reduce((sum, count) => sum + count, 0);
  const shares = rankCounts.map((count, rank) => ({ rank, share: (100 * count) / total }));
  return {
    title: "Rank of the truth among members, % of cells (flat is good)",
    options: {
      x: {
        label: "members below the truth",
        ...CENTERED,
        ...(shares.length > 12 && { ticks: everyFew(shares.length) }),
      },
      y: { label: null, zero: true, nice: true },
      marks: [
        ...frame(),
        Plot.barY(shares, { x: "rank", y: "share", fill: "#8fb8d6", inset: 0.5 }),
        Plot.ruleY([100 / shares.length], { stroke: BAD, strokeDasharray: "5 3" }),
      ],
    },
  };
}

const everyFew = (count: number): number[] =>
  Array.from({ length: count }, (_, rank) => rank).filter((rank) => rank % Math.ceil(count / 10) === 0);

function spectrumPanel({ wavelengthKm, truth, member, mean }: Report["spectra"][number]): Panel {
  const series = [
    { what: "truth", values: truth, color: INK, dash: "" },
    { what: "one member", values: member, color: "#0072b2", dash: "6 3" },
    { what: "mean", values: mean, color: BAD, dash: "2 3" },
  ];
  const points = series.flatMap(({ what, values, color }) =>
    values
      .map((variance, band) => ({ what, color, km: wavelengthKm[band], variance }))
      .filter(({ variance }) => variance > 0),
  );
  return {
    title: "Variance by wavelength: truth (solid), member (dashed), mean (dotted)",
    options: {
      x: {
        type: "log",
        reverse: true,
        label: "wavelength, km",
        ...CENTERED,
        ticks: 6,
        tickFormat: (km: number) => String(km),
      },
      y: { type: "log", label: null, ticks: 5, tickFormat: "~e" },
      marks: [
        ...frame(),
        ...series.map(({ what, color, dash }) =>
          Plot.line(
            points.filter((point) => point.what === what),
            { x: "km", y: "variance", stroke: color, strokeWidth: 1.8, ...(dash !== "" && { strokeDasharray: dash }) },
          ),
        ),
      ],
    },
  };
}

/** Leads as whole ticks, in hours where all are whole, with room beside a single one. */
export function leadAxis({ leadHours }: Pick<Report, "leadHours">): Plot.ScaleOptions {
  const [low, high] = [Math.min(...leadHours), Math.max(...leadHours)];
  const step = Math.max(1, Math.ceil(leadHours.length / 10));
  const whole = leadHours.every(Number.isInteger);
  return {
    label: whole ? "lead, h" : "lead",
    ...CENTERED,
    domain: low === high ? [low - 1, high + 1] : [low, high],
    ticks: leadHours.filter((_, at) => at % step === 0),
    tickFormat: whole ? String : formatLead,
    ...(leadHours.length > 1 && { inset: 8 }),
  };
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
