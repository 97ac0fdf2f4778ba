/** Raw beside calibrated, in the page: a line an event of all its leads together, and what could not be calibrated. @module */
import type { CalibratedRow } from "../evaluation/index.ts";
import { figure, table } from "./html-table.ts";
import { escaped } from "./plots/sheet.ts";
import type { Report } from "./report.ts";

export function calibrationPart({ calibration }: Report): string {
  if (calibration === undefined || "refused" in calibration) return "";
  const { rows, unfitted, method, fittedCases, fittedMemberCount, split } = calibration;
  const shown = rows.filter(({ event, leadHours }, _, all) => {
    const hasPool = all.some((row) => row.event === event && row.leadHours === "all");
    return !hasPool || leadHours === "all";
  });
  const both = (pick: (side: CalibratedRow["raw"]) => number, { raw, calibrated }: CalibratedRow): string =>
    `${figure(pick(raw))} → ${figure(pick(calibrated))}`;
  const lead = `Fitted by ${method} on ${fittedCases} cases of the ${split} split, ${fittedMemberCount} members. Share of members → calibrated:`;
  const reasons = new Set(unfitted.map(({ why }) => why));
  const left = [...reasons].map((why) => {
    const own = unfitted.filter((one) => one.why === why);
    const events = [...new Set(own.map(({ event }) => event))].map((event) => event.replace(">=", " ≥ "));
    return `<li>${escaped(`${events.join(", ")}: ${why}`)}</li>`;
  });
  return (
    `<p>${escaped(lead)}</p>` +
    table(
      [
        "event",
        "leads",
        "Brier",
        "skill",
        "reliability",
        "resolution",
        "log score",
        "95 % interval of the Brier difference",
        "days",
        "verdict",
      ],
      shown.map((row) => [
        row.event.replace(">=", " ≥ "),
        row.leadHours === "all" ? "all" : `+${row.leadHours} h`,
        both(({ brier }) => brier, row),
        both((side) => side.skillAgainstSampleClimatology, row),
        both(({ reliability }) => reliability, row),
        both(({ resolution }) => resolution, row),
        both((side) => side.logScore, row),
        `${figure(row.interval.low)} to ${figure(row.interval.high)}`,
        String(row.days),
        row.verdict,
      ]),
    ) +
    (left.length === 0 ? "" : `<p>Not calibrated at some of these leads or at all:</p><ul>${left.join("")}</ul>`)
  );
}
