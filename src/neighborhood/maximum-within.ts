/**
 * The largest value of the neighborhood: reflectivity "within 40 km".
 *
 * A row's maximum over 2w + 1 columns is that of two overlapping windows whose length is a power of two, read from tables which double
 * row by row; it is handed to the two rows d away. Time grows with the radius, not with its square.
 * @module
 */
import type { Field } from "../core/index.ts";
import { anyWithin, type Columns, requireRows, UNKNOWN } from "./any-within.ts";
import type { Neighborhood } from "./shape.ts";

/**
 * Maximum over the cells of the neighborhood that lie in the field, [ny, nx]. NaN wherever a cell of it is NaN: the largest may be there.
 * @throws ShapeError when the field is not whole rows of nx.
 */
export function maximumWithin(field: Field, { nx }: Columns, shape: Neighborhood): Field {
  requireRows("maximum within", field.length, nx);
  const { halfWidths, reach } = shape;
  const ny = field.length / nx;
  const maximum = new Float32Array(field.length).fill(Number.NEGATIVE_INFINITY);
  const margin = halfWidths[0];
  const padded = nx + 2 * margin;
  const levels = 1 + Math.floor(Math.log2(2 * margin + 1));
  const tables = Array.from({ length: levels }, () => new Float32Array(padded));
  const widest = new Float32Array(nx);
  let missing = false;
  for (let j = 0; j < ny; j++) {
    // tables[k][x] is the maximum of 2^k columns from x, outside the field −∞.
    tables[0].fill(Number.NEGATIVE_INFINITY);
    for (let i = 0; i < nx; i++) {
      const value = field[j * nx + i];
      if (Number.isNaN(value)) missing = true;
      else tables[0][margin + i] = value;
    }
    for (let k = 1; k < levels; k++) {
      const [half, from, to] = [1 << (k - 1), tables[k - 1], tables[k]];
      const last = padded - 2 * half;
      for (let x = 0; x <= last; x++) to[x] = from[x] > from[x + half] ? from[x] : from[x + half];
    }
    for (let d = 0; d <= reach; d++) {
      const w = halfWidths[d];
      if (d === 0 || w !== halfWidths[d - 1]) {
        const k = Math.floor(Math.log2(2 * w + 1));
        const table = tables[k];
        const [first, second] = [margin - w, margin + w + 1 - (1 << k)];
        for (let i = 0; i < nx; i++) {
          const [a, b] = [table[i + first], table[i + second]];
          widest[i] = a > b ? a : b;
        }
      }
      if (j + d < ny) raise(maximum, (j + d) * nx, widest);
      if (d > 0 && j - d >= 0) raise(maximum, (j - d) * nx, widest);
    }
  }
  if (missing) blankBesideGaps(field, maximum, { nx }, shape);
  return maximum;
}

function raise(maximum: Field, start: number, row: Field): void {
  for (let i = 0; i < row.length; i++) if (row[i] > maximum[start + i]) maximum[start + i] = row[i];
}

function blankBesideGaps(field: Field, maximum: Field, columns: Columns, shape: Neighborhood): void {
  const gaps = Uint8Array.from(field, (value) => (Number.isNaN(value) ? UNKNOWN : 0));
  const near = anyWithin(gaps, columns, shape);
  for (let cell = 0; cell < near.length; cell++) if (near[cell] === UNKNOWN) maximum[cell] = Number.NaN;
}
