/**
 * An archive as the judge wants it. An hour serves without a flag that rejects, but for cells without a value: those count for nobody.
 * Its source says so where its hours are no analyses but leads of forecasts: "NOAA HRRR, forecasts of 12 h".
 * @module
 */
import { type Archive, hoursDigest, NON_FINITE, REJECTING } from "../archive/index.ts";
import { formatLead } from "../core/index.ts";
import type { Truth } from "./truth.ts";

export function archiveTruth(archive: Archive): Truth {
  const { path, synthetic, channels, grid } = archive;
  const known = new Set(archive.times);
  return {
    path,
    source: `${archive.source}${leadsOf(archive)}`,
    synthetic,
    channels,
    grid,
    refusal: (time) => {
      if (!known.has(time)) return "outside the archive";
      const damaged = archive.quality(time).some((flags) => (flags & REJECTING & ~NON_FINITE) !== 0);
      return damaged ? "missing or damaged in the archive" : undefined;
    },
    digest: async (times) => (await hoursDigest(archive, times)) ?? "in memory",
    readField: (time, channel) => archive.readField(time, channel),
  };
}

/** ", forecasts of 12 h", ", forecasts of up to 3 h" where leads differ; nothing for analyses and observations. */
function leadsOf(archive: Archive): string {
  const leads = archive.times.map((time) => archive.leadHours(time)).filter((lead) => !Number.isNaN(lead));
  const longest = leads.reduce((most, lead) => Math.max(most, lead), 0);
  if (longest === 0) return "";
  return `, forecasts of ${leads.every((lead) => lead === longest) ? "" : "up to "}${formatLead(longest)}`;
}
