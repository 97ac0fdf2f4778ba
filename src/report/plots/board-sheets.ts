/**
 * The scoreboard as a picture: for every metric the skill against one other system, with its interval. A sheet a system. Of the FSS windows
 * the middle one is shown; the others are in the numbers.
 * @module
 */
import * as Plot from "@observablehq/plot";
import type { BoardRow } from "../../evaluation/index.ts";
import { metricSigns } from "../event-words.ts";
import type { Report } from "../report.ts";
import { frame, type Sheet } from "./sheet.ts";
import { BAD, GOOD, QUIET, UNCLEAR } from "./theme.ts";

export function boardSheets({ scoreboard, systems, protocol }: Report): Sheet[] {
  const pooled = scoreboard.some(({ leadHours }) => leadHours === "all");
  const shownWindow = middleOf(protocol.windowsKm);
  const rows = scoreboard.filter(
    ({ leadHours, skill, metric }) =>
      (!pooled || leadHours === "all") &&
      Number.isFinite(skill) &&
      (!metric.startsWith("1-FSS") || metric.endsWith(` square ${shownWindow}km`)),
  );
  return [...new Set(rows.map(({ other }) => other))].flatMap((other) => {
    const own = rows.filter((row) => row.other === other).map(shown);
    const better = own.filter(({ verdict }) => verdict === "better").length;
    const worse = own.filter(({ verdict }) => verdict === "worse").length;
    const title = `${systems[0].name} against ${other}`;
    return [
      {
        name: `scoreboard_${other.replace(/[^A-Za-z0-9-]/g, "_")}`,
        title,
        legend: [],
        columns: 1,
        panelHeight: 60 + 19 * own.length,
        panels: [
          {
            title: "Skill, % (right of 0 is better), with 95 % intervals from resampled days; cut at ±100 %",
            options: {
              marginLeft: 330,
              x: { domain: [-100, 100], label: null, grid: true },
              y: {
                label: null,
                domain: own.map(({ metric }) => metric),
                tickFormat: metricWords,
              },
              marks: [
                ...frame(),
                Plot.ruleX([0], { stroke: QUIET }),
                Plot.ruleY(
                  own.filter(({ low }) => Number.isFinite(low)),
                  { y: "metric", x1: "low", x2: "high", stroke: "color", strokeWidth: 2 },
                ),
                Plot.dot(own, { y: "metric", x: "skill", fill: "color", r: 4 }),
              ],
              color: { type: "identity" },
            },
          },
        ],
        alt: `${title}: better on ${better} and worse on ${worse} of ${own.length} metrics; the table beside holds the numbers.`,
      },
    ];
  });
}

const middleOf = (widths: readonly number[]): number => widths[widths.length >> 1];

const COLOR_OF: Readonly<Record<BoardRow["verdict"], string>> = {
  better: GOOD,
  worse: BAD,
  "no difference shown": UNCLEAR,
  "too few days": UNCLEAR,
  "too few events": UNCLEAR,
};

function shown({ metric, skill, skillInterval, verdict }: BoardRow): {
  metric: string;
  skill: number;
  low: number;
  high: number;
  verdict: BoardRow["verdict"];
  color: string;
} {
  const cut = (value: number): number => Math.max(-100, Math.min(100, 100 * value));
  return {
    metric,
    skill: cut(skill),
    low: cut(skillInterval.low),
    high: cut(skillInterval.high),
    verdict,
    color: COLOR_OF[verdict],
  };
}

/** "Brier refc>=40@40km" → "Brier, refc at least 40 dBZ within 40 km". */
function metricWords(metric: string): string {
  return metricSigns(metric)
    .replace(" ", ", ")
    .replace(" ≥ ", " at least ")
    .replaceAll(/(\d)km/g, "$1 km")
    .replace(" square", ", window");
}
