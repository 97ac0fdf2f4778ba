/**
 * What every score here is made of: a tally, sums that add over cells, cases and days.
 *
 *   tally(A ∪ B) = tally(A) + tally(B)        score = f(tally)
 *
 * So a season is gathered one case at a time in memory that does not grow, cases may be judged in any order or process and kept as
 * JSON, and the bootstrap resamples days by adding their tallies again. Sums are float64 and finite; what a sum cannot say (a spread of
 * one member) is NaN in the score, never in the tally.
 * @module
 */
import { ShapeError } from "../core/index.ts";

/** Named sums, and lists of sums whose length is fixed by what is tallied. */
export type Tally = { readonly [slot: string]: number | readonly number[] };

/**
 * Slot by slot, a + weight · b.
 * @throws ShapeError when the two are not tallies of one thing.
 * @example addTallies({ cells: 2, counts: [1, 1] }, { cells: 1, counts: [0, 1] }) → { cells: 3, counts: [1, 2] }
 */
export function addTallies<T extends Tally>(a: T, b: T, weight = 1): T {
  const slots = Object.keys(a);
  if (Object.keys(b).length !== slots.length) throw unlike(slots.join(), Object.keys(b).join());
  const sum: Record<string, number | readonly number[]> = {};
  for (const slot of slots) {
    const [left, right] = [a[slot], b[slot]];
    if (typeof left === "number" && typeof right === "number") sum[slot] = left + weight * right;
    else if (typeof left === "object" && typeof right === "object" && left.length === right.length) {
      sum[slot] = left.map((value, at) => value + weight * right[at]);
    } else throw unlike(`${slot} alike on both sides`, "two shapes");
  }
  return sum as T;
}

/** All of them together; `undefined` of none. */
export function sumTallies<T extends Tally>(tallies: Iterable<T>): T | undefined {
  let sum: T | undefined;
  for (const tally of tallies) sum = sum === undefined ? tally : addTallies(sum, tally);
  return sum;
}

/** All numbers of a tally in a row. */
export function flatten(tally: Tally): number[] {
  return Object.values(tally).flat();
}

/** A tally of the shape of `like` from its numbers in a row. */
export function unflatten<T extends Tally>(row: ArrayLike<number>, like: T): T {
  const tally: Record<string, number | readonly number[]> = {};
  let at = 0;
  for (const [slot, value] of Object.entries(like)) {
    if (typeof value === "number") tally[slot] = row[at++];
    else {
      tally[slot] = Array.from(value, (_, index) => row[at + index]);
      at += value.length;
    }
  }
  return tally as T;
}

function unlike(expected: string, got: string): ShapeError {
  return new ShapeError({ place: "verify", expected: `tallies of ${expected}`, got });
}
