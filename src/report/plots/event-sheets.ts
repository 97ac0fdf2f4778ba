/**
 * A sheet an event: reliability with consistency bars, how often each probability is issued, ROC, performance diagram, and Brier skill by
 * lead. Events that never happened, or always, have none.
 * @module
 */
import * as Plot from "@observablehq/plot";
import type { EventRow } from "../../evaluation/index.ts";
import { contingencyScores } from "../../verify/index.ts";
import { eventSlug, eventWords } from "../event-words.ts";
import type { Report } from "../report.ts";
import { systemLines } from "./lines.ts";
import { CENTERED, frame, type Panel, type Sheet } from "./sheet.ts";
import { QUIET, RULE, type SystemStyle, stylesOf } from "./theme.ts";
import { leadAxis } from "./value-sheets.ts";

export function eventSheets(report: Report): Sheet[] {
  return [
    ...sheetsOf(report, report.pooled.events, report.events, "event"),
    ...sheetsOf(report, report.pooled.reports, report.reports, "report"),
  ];
}

function sheetsOf(
  report: Report,
  pooled: readonly EventRow[],
  byLead: readonly EventRow[],
  kind: "event" | "report",
): Sheet[] {
  return [...new Set(pooled.map(({ event }) => event))].flatMap((event) => {
    const rows = pooled.filter((row) => row.event === event);
    if (!(rows[0].baseRate > 0 && rows[0].baseRate < 1)) return [];
    const styles = stylesOf(report.systems).filter(({ name }) => rows.some(({ system }) => system === name));
    const [main] = rows;
    const title =
      kind === "event" ? `Probability of ${eventWords(event)}` : "Probability of storms nearby against storm reports";
    return [
      {
        name: `${kind}_${eventSlug(event)}`,
        title,
        legend: styles,
        panels: [
          reliability(rows, styles),
          issued(rows, styles),
          roc(rows, styles),
          performance(rows, styles),
          brierSkill(
            report,
            byLead.filter((row) => row.event === event),
            styles,
          ),
        ],
        alt:
          `${title}: reliability, sharpness, ROC, performance and Brier skill. It happened in ` +
          `${(100 * main.baseRate).toPrecision(2)} % of cells; ${main.system} has a Brier skill of ` +
          `${main.skillAgainstSampleClimatology.toFixed(2)} against the base rate and a ROC area of ${main.rocArea.toFixed(2)}.`,
      },
    ];
  });
}

/** An axis of probabilities. */
export const UNIT: Plot.ScaleOptions = {
  domain: [0, 1],
  ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
  tickFormat: (v: number) => String(v),
};
/** Where forecast and frequency agree. */
export const diagonal = (): Plot.Markish =>
  Plot.line(
    [
      [0, 0],
      [1, 1],
    ],
    { stroke: QUIET, strokeDasharray: "3 3" },
  );

function reliability(rows: readonly EventRow[], styles: readonly SystemStyle[]): Panel {
  const points = rows.flatMap(({ system, points: own }) => own.map((point) => ({ system, ...point })));
  const bars = points.filter(({ system, low }) => system === styles[0].name && Number.isFinite(low));
  return {
    title: `Reliability${bars.length > 0 ? "; bars: where a reliable forecast's points would lie" : ""}`,
    options: {
      x: { ...UNIT, ...CENTERED, label: "probability forecast" },
      y: { ...UNIT, ...CENTERED, label: "frequency observed" },
      marks: [
        ...frame(),
        diagonal(),
        Plot.ruleY([rows[0].baseRate], { stroke: RULE }),
        Plot.ruleX(bars, {
          x: "meanProbability",
          y1: "low",
          y2: "high",
          stroke: styles[0].color,
          strokeWidth: 7,
          strokeOpacity: 0.25,
        }),
        ...systemLines(
          points.map(({ system, meanProbability, observedFrequency }) => ({
            system,
            x: meanProbability,
            y: observedFrequency,
          })),
          styles,
        ),
      ],
    },
  };
}

