/**
 * The localised probability-matched mean (LPMM; Snook et al. 2020, 10.1175/WAF-D-20-0004.1; HREF and REFS): the PMM of each small patch is taken
 * among the cells of a larger window around it, so that storms of Texas do not lend their amplitudes to drizzle in Oregon.
 *
 *   patch 6 x 6 cells, window 66 x 66 (30 more on each side, cut at the field's edge), variant "lowest of each group of M", values below 0
 *   set to 0; 0 in a patch whose mean is everywhere below 0.01; smoothed in the end by a Gaussian of one cell
 *
 * As HREF's lpm.f means it, with three differences, all at seams: its windows are 67 and its stored patches 7 cells wide, and it takes the
 * global PMM near the field's edge. Values are sorted in classes of 1/16 (HRRR's own precision), or finer than 1/32000 of their range where that is
 * coarser. Both tables slide with the window: time does not grow with its area.
 * @module
 */
import { type Field, type Grid, isPlane, ShapeError } from "../core/index.ts";
import { gaussianSmooth } from "../neighborhood/index.ts";
import { meanOfWhole, withoutNegatives } from "./matched-mean.ts";
import { requireMembers } from "./percentiles.ts";
import { stableOrder } from "./radix-order.ts";

export interface LocalMatching {
  /** Side of a patch, cells. */
  readonly patch: number;
  /** Cells around a patch on each side that it is matched with. */
  readonly halo: number;
  /** Standard deviation of the final smoothing, cells; 0 for none. */
  readonly sigmaCells: number;
}

export const HREF_LOCAL_MATCHING: LocalMatching = { patch: 6, halo: 30, sigmaCells: 1 };
/** A patch whose mean stays below is left at 0. */
const NOTHING = 0.01;

/**
 * LPMM on the grid, [ny, nx]; NaN where any member is, and such cells take no part.
 * @throws ShapeError when the members are not of the grid, RangeError for none, RequestError for a latitude–longitude grid with smoothing.
 */
export function localMatchedMean(
  members: readonly Field[],
  grid: Grid,
  options: LocalMatching = HREF_LOCAL_MATCHING,
): Field {
  const { nx, ny } = grid;
  const cells = requireMembers("local probability-matched mean", members);
  if (cells !== nx * ny) {
    throw new ShapeError({ place: "local probability-matched mean", expected: `${nx * ny} cells`, got: `${cells}` });
  }
  const kept = members.map(withoutNegatives);
  const { mean, present } = meanOfWhole(kept, cells);
  const rankOf = new Int32Array(cells).fill(-1);
  for (const [rank, n] of stableOrder(mean).entries()) rankOf[present[n]] = rank;
  const wet = new Uint8Array(cells);
  for (let n = 0; n < mean.length; n++) if (mean[n] >= NOTHING) wet[present[n]] = 1;

  const pool = valueWindow(kept, rankOf);
  const ranks = rankWindow(rankOf, mean.length);
  const matched = new Float32Array(cells).map((_, cell) => (rankOf[cell] < 0 ? Number.NaN : 0));
  const { patch, halo } = options;
  for (let top = 0; top < ny; top += patch) {
    const rows = { from: Math.max(0, top - halo), to: Math.min(ny, top + patch + halo) };
    let [left, right] = [0, 0]; // columns of the window
    const change = (columns: number, by: 1 | -1): void => {
      for (let j = rows.from; j < rows.to; j++) {
        const cell = j * nx + columns;
        pool.change(cell, by);
        ranks.change(cell, by);
      }
    };
    for (let start = 0; start < nx; start += patch) {
      const [from, to] = [Math.max(0, start - halo), Math.min(nx, start + patch + halo)];
      while (right < to) change(right++, 1);
      while (left < from) change(left++, -1);
      const [lastRow, lastColumn] = [Math.min(ny, top + patch), Math.min(nx, start + patch)];
      if (!anyIn(wet, nx, top, lastRow, start, lastColumn)) continue;
      for (let j = top; j < lastRow; j++) {
        for (let i = start; i < lastColumn; i++) {
          const cell = j * nx + i;
          if (rankOf[cell] >= 0) matched[cell] = pool.at(ranks.below(rankOf[cell]) * members.length);
        }
      }
    }
    while (left < right) change(left++, -1);
  }
  const { sigmaCells } = options;
  if (sigmaCells === 0 || !isPlane(grid)) return matched;
  return gaussianSmooth(matched, grid, { sigmaKm: (sigmaCells * grid.dxMeters) / 1000 });
}

