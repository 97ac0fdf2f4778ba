/**
 * Whether a statistic over time says one thing of its interval. A message says three: when it begins (the forecast time), how long it is
 * (the time range) and when it ends, and writers have got each of them wrong. Lead and valid time are by the end; what disagrees is told.
 * @module
 */
import { formatLead, leadSeconds } from "../core/index.ts";
import type { GribField } from "./field.ts";

/**
 * What is wrong with a field's interval in words, or `undefined` where its parts agree or it is an instant.
 * @example contradiction(field) // "an interval from +0 h to +6 h that is 3 h long by its own length"
 */
export function contradiction({ leadHours, interval }: Pick<GribField, "leadHours" | "interval">): string | undefined {
  if (interval === undefined) return undefined;
  const { startLeadHours, statedHours } = interval;
  const ends = `from ${signed(startLeadHours)} to ${signed(leadHours)}`;
  const seconds = leadSeconds(leadHours) - leadSeconds(startLeadHours);
  if (seconds < 0) return `an interval ${ends}, which ends before it begins`;
  if (statedHours === undefined || leadSeconds(statedHours) === seconds) return undefined;
  return `an interval ${ends} that is ${formatLead(statedHours)} long by its own length`;
}

const signed = (leadHours: number): string => `${leadHours < 0 ? "-" : "+"}${formatLead(Math.abs(leadHours))}`;
