/**
 * A sheet an event that calibration changes: reliability of the shares of members and of the calibrated probabilities, how often each is said,
 * and Brier score and reliability term by lead.
 * @module
 */
import { formatLead } from "../../core/index.ts";
import type { CalibratedRow, IssuedScores } from "../../evaluation/index.ts";
import { eventSlug, eventWords } from "../event-words.ts";
import type { Report } from "../report.ts";
import { diagonal, UNIT } from "./event-sheets.ts";
import { type Point, systemLines } from "./lines.ts";
import { CENTERED, frame, type Panel, type Sheet } from "./sheet.ts";
import { stylesOf } from "./theme.ts";
import { leadAxis } from "./value-sheets.ts";

const SIDES = { raw: "share of members", calibrated: "calibrated" } as const;
const STYLES = stylesOf([{ name: SIDES.calibrated }, { name: SIDES.raw }]);

export function calibrationSheets(report: Report): Sheet[] {
  const { calibration } = report;
  if (calibration === undefined || "refused" in calibration) return [];
  return [...new Set(calibration.rows.map(({ event }) => event))].flatMap((event) => {
    const rows = calibration.rows.filter((row) => row.event === event);
    // Pooled where there are several leads.
    const [main] = rows;
    if (!(main.baseRate > 0 && main.baseRate < 1)) return [];
    const title = `Calibrated probability of ${eventWords(event)}`;
    const { raw, calibrated } = main;
    return [
      {
        name: `calibrated_${eventSlug(event)}`,
        title,
        legend: STYLES,
        panels: [
          reliability(main),
          said(main),
          byLead(report, rows, "Brier score (lower is better)", ({ brier }) => brier),
          byLead(report, rows, "Reliability term (0 is reliable)", (side) => side.reliability),
        ],
        alt:
          `${title}, ${calibration.method} on ${calibration.fittedCases} other cases: reliability, sharpness, Brier score and reliability term, ` +
          `beside the share of members. Brier score ${raw.brier.toPrecision(3)} before and ${calibrated.brier.toPrecision(3)} after, ` +
          `reliability term ${raw.reliability.toPrecision(2)} and ${calibrated.reliability.toPrecision(2)}.`,
      },
    ];
  });
}

const bySide = (
  { raw, calibrated }: CalibratedRow,
  points: (side: IssuedScores) => Omit<Point, "system">[],
): Point[] => [
  ...points(raw).map((point) => ({ system: SIDES.raw, ...point })),
  ...points(calibrated).map((point) => ({ system: SIDES.calibrated, ...point })),
];

function reliability(row: CalibratedRow): Panel {
  const points = bySide(row, (side) =>
    side.points.map(({ meanProbability, observedFrequency }) => ({ x: meanProbability, y: observedFrequency })),
  );
  return {
    title: `Reliability, ${row.leadHours === "all" ? "leads pooled" : `+${formatLead(row.leadHours)}`}`,
    options: {
      x: { ...UNIT, ...CENTERED, label: "probability forecast" },
      y: { ...UNIT, ...CENTERED, label: "frequency observed" },
      marks: [...frame(), diagonal(), ...systemLines(points, STYLES)],
    },
  };
}

function said(row: CalibratedRow): Panel {
  const points = bySide(row, (side) =>
    side.points.map(({ meanProbability, count }) => ({ x: meanProbability, y: (100 * count) / row.cells })),
  );
  return {
    title: "How often each probability is forecast, % of cells",
    options: {
      x: { ...UNIT, ...CENTERED, label: "probability forecast" },
      y: { type: "log", label: null, ticks: 5, tickFormat: (share: number) => String(share) },
      marks: [...frame(), ...systemLines(points, STYLES)],
    },
  };
}

function byLead(
  report: Report,
  rows: readonly CalibratedRow[],
  title: string,
  score: (side: IssuedScores) => number,
): Panel {
  const points = rows
    .filter(({ leadHours }) => leadHours !== "all")
    .flatMap((row) => bySide(row, (side) => [{ x: Number(row.leadHours), y: score(side) }]));
  return {
    title,
    options: {
      x: leadAxis(report),
      y: { label: null, zero: true, nice: true },
      marks: [...frame(), ...systemLines(points, STYLES)],
    },
  };
}
