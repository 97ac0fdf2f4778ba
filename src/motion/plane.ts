/**
 * A rectangle of numbers that may be blurred, halved and looked at between its cells: what flow and advection are computed on.
 * Beyond the edge the nearest cell stands.
 * @module
 */

/** [ny, nx], row after row. */
export interface Plane {
  readonly nx: number;
  readonly ny: number;
  readonly values: Float32Array;
}

/** A displacement for every cell, in cells: along rows and across them. [ny, nx] each. */
export interface Displacement {
  readonly nx: number;
  readonly ny: number;
  readonly dx: Float32Array;
  readonly dy: Float32Array;
}

/** Between cells, bilinear; `x` along the row, `y` across rows, in cells from the first. */
export function valueAt({ nx, ny, values }: Plane, x: number, y: number): number {
  const cx = x < 0 ? 0 : x > nx - 1 ? nx - 1 : x;
  const cy = y < 0 ? 0 : y > ny - 1 ? ny - 1 : y;
  const i = Math.min(Math.floor(cx), Math.max(nx - 2, 0));
  const j = Math.min(Math.floor(cy), Math.max(ny - 2, 0));
  const [wx, wy] = [cx - i, cy - j];
  const at = j * nx + i;
  const right = nx > 1 ? 1 : 0;
  const up = ny > 1 ? nx : 0;
  const low = values[at] + wx * (values[at + right] - values[at]);
  const high = values[at + up] + wx * (values[at + up + right] - values[at + up]);
  return low + wy * (high - low);
}

/**
 * Mean over 2 · radius + 1 cells along rows and then across them, `passes` times; three passes are close to a Gaussian. In place, by running
 * sums, so that the radius costs nothing.
 */
export function blur({ nx, ny, values }: Plane, radius: number, passes = 3): void {
  const line = new Float64Array(Math.max(nx, ny));
  for (let pass = 0; pass < passes; pass++) {
    for (let j = 0; j < ny; j++) runningMean(values, j * nx, 1, nx, radius, line);
    acrossRows(values, nx, ny, radius);
  }
}

/** One row or column: `out[i]` is the mean of in[i − r … i + r], the ends repeated. */
function runningMean(
  values: Float32Array,
  start: number,
  stride: number,
  count: number,
  radius: number,
  line: Float64Array,
): void {
  for (let i = 0; i < count; i++) line[i] = values[start + i * stride];
  const last = count - 1;
  let sum = (radius + 1) * line[0];
  for (let i = 1; i <= radius; i++) sum += line[Math.min(i, last)];
  const scale = 1 / (2 * radius + 1);
  for (let i = 0; i < count; i++) {
    values[start + i * stride] = sum * scale;
    sum += line[Math.min(i + radius + 1, last)] - line[Math.max(i - radius, 0)];
  }
}

/** The same for all columns at once, row by row, which memory likes better. */
function acrossRows(values: Float32Array, nx: number, ny: number, radius: number): void {
  const source = values.slice();
  const sums = new Float64Array(nx);
  const last = ny - 1;
  for (let i = 0; i < nx; i++) sums[i] = (radius + 1) * source[i];
  for (let j = 1; j <= radius; j++) {
    const row = Math.min(j, last) * nx;
    for (let i = 0; i < nx; i++) sums[i] += source[row + i];
  }
  const scale = 1 / (2 * radius + 1);
  for (let j = 0; j < ny; j++) {
    const enters = Math.min(j + radius + 1, last) * nx;
    const leaves = Math.max(j - radius, 0) * nx;
    const row = j * nx;
    for (let i = 0; i < nx; i++) {
      values[row + i] = sums[i] * scale;
      sums[i] += source[enters + i] - source[leaves + i];
    }
  }
}

/** Half as many cells each way, each the mean of four. An odd last row or column is left out. */
export function halved({ nx, ny, values }: Plane): Plane {
  const [wide, high] = [nx >> 1, ny >> 1];
  const out = new Float32Array(wide * high);
  for (let j = 0; j < high; j++) {
    for (let i = 0; i < wide; i++) {
      const at = 2 * j * nx + 2 * i;
      out[j * wide + i] = (values[at] + values[at + 1] + values[at + nx] + values[at + nx + 1]) / 4;
    }
  }
  return { nx: wide, ny: high, values: out };
}
