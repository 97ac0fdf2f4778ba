/** Raw beside calibrated, in the page: a line an event of all its leads together, and what could not be calibrated. @module */
import { escaped, formatLead } from "../core/index.ts";
import type { CalibratedRow } from "../evaluation/index.ts";
import { eventSigns } from "./event-words.ts";
import { figure, table } from "./html-table.ts";
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
  const lead = `Fitted by ${method} on ${fittedCases} cases of the ${split} split, ${fittedMemberCount} members. Share of members → calibrated, leads pooled:`;
  const left = [...new Set(unfitted.map(({ event }) => event))].map((event) => {
    const own = unfitted.filter((one) => one.event === event);
    const leads = own.map(({ leadHours }) => `+${formatLead(leadHours)}`).join(", ");
    return `<li>${escaped(`${eventSigns(event)} at ${leads}; at +${formatLead(own[0].leadHours)} ${own[0].why}`)}</li>`;
  });
  return (
    `<p>${escaped(lead)}</p>` +
    table(
      ["event", "verdict", "Brier", "skill", "reliability", "log score"],
      shown.map((row) => [
        `${eventSigns(row.event)}${row.leadHours === "all" ? "" : ` at +${formatLead(row.leadHours)}`}`,
        row.verdict,
        both(({ brier }) => brier, row),
        both((side) => side.skillAgainstSampleClimatology, row),
        both(({ reliability }) => reliability, row),
        both((side) => side.logScore, row),
      ]),
    ) +
    (left.length === 0 ? "" : `<p>Not calibrated:</p><ul>${left.join("")}</ul>`)
  );
}
