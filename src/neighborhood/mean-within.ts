/**
 * The mean over the neighborhood: of probabilities, the neighborhood ensemble probability (NEP).
 *
 * A row's sum over 2w + 1 columns is a difference of two running sums, handed to the two rows d away: time grows with the radius, not
 * with its square.
 * @module
 */
import type { Field } from "../core/index.ts";
import { type Columns, requireRows } from "./any-within.ts";
import type { Neighborhood } from "./shape.ts";

/**
 * Mean over those cells of the neighborhood that lie in the field and hold a number, [ny, nx]. NaN where the cell itself is NaN: a gap
 * is not filled from around it.
 * @throws ShapeError when the field is not whole rows of nx.
 */
export function meanWithin(field: Field, { nx }: Columns, shape: Neighborhood): Field {
  requireRows("mean within", field.length, nx);
  const present = presence(field);
  const mean = new Float32Array(field.length);
  if (present === undefined) {
    const sums = sumWithin(field, nx, shape);
    const counts = cellsWithin(nx, field.length / nx, shape);
    for (let cell = 0; cell < mean.length; cell++) mean[cell] = sums[cell] / counts[cell];
    return mean;
  }
  const sums = sumWithin(
    field.map((value) => (Number.isNaN(value) ? 0 : value)),
    nx,
    shape,
  );
  const counts = sumWithin(present, nx, shape);
  for (let cell = 0; cell < mean.length; cell++) {
    mean[cell] = present[cell] === 0 ? Number.NaN : sums[cell] / counts[cell];
  }
  return mean;
}

/** 1 where there is a number and 0 where there is none; `undefined` when all are there. */
function presence(field: Field): Field | undefined {
  const present = new Float32Array(field.length);
  let missing = 0;
  for (let cell = 0; cell < field.length; cell++) {
    if (Number.isNaN(field[cell])) missing++;
    else present[cell] = 1;
  }
  return missing === 0 ? undefined : present;
}

/** Σ over the neighborhood, in float64. */
function sumWithin(field: Field, nx: number, { halfWidths, reach }: Neighborhood): Float64Array {
  const ny = field.length / nx;
  const sums = new Float64Array(field.length);
  const margin = halfWidths[0] + 1;
  // running[x] is the sum of the columns before x − margin; it stays level beyond both edges.
  const running = new Float64Array(nx + 2 * margin);
  const row = new Float64Array(nx);
  for (let j = 0; j < ny; j++) {
    let total = 0;
    for (let i = 0; i < nx; i++) {
      running[margin + i] = total;
      total += field[j * nx + i];
    }
    running.fill(total, margin + nx);
    for (let d = 0; d <= reach; d++) {
      const w = halfWidths[d];
      if (d === 0 || w !== halfWidths[d - 1]) {
        const [to, from] = [margin + w + 1, margin - w];
        for (let i = 0; i < nx; i++) row[i] = running[i + to] - running[i + from];
      }
      if (j + d < ny) addRow(sums, (j + d) * nx, row);
      if (d > 0 && j - d >= 0) addRow(sums, (j - d) * nx, row);
    }
  }
  return sums;
}

function addRow(sums: Float64Array, start: number, row: Float64Array): void {
  for (let i = 0; i < row.length; i++) sums[start + i] += row[i];
}

/** How many cells of the neighborhood lie in a field without gaps. */
function cellsWithin(nx: number, ny: number, { halfWidths, reach, cells }: Neighborhood): Float64Array {
  const counts = new Float64Array(nx * ny).fill(cells);
  const margin = halfWidths[0];
  for (let j = 0; j < ny; j++) {
    const wholeRows = j >= reach && j + reach < ny;
    for (let i = 0; i < nx; i++) {
      if (wholeRows && i >= margin && i + margin < nx) {
        i = nx - margin - 1; // all of these have every cell
        continue;
      }
      let count = 0;
      for (let d = -reach; d <= reach; d++) {
        if (j + d < 0 || j + d >= ny) continue;
        const w = halfWidths[Math.abs(d)];
        count += Math.min(nx - 1, i + w) - Math.max(0, i - w) + 1;
      }
      counts[j * nx + i] = count;
    }
  }
  return counts;
}
