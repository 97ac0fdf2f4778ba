/**
 * Smoothing by a Gaussian, renormalised where the field ends or has gaps:
 *
 *   smooth(p) = (g ∗ p·m) / (g ∗ m)          m = 1 where there is a number, 0 elsewhere;  g(d) ∝ exp(−d² / 2σ²), |d| ≤ truncate·σ
 *
 * in x and then in y. Sources: SPC's HREF viewer smooths with σ = 40 km (Roberts et al. 2019, 10.1175/BAMS-D-18-0041.1); HREF's and
 * REFS's files with σ = 15 km cut at 24 km.
 * @module
 */
import type { Field, Grid } from "../core/index.ts";
import { requireRows } from "./any-within.ts";
import { reachOf } from "./shape.ts";

export interface Smoothing {
  /** Standard deviation, in kilometres on the grid's plane. 0 leaves the field alone. */
  readonly sigmaKm: number;
  /** Where the kernel ends, in standard deviations. Default 4, as in scipy. */
  readonly truncate?: number;
}

/**
 * The field smoothed, [ny, nx]; NaN stays NaN and lends nothing to its neighbors. An area without gaps whose values all are v keeps v.
 * @throws RequestError on a latitude–longitude grid, ShapeError when the field is not of the grid.
 */
export function gaussianSmooth(field: Field, grid: Grid, { sigmaKm, truncate = 4 }: Smoothing): Field {
  requireRows("Gaussian smoothing", field.length, grid.nx);
  const { columns, rows } = reachOf(grid, sigmaKm, "Gaussian smoothing");
  const [along, across] = [gaussianTaps(columns, truncate), gaussianTaps(rows, truncate)];
  if (!field.some((value) => Number.isNaN(value))) {
    return convolveRows(convolveColumns(field, grid.nx, across, true), grid.nx, along, true);
  }
  const convolve = (values: Field): Field =>
    convolveRows(convolveColumns(values, grid.nx, across, false), grid.nx, along, false);
  const weighted = convolve(field.map((value) => (Number.isNaN(value) ? 0 : value)));
  const weights = convolve(field.map((value) => (Number.isNaN(value) ? 0 : 1)));
  return weighted.map((sum, cell) => (Number.isNaN(field[cell]) ? Number.NaN : sum / weights[cell]));
}

/** g(0), g(1), … g(r) of the kernel, of which the whole sums to 1; r as scipy rounds it. */
function gaussianTaps(sigma: number, truncate: number): Float64Array {
  const radius = sigma > 0 ? Math.floor(truncate * sigma + 0.5) : 0;
  const taps = Float64Array.from({ length: radius + 1 }, (_, d) =>
    d === 0 ? 1 : Math.exp((-d * d) / (2 * sigma * sigma)),
  );
  const total = taps.reduce((sum, tap, d) => sum + (d === 0 ? tap : 2 * tap), 0);
  return taps.map((tap) => tap / total);
}

/** By how much of the kernel lies within `length`, for each place along it. */
function insideWeights(taps: Float64Array, length: number): Float64Array {
  return Float64Array.from({ length }, (_, at) =>
    taps.reduce((sum, tap, d) => sum + (d === 0 ? tap : (at - d >= 0 ? tap : 0) + (at + d < length ? tap : 0)), 0),
  );
}

/** Along x. Rows without anything but zeros, of which fields of rare events are full, stay as they are. */
function convolveRows(field: Field, nx: number, taps: Float64Array, renormalize: boolean): Field {
  const radius = taps.length - 1;
  const inside = renormalize ? insideWeights(taps, nx) : new Float64Array(nx).fill(1);
  const smooth = new Float32Array(field.length);
  const padded = new Float64Array(nx + 2 * radius);
  for (let start = 0; start < field.length; start += nx) {
    const span = occupied(field, start, nx);
    if (span === undefined) continue;
    padded.set(field.subarray(start, start + nx), radius);
    const [from, to] = [Math.max(0, span.first - radius), Math.min(nx - 1, span.last + radius)];
    for (let i = from; i <= to; i++) {
      const middle = i + radius;
      let sum = taps[0] * padded[middle];
      for (let d = 1; d <= radius; d++) sum += taps[d] * (padded[middle - d] + padded[middle + d]);
      smooth[start + i] = sum / inside[i];
    }
  }
  return smooth;
}

/** Along y, a whole row at a time. */
function convolveColumns(field: Field, nx: number, taps: Float64Array, renormalize: boolean): Field {
  const ny = field.length / nx;
  const radius = taps.length - 1;
  const inside = renormalize ? insideWeights(taps, ny) : new Float64Array(ny).fill(1);
  const spans = Array.from({ length: ny }, (_, j) => occupied(field, j * nx, nx));
  const smooth = new Float32Array(field.length);
  const sums = new Float64Array(nx);
  for (let j = 0; j < ny; j++) {
    sums.fill(0);
    let any = false;
    for (let source = Math.max(0, j - radius); source <= Math.min(ny - 1, j + radius); source++) {
      const span = spans[source];
      if (span === undefined) continue;
      any = true;
      const tap = taps[Math.abs(source - j)] / inside[j];
      const start = source * nx;
      for (let i = span.first; i <= span.last; i++) sums[i] += tap * field[start + i];
    }
    if (any) smooth.set(sums, j * nx);
  }
  return smooth;
}

/** The first and last column of a row that is not 0, if any. */
function occupied(field: Field, start: number, nx: number): { first: number; last: number } | undefined {
  let first = 0;
  while (first < nx && field[start + first] === 0) first++;
  if (first === nx) return undefined;
  let last = nx - 1;
  while (field[start + last] === 0) last--;
  return { first, last };
}
