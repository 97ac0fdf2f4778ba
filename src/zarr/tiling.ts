/**
 * How a field is cut into inner chunks: into tiles that fit both sides exactly, as near to 353 x 257 cells as the sides allow.
 *
 *   side → the divisor d of it with the smallest |ln(d / target)|
 *
 * HRRR's 1059 x 1799 = (3 · 353) x (7 · 257) gives 21 tiles of 353 x 257 (0.35 MiB); a small grid is one tile; a side that is prime
 * is not cut. Exact tiles mean no padding, so that the bytes of a shard hold the field and nothing else.
 * @module
 */

/** Rows and columns of the tile HRRR's grid is made of. */
const TARGET_ROWS = 353;
const TARGET_COLUMNS = 257;

/** [rows, columns] of the inner chunks of a field of ny x nx cells. */
export function tileOf(ny: number, nx: number): [number, number] {
  return [nearestDivisor(ny, TARGET_ROWS), nearestDivisor(nx, TARGET_COLUMNS)];
}

function nearestDivisor(side: number, target: number): number {
  let best = side;
  for (let divisor = 1; divisor <= side; divisor++) {
    if (side % divisor === 0 && distance(divisor, target) < distance(best, target)) best = divisor;
  }
  return best;
}

const distance = (divisor: number, target: number): number => Math.abs(Math.log(divisor / target));
