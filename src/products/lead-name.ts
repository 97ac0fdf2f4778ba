/** A lead above a map and in the names of files: "F001:15", "f001m15". @module */
import { type LeadHours, leadSeconds, SECONDS_PER_HOUR } from "../core/index.ts";

/** "F006"; leads that are no whole hours carry their minutes, and seconds where there are any: "F001:15", "F001:15:40". */
export function leadTitle(leadHours: LeadHours): string {
  const all = leadSeconds(leadHours);
  const [hours, minutes, seconds] = [Math.floor(all / SECONDS_PER_HOUR), Math.floor(all / 60) % 60, all % 60];
  const parts = seconds > 0 ? [minutes, seconds] : minutes > 0 ? [minutes] : [];
  return [`F${String(hours).padStart(3, "0")}`, ...parts.map((part) => String(part).padStart(2, "0"))].join(":");
}

/** "f006", "f001m15", "f001m15s40": the lead in file names. */
export function leadSlug(leadHours: LeadHours): string {
  return leadTitle(leadHours).toLowerCase().replace(":", "m").replace(":", "s");
}
