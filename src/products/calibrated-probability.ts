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
import { describeNearness, type NearbyProbability, type Nearness } from "./neighborhood-probability.ts";
import type { Threshold } from "./thresholds.ts";

export interface ShownProbability {
  /** 0 … 1, [ny, nx]. */
  readonly probability: Field;
  readonly calibrated: boolean;
  /** For titles: "fraction of members (M=8)", "calibrated (beta, 20 cases, M=8)", "fraction of members (M=8), not calibrated", "NMEP (M=8)". */
  readonly words: string;
  readonly notes: readonly string[];
}

/** The event of a threshold, as calibrations name it: at the point, or within a disc. */
export function eventOfThreshold({ quantity, direction, stored }: Threshold, withinKm?: number): ThresholdEvent {
  return { quantity, direction, threshold: stored, ...(withinKm !== undefined && { withinKm }) };
}

/** The fit for a threshold at a moment, at the point or near it, or why there is none. */
export function calibrationAt(
  calibration: ProbabilityCalibration,
  threshold: Threshold,
  { leadHours, since }: Pick<Moment, "leadHours" | "since">,
  nearness?: Nearness,
): FittedEvent | { readonly why: string } {
  if (since !== undefined) return { why: "the largest over a window is another event" };
  if (leadHours === undefined) return { why: "this is no forecast" };
  if (nearness?.smoothing !== undefined || nearness?.shape === "box") {
    return { why: "smoothed probabilities and boxes are no shares of members within a distance" };
  }
  return eventCalibration(calibration, eventOfThreshold(threshold, nearness?.radiusKm), leadHours);
}

/**
 * The probability at the point.
 * @param calibration of the forecast, where calibrated probabilities are asked for
 */
export function shownProbability(
  { threshold, memberCount: M, probability }: ExceedanceProbability,
  moment: Pick<Moment, "leadHours" | "since">,
  calibration?: ProbabilityCalibration,
): ShownProbability {
  const words = `fraction of members (M=${M})`;
  const note = `Probability: members meeting the threshold at the point, out of ${M}; 0 of ${M} is not impossible`;
  const raw = { probability, calibrated: false, words, notes: [note] };
  if (calibration === undefined) return raw;
  return calibratedOr(raw, calibration, calibrationAt(calibration, threshold, moment), {
    what: "",
    where: "at the point",
  });
}

/** The probability anywhere near (NMEP), likewise. */
export function shownNearby(
  { threshold, memberCount: M, probability, nearness }: NearbyProbability,
  moment: Pick<Moment, "leadHours" | "since">,
  calibration?: ProbabilityCalibration,
): ShownProbability {
  const near = describeNearness(nearness);
  const note = `NMEP: members meeting the threshold anywhere ${near}, out of ${M}; not the probability at the point`;
  const raw = { probability, calibrated: false, words: `NMEP (M=${M})`, notes: [note] };
  if (calibration === undefined) return raw;
  const fit = calibrationAt(calibration, threshold, moment, nearness);
  return calibratedOr(raw, calibration, fit, { what: "NMEP, ", where: `anywhere ${near}` });
}

/** What followed instead of the share where there is a fit; where there is none, the share with the reason. */
function calibratedOr(
  raw: ShownProbability,
  calibration: ProbabilityCalibration,
  fit: FittedEvent | { readonly why: string },
  { what, where }: { readonly what: string; readonly where: string },
): ShownProbability {
  if ("why" in fit) {
    return { ...raw, words: `${raw.words}, not calibrated`, notes: [...raw.notes, `Not calibrated: ${fit.why}`] };
  }
  const { memberCount: M } = calibration;
  const { probability, beyond } = calibrateField(raw.probability, fit);
  return {
    probability,
    calibrated: true,
    words: `${what}calibrated (${describeCalibration(calibration)}, M=${M})`,
    notes: [
      `Calibrated: what followed when as many of ${M} members met the threshold ${where}, weight ${fit.weight.toFixed(2)}; the rest is their share`,
      `Learnt from ${describeBasis(calibration, fit)}`,
      ...(beyond > 0 ? [`${beyond} cells with ${describeBeyond(calibration, fit)}`] : []),
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
