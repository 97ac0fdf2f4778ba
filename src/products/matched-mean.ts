/**
 * The probability-matched mean (PMM): the pattern of the ensemble mean with the amplitudes of the members. The N cells are ranked by the
 * mean, the M·N values of all members are sorted, and the n-th cell gets a value of the n-th group of M. There is no one PMM; ours are named:
 *
 *   ebert       the value M/2 from the top of each group, values sorted from the largest      Ebert 2001, 10.1175/1520-0493(2001)129<2461:AOAPMS>2.0.CO;2
 *   href        the lowest of each group, negative values set to 0 first, and the answer       HREF and REFS (NCEP enspost)
 *               kept within what the members have at the cell
 *   group-mean  the mean of each group                                                         used by several groups; smoothest
 *
 * Many cells tie in the mean (no echo): they are ranked in the order they are stored, by a stable sort. Cells that are NaN in any member take
 * no part and stay NaN.
 * @module
 */
import type { Field } from "../core/index.ts";
import { requireMembers } from "./percentiles.ts";
import { sortValues, stableOrder } from "./radix-order.ts";

export type MatchedMeanVariant = "ebert" | "href" | "group-mean";

/** For titles. */
export const MATCHED_MEAN_TITLES: Readonly<Record<MatchedMeanVariant, string>> = {
  ebert: "probability-matched mean (Ebert)",
  href: "probability-matched mean (HREF)",
  "group-mean": "probability-matched mean (mean of groups)",
};

/**
 * The PMM of all cells together, [ny, nx].
 * @throws ShapeError for members of different sizes, RangeError for none.
 * @example probabilityMatchedMean(members, "ebert") // members [0,0,10,40], [0,20,50,0], [30,0,60,5] give 0 0 50 20
 */
export function probabilityMatchedMean(members: readonly Field[], variant: MatchedMeanVariant): Field {
  const cells = requireMembers("probability-matched mean", members);
  const M = members.length;
  const kept = variant === "href" ? members.map(withoutNegatives) : members;
  const { mean, present } = meanOfWhole(kept, cells);
  const pool = new Float32Array(present.length * M);
  for (let m = 0, at = 0; m < M; m++) {
    const member = kept[m];
    for (let n = 0; n < present.length; n++) pool[at++] = member[present[n]];
  }
  sortValues(pool);
  const order = stableOrder(mean);
  const matched = new Float32Array(cells).fill(Number.NaN);
  for (let n = 0; n < order.length; n++) {
    matched[present[order[n]]] = groupValue(pool, n, M, variant);
  }
  return variant === "href" ? clipToMembers(matched, kept) : matched;
}

/** The value of the n-th group of M in ascending order. */
function groupValue(pool: Float32Array, n: number, M: number, variant: MatchedMeanVariant): number {
  const start = n * M;
  if (variant === "href") return pool[start];
  // M/2 from the top of a group whose top is start + M − 1.
  if (variant === "ebert") return pool[start + M - 1 - Math.floor(M / 2)];
  let sum = 0;
  for (let m = 0; m < M; m++) sum += pool[start + m];
  return sum / M;
}

/** Means of the cells every member has, and which cells those are. */
export function meanOfWhole(members: readonly Field[], cells: number): { mean: Float32Array; present: Uint32Array } {
  const sums = new Float64Array(cells);
  for (const member of members) for (let cell = 0; cell < cells; cell++) sums[cell] += member[cell];
  let count = 0;
  for (let cell = 0; cell < cells; cell++) if (!Number.isNaN(sums[cell])) count++;
  const mean = new Float32Array(count);
  const present = new Uint32Array(count);
  for (let cell = 0, n = 0; cell < cells; cell++) {
    if (Number.isNaN(sums[cell])) continue;
    mean[n] = sums[cell] / members.length;
    present[n++] = cell;
  }
  return { mean, present };
}

/** HREF's first step: what is below 0 becomes 0; NaN stays. */
export function withoutNegatives(member: Field): Field {
  const kept = new Float32Array(member.length);
  for (let cell = 0; cell < kept.length; cell++) kept[cell] = member[cell] < 0 ? 0 : member[cell];
  return kept;
}

function clipToMembers(matched: Field, members: readonly Field[]): Field {
  for (let cell = 0; cell < matched.length; cell++) {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const member of members) {
      if (member[cell] < least) least = member[cell];
      if (member[cell] > most) most = member[cell];
    }
    if (matched[cell] < least) matched[cell] = least;
    else if (matched[cell] > most) matched[cell] = most;
  }
  return matched;
}
