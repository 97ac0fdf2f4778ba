/** FSS by width of window, a panel an event, a sheet a variable and kind of event. @module */
import * as Plot from "@observablehq/plot";
import { VARIABLES, type VariableName } from "../../core/index.ts";
import { eventWords } from "../event-words.ts";
import type { Report } from "../report.ts";
import { systemLines } from "./lines.ts";
import { CENTERED, frame, type Panel, type Sheet } from "./sheet.ts";
import { QUIET, stylesOf } from "./theme.ts";

export function windowSheets(report: Report): Sheet[] {
  const rows = report.pooled.fractions.filter(({ window, skill }) => window === "square" && Number.isFinite(skill));
  const kinds = [...new Set(rows.map(({ event }) => kindOf(event)))];
  return kinds.map((kind) => {
    const of = rows.filter(({ event }) => kindOf(event) === kind);
    const styles = stylesOf(report.systems).filter(({ name }) => of.some(({ system }) => system === name));
    const events = [...new Set(of.map(({ event }) => event))];
    const panels = events.map((event): Panel => {
      const own = of.filter((row) => row.event === event);
      const widths = [...new Set(own.map(({ windowKm }) => windowKm))];
      return {
        title: eventWords(event),
        options: {
          x: {
            type: "log",
            label: "width of window, km",
            ...CENTERED,
            axis: null,
            inset: 8,
          },
          y: { domain: [0, 1], label: null },
          marks: [
            ...frame(),
            // An axis of its own: a logarithmic one drops the labels that do not begin a decade.
            Plot.axisX(widths, {
              text: (km: number) => String(Math.round(km)),
              label: "width of window, km",
              ...CENTERED,
            }),
            Plot.ruleY([own[0].usefulFrom], { stroke: QUIET, strokeDasharray: "3 3" }),
            ...systemLines(
              own.map(({ system, windowKm, skill }) => ({ system, x: windowKm, y: skill })),
              styles,
            ),
          ],
        },
      };
    });
    const best = Math.max(...of.filter(({ system }) => system === styles[0].name).map(({ skill }) => skill));
    return {
      name: `fss_${kind.replace("@", "_within")}`,
      title: `Fractions skill score, ${kindWords(kind)} (dashed: 0.5 + base rate / 2)`,
      legend: styles,
      panels,
      alt: `Fractions skill score by width of window for ${events.map(eventWords).join("; ")}. The highest of ${styles[0].name} is ${best.toFixed(2)}.`,
    };
  });
}

/** "refc>=40@40km" → "refc@40km". */
const kindOf = (event: string): string => event.replace(/>=[^@]*/, "");

function kindWords(kind: string): string {
  const [variable, radius] = kind.split("@");
  return `${VARIABLES[variable as VariableName].longName}${radius === undefined ? "" : ` within ${radius.replace("km", " km")}`}`;
}
