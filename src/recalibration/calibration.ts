/**
 * The calibration of an ensemble's probabilities: a map for every event and lead that could be fitted, what it rests on, and for the others
 * why not. It belongs to one number of members, because "3 of 4" and "15 of 20" are the same share and not the same evidence; for fewer
 * members than it was fitted on, the tallies are thinned and fitted again, for more there is nothing to go by.
 * @module
 */
import { formatLead, NumericError, RequestError } from "../core/index.ts";
import { type CalibratedShares, type CalibrationMethod, fitShares, tooFewToFit } from "./fit-shares.ts";
import { membersOfTally, type ShareTally, thinned } from "./share-tally.ts";

/** "quantity ≥ threshold", or ≤: at the point, or anywhere within a distance. */
export interface ThresholdEvent {
  readonly quantity: string;
  readonly direction: "atLeast" | "atMost";
  /** In the unit of the stored field. */
  readonly threshold: number;
  /** Anywhere within this distance: another event, several times as frequent. At the point when absent. */
  readonly withinKm?: number | undefined;
}

export interface EventAtLead extends ThresholdEvent {
  /** For people: "refc_ge40", "d2m_ge55F", "refc_ge40_nmep_40km". */
  readonly name: string;
  readonly leadHours: number;
}

export interface EventTally extends EventAtLead {
  readonly tally: ShareTally;
}

export interface FittedEvent extends EventAtLead, CalibratedShares {
  readonly cells: number;
  readonly events: number;
  readonly casesWithEvent: number;
  /** The fewest and the most members that had the event anywhere in the fit. */
  readonly seen: readonly [number, number];
}

export interface UnfittedEvent extends EventAtLead {
  readonly why: string;
}

/** What a calibration was fitted on. */
export interface CalibrationBasis {
  readonly split: "validation";
  /** Stretches of time of that split, both ends included, UTC. A forecast into them is no test of the calibration. */
  readonly blocks: readonly { readonly first: string; readonly last: string }[];
  /** Init times of the cases, UTC. */
  readonly inits: readonly string[];
}

export interface ProbabilityCalibration extends CalibrationBasis {
  readonly method: CalibrationMethod;
  /** M of the forecasts it is for. */
  readonly memberCount: number;
  /** M of the forecasts it was fitted on. */
  readonly fittedMemberCount: number;
  readonly fitted: readonly FittedEvent[];
  readonly unfitted: readonly UnfittedEvent[];
}

/**
 * Fits every tally for forecasts of `memberCount` members.
 * @throws RequestError when that is more than the tallies have, or not one tally is large enough
 */
export function fitCalibration(
  tallies: readonly EventTally[],
  basis: CalibrationBasis,
  { method, memberCount }: { readonly method: CalibrationMethod; readonly memberCount: number },
): ProbabilityCalibration {
  const [some] = tallies;
  const fittedMemberCount = some === undefined ? 0 : membersOfTally(some.tally);
  if (some !== undefined && memberCount > fittedMemberCount) {
    throw new RequestError({
      place: "calibration of probabilities",
      expected: `at most the ${fittedMemberCount} members it was fitted on`,
      got: String(memberCount),
      remedy: `calibrate with --members ${memberCount}`,
    });
  }
  const fitted: FittedEvent[] = [];
  const unfitted: UnfittedEvent[] = [];
  for (const { tally, ...event } of tallies) {
    const own = thinned(tally, memberCount);
    const fit = fitOrReason(tally, own, method);
    if ("why" in fit) unfitted.push({ ...event, ...fit });
    else fitted.push({ ...event, ...written(fit), ...restsOn(tally), seen: seenIn(own) });
  }
  if (fitted.length === 0) {
    const first = unfitted[0];
    throw new RequestError({
      place: "calibration of probabilities",
      expected: "an event with enough cases to learn from",
      got:
        first === undefined
          ? "none at these leads"
          : `none of ${unfitted.length} (${first.name} at +${formatLead(first.leadHours)}: ${first.why})`,
      remedy: "ask for more --inits, or lower --thresholds",
    });
  }
  return { method, memberCount, fittedMemberCount, ...basis, fitted, unfitted };
}

/** One event that cannot be fitted must not cost the others theirs. */
function fitOrReason(
  tally: ShareTally,
  own: ShareTally,
  method: CalibrationMethod,
): CalibratedShares | { readonly why: string } {
  const lack = tooFewToFit(tally, method) ?? tooFewToFit(own, method);
  if (lack !== undefined) return { why: `${lack.got}, needs ${lack.expected}` };
  try {
    return fitShares(own, method);
  } catch (error) {
    if (error instanceof NumericError) return { why: `${error.place} found ${error.got}` };
    throw error;
  }
}

/** To four digits of what is said or of what is left, more than any tally knows and less to carry: nothing becomes a certainty by it. */
function written({ calibrated, weight }: CalibratedShares): CalibratedShares {
  const short = (value: number): number => Number(value.toPrecision(4));
  return { calibrated: calibrated.map((p) => (p <= 0.5 ? short(p) : 1 - short(1 - p))), weight: short(weight) };
}

function restsOn({
  count,
  events,
  casesWithEvent,
}: ShareTally): Pick<FittedEvent, "cells" | "events" | "casesWithEvent"> {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return { cells: sum(count), events: sum(events), casesWithEvent };
}

function seenIn({ count }: ShareTally): [number, number] {
  return [count.findIndex((n) => n > 0), count.findLastIndex((n) => n > 0)];
}

/** HREF and REFS write 55 °F as 285.93 K: rounded to two decimals it is the same event. */
const SAME_THRESHOLD = 0.005;

/** The fit of an event at a lead, or why there is none. */
export function eventCalibration(
  { fitted, unfitted }: ProbabilityCalibration,
  { quantity, direction, threshold, withinKm }: ThresholdEvent,
  leadHours: number,
): FittedEvent | { readonly why: string } {
  const isIt = (one: EventAtLead): boolean =>
    one.quantity === quantity &&
    one.direction === direction &&
    one.withinKm === withinKm &&
    Math.abs(one.threshold - threshold) <= SAME_THRESHOLD &&
    one.leadHours === leadHours;
  return (
    fitted.find(isIt) ??
    unfitted.find(isIt) ?? { why: "this threshold and lead were not asked for when the run was calibrated" }
  );
}