function issued(rows: readonly EventRow[], styles: readonly SystemStyle[]): Panel {
  const points = rows.flatMap(({ system, cells, points: own }) =>
    own.map(({ meanProbability, count }) => ({ system, x: meanProbability, y: (100 * count) / cells })),
  );
  return {
    title: "How often each probability is forecast, % of cells",
    options: {
      x: { ...UNIT, ...CENTERED, label: "probability forecast" },
      y: { type: "log", label: null, ticks: 5, tickFormat: (share: number) => String(share) },
      marks: [...frame(), ...systemLines(points, styles)],
    },
  };
}

function roc(rows: readonly EventRow[], styles: readonly SystemStyle[]): Panel {
  const points = rows.flatMap(({ system, levels }) => [
    { system, x: 0, y: 0 },
    ...levels.map((level) => {
      const { falseAlarmRate, probabilityOfDetection } = contingencyScores(level);
      return { system, x: falseAlarmRate, y: probabilityOfDetection };
    }),
  ]);
  const areas = rows.map(({ system, rocArea }) => `${system} ${rocArea.toFixed(2)}`).join(", ");
  return {
    title: `ROC, area: ${areas.length > 48 ? rows[0].rocArea.toFixed(2) : areas}`,
    options: {
      x: { ...UNIT, ...CENTERED, label: "false alarm rate" },
      y: { ...UNIT, ...CENTERED, label: "probability of detection" },
      marks: [...frame(), diagonal(), ...systemLines(points, styles)],
    },
  };
}

/** Lines of equal CSI: POD = 1 / (1/CSI + 1 − 1/SR). */
function csiLine(csi: number): { x: number; y: number }[] {
  return Array.from({ length: 100 }, (_, at) => {
    const x = csi + ((1 - csi) * at) / 99;
    return { x, y: 1 / (1 / csi + 1 - 1 / x) };
  });
}

function performance(rows: readonly EventRow[], styles: readonly SystemStyle[]): Panel {
  const points = rows.flatMap(({ system, levels }) =>
    levels.map((level) => {
      const { successRatio, probabilityOfDetection } = contingencyScores(level);
      return { system, x: successRatio, y: probabilityOfDetection };
    }),
  );
  const biases = [0.5, 1, 2];
  return {
    title: "Performance: up and right is better; curves CSI, rays bias",
    options: {
      x: { ...UNIT, ...CENTERED, label: "success ratio" },
      y: { ...UNIT, ...CENTERED, label: "probability of detection" },
      marks: [
        ...frame(),
        ...[0.2, 0.4, 0.6, 0.8].flatMap((csi) => [
          Plot.line(csiLine(csi), { x: "x", y: "y", stroke: RULE }),
          Plot.text([csiLine(csi)[99]], {
            x: "x",
            y: "y",
            text: () => String(csi),
            dx: -10,
            fill: QUIET,
            fontSize: 10,
          }),
        ]),
        ...biases.map((bias) =>
          Plot.line([[0, 0], bias >= 1 ? [1 / bias, 1] : [1, bias]], { stroke: RULE, strokeDasharray: "3 3" }),
        ),
        ...systemLines(points, styles),
      ],
    },
  };
}

function brierSkill(report: Report, rows: readonly EventRow[], styles: readonly SystemStyle[]): Panel {
  const points = rows.map(({ system, leadHours, skillAgainstSampleClimatology: skill }) => ({
    system,
    x: Number(leadHours),
    // A forecast worse than that is off any scale that shows the others.
    y: Math.max(-1, skill),
  }));
  return {
    title: "Brier skill against the base rate (above 0 is better; cut at −1)",
    options: {
      x: leadAxis(report),
      y: { label: null, domain: [Math.min(0, ...points.map(({ y }) => y).filter(Number.isFinite)), 1], nice: true },
      marks: [...frame(), Plot.ruleY([0], { stroke: QUIET }), ...systemLines(points, styles)],
    },
  };
}
