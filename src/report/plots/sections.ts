/** All sheets of a report, in the order of the page. @module */
import type { Report } from "../report.ts";
import { boardSheets } from "./board-sheets.ts";
import { calibrationSheets } from "./calibration-sheets.ts";
import { eventSheets } from "./event-sheets.ts";
import type { Sheet } from "./sheet.ts";
import { valueSheets } from "./value-sheets.ts";
import { windowSheets } from "./window-sheets.ts";

export interface Section {
  readonly id: "scoreboard" | "values" | "events" | "calibration" | "windows";
  readonly title: string;
  /** What a reader should look for. */
  readonly lead: string;
  readonly sheets: readonly Sheet[];
}

export function sectionsOf(report: Report): Section[] {
  const all: Section[] = [
    {
      id: "scoreboard",
      title: "Against the others",
      lead:
        "The same cases for every system. A dot right of the line is better; only where the whole bar lies on one side is it more than luck " +
        "of the days judged.",
      sheets: boardSheets(report),
    },
    {
      id: "values",
      title: "Values",
      lead:
        "CRPS is the error of the whole ensemble in the variable's own unit. The spread, times √((M+1)/M), should equal the error of the mean. " +
        "Ranks should be flat: high ends mean too sure, a high middle too unsure, a slope bias. A member should vary as much as the truth at every wavelength; " +
        "the mean may not.",
      sheets: valueSheets(report),
    },
    {
      id: "events",
      title: "Probabilities",
      lead:
        "When 30 % is forecast it should happen 30 % of the time: points on the diagonal. A useful forecast also dares to leave the base rate, and warns " +
        "before events more often than before quiet. Leads are pooled.",
      sheets: eventSheets(report),
    },
    {
      id: "calibration",
      title: "Probabilities as calibrated",
      lead:
        "What the forecasts' own calibration, fitted on other cases, would have said in place of each share of members, on the same cells. It cannot tell " +
        "events apart that the members do not: it makes what is said true on average, and the Brier score falls by what the reliability term does. " +
        "Brier scores here are plain, as both sides are judged by what they say.",
      sheets: calibrationSheets(report),
    },
    {
      id: "windows",
      title: "At what scale",
      lead: "The share of a window covered, forecast against observed: 1 is perfect. Storms a few cells away count as near here, and as wrong cell by cell.",
      sheets: windowSheets(report),
    },
  ];
  return all.filter(({ sheets }) => sheets.length > 0);
}
