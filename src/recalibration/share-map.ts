/**
 * From "i of M members" to the probability that should have been said, fitted on a tally and applied as a table of M + 1 numbers.
 *
 *   beta       logit(p′) = a ln q − b ln(1 − q) + c    with q = (i + ½) / (M + 1), so that neither 0 of M nor M of M is a certainty:
 *              p′ lies inside 0 … 1 and its log score is finite. Three numbers; the default.
 *   isotonic   the frequencies observed, pooled until they do not fall. As many numbers as there are shares: it needs many cases, and
 *              says 0 or 1 where the tally does.
 *
 * Beta is the default because cases are few: cells of one storm are one case, and a table of M + 1 frequencies follows the luck of a dozen
 * storms where three numbers cannot. Both never fall, so that ranks of probabilities, and with them ROC, stay what they were.
 * @module
 */
import { RequestError } from "../core/index.ts";
import { betaCalibrated, fitBeta } from "./beta.ts";
import { isotonicRegression } from "./isotonic.ts";
import { membersOfTally, type ShareTally } from "./share-tally.ts";

export const CALIBRATION_METHODS: readonly ["beta", "isotonic"] = ["beta", "isotonic"];
export type CalibrationMethod = (typeof CALIBRATION_METHODS)[number];

export type ShareMap =
  | { readonly method: "beta"; readonly a: number; readonly b: number; readonly c: number }
  /** p′ of the shares that were issued, ascending in both; straight lines between. */
  | { readonly method: "isotonic"; readonly members: readonly number[]; readonly calibrated: readonly number[] };

/** Ten events a parameter (Peduzzi et al. 1996, 10.1016/S0895-4356(96)00236-3), and as many cells without. */
export const LEAST_EVENTS = 30;
/** Init times with the event: luck comes in storms. The scoreboard's rule for days. */
export const LEAST_CASES_WITH_EVENT = 5;
/** Shares that were followed by both outcomes: with fewer the likelihood has no maximum. */
export const LEAST_MIXED_SHARES = 3;

/** What a tally lacks for a fit, in words with numbers; `undefined` where it has enough. */
export function tooFewToFit(tally: ShareTally): { readonly expected: string; readonly got: string } | undefined {
  const { count, events, casesWithEvent, cases } = tally;
  const [cells, happened] = [count, events].map((values) => Math.round(values.reduce((a, b) => a + b, 0)));
  const mixed = count.filter((n, i) => events[i] > 0 && events[i] < n).length;
  if (happened < LEAST_EVENTS || cells - happened < LEAST_EVENTS) {
    const expected = `${LEAST_EVENTS} cells with the event and ${LEAST_EVENTS} without`;
    return { expected, got: `${happened} of ${cells} cells with it` };
  }
  if (casesWithEvent < LEAST_CASES_WITH_EVENT) {
    return {
      expected: `${LEAST_CASES_WITH_EVENT} cases with the event`,
      got: `${casesWithEvent} of ${cases} cases with it`,
    };
  }
  if (mixed < LEAST_MIXED_SHARES) {
    return {
      expected: `${LEAST_MIXED_SHARES} probabilities that were followed by both outcomes`,
      got: `${mixed} of them`,
    };
  }
  return undefined;
}

/** (i + ½) / (M + 1). */
export function plottingPosition(members: number, memberCount: number): number {
  return (members + 0.5) / (memberCount + 1);
}

/**
 * The map of a tally.
 * @throws RequestError when the tally is too small (`tooFewToFit`), NumericError when the likelihood has no maximum that can be found
 */
export function fitShareMap(tally: ShareTally, method: CalibrationMethod = "beta"): ShareMap {
  const lack = tooFewToFit(tally);
  if (lack !== undefined) {
    throw new RequestError({ place: "calibration of probabilities", ...lack, remedy: "give it more cases" });
  }
  const { count, events } = tally;
  if (method === "beta") {
    const probability = (i: number): number => plottingPosition(i, membersOfTally(tally));
    return { method, ...fitBeta(count.map((n, i) => ({ probability: probability(i), count: n, events: events[i] }))) };
  }
  const members = [...count.keys()].filter((i) => count[i] > 0);
  const frequencies = members.map((i) => events[i] / count[i]);
  const calibrated = isotonicRegression(
    frequencies,
    members.map((i) => count[i]),
  );
  // Pooling adds and divides: a mean of numbers up to 1 may come out a rounding above it.
  return { method, members, calibrated: Array.from(calibrated, (p) => Math.min(1, p)) };
}

/**
 * p′ for 0 … M of M members, never falling, within 0 … 1. Beyond the shares that were seen in fitting, beta goes on by its formula and
 * isotonic holds its last value; whoever shows the result says how many cells that is.
 */
export function calibratedShares(map: ShareMap, memberCount: number): Float64Array {
  const share = (i: number): number =>
    map.method === "beta" ? betaCalibrated(map, plottingPosition(i, memberCount)) : interpolated(map, i);
  return Float64Array.from({ length: memberCount + 1 }, (_, i) => share(i));
}

function interpolated(
  { members, calibrated }: { readonly members: readonly number[]; readonly calibrated: readonly number[] },
  i: number,
): number {
  const above = members.findIndex((known) => known >= i);
  if (above < 0) return calibrated[calibrated.length - 1];
  if (above === 0 || members[above] === i) return calibrated[above];
  const part = (i - members[above - 1]) / (members[above] - members[above - 1]);
  return calibrated[above - 1] + part * (calibrated[above] - calibrated[above - 1]);
}