function anyIn(wet: Uint8Array, nx: number, top: number, bottom: number, left: number, right: number): boolean {
  for (let j = top; j < bottom; j++) for (let i = left; i < right; i++) if (wet[j * nx + i] === 1) return true;
  return false;
}

const FINEST = 1 / 16;
const MOST_CLASSES = 32_000;
/** Classes in a coarse class. */
const COARSE_BITS = 6;

/** The members' values of the window's cells, counted by class, to be asked for the k-th smallest. */
function valueWindow(
  members: readonly Field[],
  rankOf: Int32Array,
): { change(cell: number, by: 1 | -1): void; at(position: number): number } {
  const M = members.length;
  let most = 0;
  for (const member of members) for (const value of member) if (value > most) most = value;
  const step = Math.max(FINEST, most / MOST_CLASSES);
  const classes = Math.round(most / step) + 1;
  const classOf = new Uint16Array(rankOf.length * M);
  const anything = new Uint8Array(rankOf.length); // most cells hold 0 in all members, counted at once
  for (const [m, member] of members.entries()) {
    for (let cell = 0; cell < rankOf.length; cell++) {
      const at = rankOf[cell] < 0 ? 0 : Math.round(member[cell] / step);
      classOf[cell * M + m] = at;
      if (at !== 0) anything[cell] = 1;
    }
  }
  const fine = new Int32Array(classes);
  const coarse = new Int32Array((classes >> COARSE_BITS) + 1);
  return {
    change: (cell, by) => {
      if (rankOf[cell] < 0) return;
      if (anything[cell] === 0) {
        fine[0] += by * M;
        coarse[0] += by * M;
        return;
      }
      for (let at = cell * M; at < (cell + 1) * M; at++) {
        fine[classOf[at]] += by;
        coarse[classOf[at] >> COARSE_BITS] += by;
      }
    },
    at: (position) => {
      let left = position;
      let block = 0;
      while (left >= coarse[block]) left -= coarse[block++];
      let at = block << COARSE_BITS;
      while (left >= fine[at]) left -= fine[at++];
      return at * step;
    },
  };
}

/** Which ranks are in the window, a bit each with counts of two sizes above, to be asked how many are below one. */
function rankWindow(
  rankOf: Int32Array,
  count: number,
): { change(cell: number, by: 1 | -1): void; below(rank: number): number } {
  const words = new Uint32Array((count >> 5) + 1);
  const middle = new Int32Array((count >> 9) + 1);
  const large = new Int32Array((count >> 14) + 1);
  return {
    change: (cell, by) => {
      const rank = rankOf[cell];
      if (rank < 0) return;
      words[rank >> 5] ^= 1 << (rank & 31);
      middle[rank >> 9] += by;
      large[rank >> 14] += by;
    },
    below: (rank) => {
      let total = 0;
      for (let block = 0; block < rank >> 14; block++) total += large[block];
      for (let block = (rank >> 14) << 5; block < rank >> 9; block++) total += middle[block];
      for (let word = (rank >> 9) << 4; word < rank >> 5; word++) total += bitsSet(words[word]);
      return total + bitsSet(words[rank >> 5] & ((1 << (rank & 31)) - 1));
    },
  };
}

/** Bits that are 1 in a word (Hacker's Delight, figure 5-2). */
function bitsSet(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
