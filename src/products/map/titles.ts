/**
 * What stands above a map and what its file is called: the same words for the same thing everywhere, always UTC.
 *
 *   Composite reflectivity [dBZ], ensemble mean (M=8)        Init: 2018-07-22 12Z  F006  Valid: Sun 2018-07-22 18Z
 *   02_ensemble_mean/refc_f006.png
 *
 * @module
 */
import {
  compactHour,
  formatHour,
  formatLead,
  type InitTime,
  type LeadHours,
  type UtcSeconds,
  validTime,
} from "../../core/index.ts";
import { type Metric, shownAs } from "../colors.ts";
import { leadSlug, leadTitle } from "../lead-name.ts";
import type { Moment } from "../moment.ts";
import type { QuantityName } from "../quantity.ts";
import { describeThreshold, type Threshold } from "../thresholds.ts";
import type { MapPlan } from "./plan.ts";

/** "m03": members count from 0, as they are keyed and stored. */
export function memberSlug(member: number): string {
  return `m${String(member).padStart(2, "0")}`;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** "Sun 2018-07-22 18Z". */
export function dayAndHour(time: UtcSeconds): string {
  return `${DAYS[new Date(time * 1000).getUTCDay()]} ${formatHour(time)}`;
}

/** Of a forecast. */
export function forecastTimes(initTime: InitTime, leadHours: LeadHours): string {
  return `Init: ${formatHour(initTime)}  ${leadTitle(leadHours)}  Valid: ${dayAndHour(validTime(initTime, leadHours))}`;
}

/** Of any moment: "Valid: …" alone for an analysis, and both ends of a window. */
export function momentTimes({ initTime, leadHours, validTime: time, since }: Moment): string {
  if (since === undefined) {
    return initTime === undefined || leadHours === undefined
      ? `Valid: ${dayAndHour(time)}`
      : forecastTimes(initTime, leadHours);
  }
  const valid = `Valid: ${dayAndHour(since.validTime)} to ${dayAndHour(time)}`;
  if (initTime === undefined || leadHours === undefined || since.leadHours === undefined) return valid;
  return `Init: ${formatHour(initTime)}  ${leadTitle(since.leadHours)}-${leadTitle(leadHours)}  ${valid}`;
}

/** In file names: "f006", "f001-f006max"; of an archive's hours "2018072218", "2018072218f012" where that hour is a forecast. */
export function momentSlug({ leadHours, validTime: time, since, isArchived }: Moment): string {
  const slug = (lead: LeadHours | undefined, at: UtcSeconds): string =>
    `${isArchived || lead === undefined ? compactHour(at) : ""}${lead === undefined ? "" : leadSlug(lead)}`;
  const here = slug(leadHours, time);
  return since === undefined ? here : `${slug(since.leadHours, since.validTime)}-${here}max`;
}

/** What a single state is: an analysis and an observation are the "current state", another model's forecast says so. */
export function stateTitle(quantity: QuantityName, { stateLeadHours: lead }: Pick<Moment, "stateLeadHours">): string {
  return fieldTitle(quantity, "value", lead === undefined ? "current state" : `${formatLead(lead)} forecast`);
}

/** "Composite reflectivity [dBZ], ensemble mean (M=8)". */
export function fieldTitle(quantity: QuantityName, metric: Metric, what: string): string {
  return `${shownAs(quantity, metric)}, ${what}`;
}

/** What a probability that no calibration is of says beside calibrated ones; nothing where none were asked for. */
export function notCalibrated({ calibration }: Pick<MapPlan, "calibration">): string {
  return calibration === undefined ? "" : ", not calibrated";
}

/** "P(Composite reflectivity >= 40 dBZ) [%], fraction of members (M=8)". @param words how the probability was made */
export function probabilityTitle(threshold: Threshold, words: string): string {
  return `P(${describeThreshold(threshold)}) [%], ${words}`;
}
