/**
 * An exceedance probability as it is shown: what should have been said of that share of members, where it is asked for and a calibration of
 * that threshold and lead is there, else the share itself. Words always say which, and why not.
 * @module
 */
import type { Field } from "../core/index.ts";
import {
  calibrateField,
  eventCalibration,
  type FittedEvent,
  type ProbabilityCalibration,
  type ThresholdEvent,
} from "../recalibration/index.ts";
import type { ExceedanceProbability } from "./exceedance.ts";
import type { Moment } from "./moment.ts";
import type { Threshold } from "./thresholds.ts";

export interface ShownProbability {
  /** 0 … 1, [ny, nx]. */
  readonly probability: Field;
  readonly calibrated: boolean;
  /** For titles: "fraction of members (M=8)", "calibrated (beta, 20 cases, M=8)", "fraction of members (M=8), not calibrated". */
  readonly words: string;
  readonly notes: readonly string[];
}

/** The event of a threshold, as calibrations name it. */
export function eventOfThreshold({ quantity, direction, stored }: Threshold): ThresholdEvent {
  return { quantity, direction, threshold: stored };
}

/** The fit for a threshold at a moment, or why there is none. */
export function calibrationAt(
  calibration: ProbabilityCalibration,
  threshold: Threshold,
  { leadHours, since }: Pick<Moment, "leadHours" | "since">,
): FittedEvent | { readonly why: string } {
  if (since !== undefined) return { why: "the largest over a window is another event" };
  if (leadHours === undefined) return { why: "this is no forecast" };
  return eventCalibration(calibration, eventOfThreshold(threshold), leadHours);
}

/** @param calibration of the forecast, where calibrated probabilities are asked for */
export function shownProbability(
  { threshold, memberCount, probability }: ExceedanceProbability,
  moment: Pick<Moment, "leadHours" | "since">,
  calibration?: ProbabilityCalibration,
): ShownProbability {
  const M = memberCount;
  const raw = {
    probability,
    calibrated: false,
    words: `fraction of members (M=${M})`,
    notes: [`Probability: members meeting the threshold at the point, out of ${M}; 0 of ${M} is not impossible`],
  };
  if (calibration === undefined) return raw;
  const fit = calibrationAt(calibration, threshold, moment);
  if ("why" in fit) {
    return { ...raw, words: `${raw.words}, not calibrated`, notes: [...raw.notes, `Not calibrated: ${fit.why}`] };
  }
  const shown = calibrateField(probability, fit);
  return {
    probability: shown.probability,
    calibrated: true,
    words: `calibrated (${describeCalibration(calibration)}, M=${M})`,
    notes: [
      `Calibrated: what followed when as many of ${M} members met the threshold at the point, weight ${fit.weight.toFixed(2)}; the rest is their share`,
      `Learnt from ${describeBasis(calibration, fit)}`,
      ...(shown.beyond > 0 ? [`${shown.beyond} cells with ${describeBeyond(calibration, fit)}`] : []),
    ],
  };
}

/** "beta, 20 cases". */
export function describeCalibration({ method, inits }: ProbabilityCalibration): string {
  return `${method}, ${inits.length} cases`;
}

/** "20 cases of the validation split, 12 of them with the event, in 439 of 1080 cells". */
export function describeBasis(
  { split, inits }: ProbabilityCalibration,
  { casesWithEvent, events, cells }: FittedEvent,
): string {
  return `${inits.length} cases of the ${split} split, ${casesWithEvent} of them with the event, in ${events} of ${cells} cells`;
}

/** "more than 6 of 8 members are extrapolated: the fit has not seen them". */
export function describeBeyond(
  { memberCount }: Pick<ProbabilityCalibration, "memberCount">,
  { seen: [least, most] }: Pick<FittedEvent, "seen">,
): string {
  const below = least > 0 ? [`fewer than ${least}`] : [];
  const above = most < memberCount ? [`more than ${most}`] : [];
  return `${[...below, ...above].join(" or ")} of ${memberCount} members are extrapolated: the fit has not seen them`;
}
