/**
 * Probabilities "within" a distance (Schwartz & Sobash 2017, 10.1175/MWR-D-16-0400.1). Two of them, of two different events:
 *
 *   NEP   mean over the neighborhood of the exceedance probability      still of the event AT the point, made smoother
 *   NMEP  (1/M) Σ 1[event anywhere in member m's neighborhood]          of the event ANYWHERE within; several times as large
 *
 * Shapes in use, and what we call them:
 *
 *   40 km      disc of 40 km, no smoothing
 *   HREF       disc of 39 km (13 cells of 3 km), then a Gaussian of 15 km cut at 24 km; HREF's and REFS's files
 *   SPC        box of 80 km, then a Gaussian of 40 km; SPC's HREF viewer (Roberts et al. 2019, 10.1175/BAMS-D-18-0041.1)
 * @module
 */
import { ConfigError, cellCount, type Field, type Grid } from "../core/index.ts";
import { anyWithin, box, disc, gaussianSmooth, meanWithin, type Smoothing } from "../neighborhood/index.ts";
import { accumulateMemberShare, eventMask } from "./member-share.ts";
import type { Threshold } from "./thresholds.ts";

/** What "near" means. */
export interface Nearness {
  readonly shape: "disc" | "box";
  /** Radius of the disc, half the side of the box. */
  readonly radiusKm: number;
  readonly smoothing?: Smoothing;
}

export const WITHIN_40_KM: Nearness = { shape: "disc", radiusKm: 40 };
export const HREF_NEARNESS: Nearness = { shape: "disc", radiusKm: 39, smoothing: { sigmaKm: 15, truncate: 1.6 } };
export const SPC_NEARNESS: Nearness = { shape: "box", radiusKm: 40, smoothing: { sigmaKm: 40 } };

/** "within 40 km", "within an 80 km box, Gaussian of sigma 40 km". */
export function describeNearness({ shape, radiusKm, smoothing }: Nearness): string {
  const place = shape === "disc" ? `within ${radiusKm} km` : `within an ${2 * radiusKm} km box`;
  return smoothing === undefined ? place : `${place}, smoothed sigma ${smoothing.sigmaKm} km`;
}

/** For file names: "40km", "box80km_s40km". */
export function nearnessSlug({ shape, radiusKm, smoothing }: Nearness): string {
  const place = shape === "disc" ? `${radiusKm}km` : `box${2 * radiusKm}km`;
  return smoothing === undefined ? place : `${place}_s${smoothing.sigmaKm}km`;
}

/**
 * A list of what near means: a number is a disc of so many km, "href" and "spc" are theirs.
 * @throws ConfigError when it does not read so.
 */
export function parseNearness(text: string, place: string): Nearness[] {
  return text.split(",").map((part) => {
    const word = part.trim().toLowerCase();
    if (word === "href") return HREF_NEARNESS;
    if (word === "spc") return SPC_NEARNESS;
    if (/^\d+(\.\d+)?$/.test(word)) return { shape: "disc", radiusKm: Number(word) };
    throw new ConfigError({ place, expected: "kilometres, href or spc, comma-separated, such as 40,spc", got: text });
  });
}

/** A probability of one threshold within a distance, [ny, nx], 0 … 1. */
export interface NearbyProbability {
  readonly threshold: Threshold;
  readonly nearness: Nearness;
  readonly memberCount: number;
  readonly probability: Field;
}

export interface NearbyAccumulator {
  /** Takes the next member's field; keeps no reference to it. */
  add(member: Field): void;
  finish(): NearbyProbability[];
}

/**
 * NMEP of several thresholds, one member at a time: memory does not grow with M. Unknown (NaN) where any member has a gap within.
 * @throws RequestError on a grid whose cells have no size.
 */
export function accumulateNearby(grid: Grid, thresholds: readonly Threshold[], nearness: Nearness): NearbyAccumulator {
  const shape = neighborhoodOf(grid, nearness);
  const shares = thresholds.map(() => accumulateMemberShare(cellCount(grid)));
  return {
    add: (member) => {
      for (const [at, threshold] of thresholds.entries()) {
        shares[at].add(anyWithin(eventMask(member, threshold), grid, shape));
      }
    },
    finish: () =>
      thresholds.map((threshold, at) => {
        const { memberCount, probability } = shares[at].finish();
        return { threshold, nearness, memberCount, probability: smoothed(probability, grid, nearness) };
      }),
  };
}

/** NEP of an exceedance probability: its mean over the neighborhood, then smoothed when asked. A cell that is NaN stays NaN. */
export function neighborhoodEnsembleProbability(probability: Field, grid: Grid, nearness: Nearness): Field {
  return smoothed(meanWithin(probability, grid, neighborhoodOf(grid, nearness)), grid, nearness);
}

/** The cells that "near" means on this grid. */
export function neighborhoodOf(grid: Grid, { shape, radiusKm }: Nearness): ReturnType<typeof disc> {
  return shape === "disc" ? disc(grid, radiusKm) : box(grid, radiusKm);
}

function smoothed(probability: Field, grid: Grid, { smoothing }: Nearness): Field {
  return smoothing === undefined ? probability : gaussianSmooth(probability, grid, smoothing);
}
