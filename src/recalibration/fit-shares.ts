/**
 * From "i of M members" to the probability that should have been said, as a table of M + 1 numbers:
 *
 *   p(i) = w · learnt(i) + (1 − w) · i/M
 *
 * What is learnt of a tally, by one of two methods, never falls, so that ranks of probabilities, and with them ROC, stay what they were:
 *
 *   beta       the default. Between none and all of the members, beta calibration of i/M: three numbers. None and all have frequencies of
 *              their own, since everything beyond them is piled up there and no curve through the others fits them: (e + 10 c)/(n + 10), with
 *              c what the curve says of the share beside them, which is what a pile of few cells or none has to go by
 *   isotonic   the frequencies observed, pooled until they do not fall: as many numbers as there are shares
 *
 * The weight w says how much the cases have shown. They show as much as so many independent forecasts: the variance of the number of events
 * that the fit expects, I, over how many times that variance the surprise of whole cases varies, because cells of one storm fall together:
 *
 *   w = E / (E + 10),   E = I / max(1, V/I),   I = Σ n p(1 − p),   V = variance over cases of Σ (o − i/M), added up
 *
 * which is what a prior says that holds the shares to be right within 0.3 of their logit (1/0.3² = 10 or so): few storms leave the shares as
 * they are, many replace them. Measured in bench/calibration.ts, written down in docs/design/0036.
 * @module
 */
import { RequestError } from "../core/index.ts";
import { betaCalibrated, fitBeta } from "./beta.ts";
import { isotonicRegression } from "./isotonic.ts";
import { membersOfTally, type ShareTally } from "./share-tally.ts";

export const CALIBRATION_METHODS: readonly ["beta", "isotonic"] = ["beta", "isotonic"];
export type CalibrationMethod = (typeof CALIBRATION_METHODS)[number];

export interface CalibratedShares {
  /** For 0 … M of M members; never falling, inside 0 … 1. */
  readonly calibrated: readonly number[];
  /** w: how much of it was learnt, above 0 and below 1. */
  readonly weight: number;
}

/** Ten events a parameter (Peduzzi et al. 1996, 10.1016/S0895-4356(96)00236-3), and as many cells without. */
export const LEAST_EVENTS = 30;
/** Init times with the event: luck comes in storms. The scoreboard's rule for days. */
export const LEAST_CASES_WITH_EVENT = 5;
/** Shares between none and all that were followed by both outcomes: with fewer the likelihood of beta has no maximum. */
export const LEAST_MIXED_SHARES = 3;

/** 1/0.3²: of a prior on the logit of what is right, about what is said without a fit. */
const PRIOR_FORECASTS = 10;

/** What a tally lacks for a fit, in words with numbers; `undefined` where it has enough. */
export function tooFewToFit(
  tally: ShareTally,
  method: CalibrationMethod = "beta",
): { readonly expected: string; readonly got: string } | undefined {
  const { count, events, casesWithEvent, cases } = tally;
  const [cells, happened] = [count, events].map((values) => Math.round(sum(values)));
  if (happened < LEAST_EVENTS || cells - happened < LEAST_EVENTS) {
    const expected = `${LEAST_EVENTS} cells with the event and ${LEAST_EVENTS} without`;
    return { expected, got: `${happened} of ${cells} cells with it` };
  }
  if (casesWithEvent < LEAST_CASES_WITH_EVENT) {
    const expected = `${LEAST_CASES_WITH_EVENT} cases with the event`;
    return { expected, got: `${casesWithEvent} of ${cases} cases with it` };
  }
  const mixed = (shares: readonly number[]): number =>
    shares.filter((i) => events[i] > 0 && events[i] < count[i]).length;
  if (method === "beta" && mixed(inner(tally)) < LEAST_MIXED_SHARES) {
    const expected = `${LEAST_MIXED_SHARES} shares between none and all of the members that were followed by both outcomes`;
    return { expected, got: `${mixed(inner(tally))} of them` };
  }
  // Members that were never wrong leave nothing to calibrate, and no variance to weigh it by.
  if (mixed([...count.keys()]) === 0) return { expected: "a share that was followed by both outcomes", got: "none" };
  return undefined;
}

/**
 * The calibrated shares of a tally.
 * @throws RequestError when the tally is too small (`tooFewToFit`), NumericError when the likelihood has no maximum that can be found
 */
export function fitShares(tally: ShareTally, method: CalibrationMethod = "beta"): CalibratedShares {
  const lack = tooFewToFit(tally, method);
  if (lack !== undefined) {
    throw new RequestError({ place: "calibration of probabilities", ...lack, remedy: "give it more cases" });
  }
  const learnt = method === "beta" ? byBeta(tally) : byFrequency(tally);
  const weight = weightOf(tally, learnt);
  const members = membersOfTally(tally);
  return { calibrated: learnt.map((p, i) => weight * p + ((1 - weight) * i) / members), weight };
}

/** (i + ½) / (M + 1): i of M members as a probability that is neither 0 nor 1. */
export function plottingPosition(members: number, memberCount: number): number {
  return (members + 0.5) / (memberCount + 1);
}

function byBeta(tally: ShareTally): number[] {
  const { count, events } = tally;
  const members = membersOfTally(tally);
  const issued = inner(tally).map((i) => ({ probability: i / members, count: count[i], events: events[i] }));
  const curve = fitBeta(issued);
  const values = count.map((n, i) => {
    const beside = betaCalibrated(curve, Math.min(Math.max(i, 1), members - 1) / members);
    const isPile = i === 0 || i === members;
    return isPile ? (events[i] + PRIOR_FORECASTS * beside) / (n + PRIOR_FORECASTS) : beside;
  });
  return pooled(values, count);
}

function byFrequency({ count, events }: ShareTally): number[] {
  const seen = [...count.keys()].filter((i) => count[i] > 0);
  const values = pooled(
    seen.map((i) => events[i] / count[i]),
    seen.map((i) => count[i]),
  );
  return count.map((_, i) => {
    const above = seen.findIndex((known) => known >= i);
    if (above < 0) return values[values.length - 1];
    if (above === 0 || seen[above] === i) return values[above];
    const part = (i - seen[above - 1]) / (seen[above] - seen[above - 1]);
    return values[above - 1] + part * (values[above] - values[above - 1]);
  });
}

/** Never falling. What was never seen yields to what was; pooling rounds, and a mean of ones must not come out above 1. */
function pooled(values: readonly number[], count: readonly number[]): number[] {
  const weights = count.map((n) => Math.max(n, Number.EPSILON));
  return Array.from(isotonicRegression(values, weights), (p) => Math.min(1, p));
}

function weightOf({ count, cases, residual, residualSquare }: ShareTally, learnt: readonly number[]): number {
  const expected = sum(count.map((n, i) => n * learnt[i] * (1 - learnt[i])));
  const varied = ((residualSquare - residual ** 2 / cases) * cases) / (cases - 1);
  const independent = expected / Math.max(1, varied / expected);
  return independent / (independent + PRIOR_FORECASTS);
}

/** Numbers of members between none and all. */
function inner({ count }: ShareTally): number[] {
  return [...count.keys()].slice(1, -1);
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
