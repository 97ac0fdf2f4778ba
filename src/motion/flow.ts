/**
 * How a field moves: one steady motion d, in cells a frame, that best explains the last frames,
 *
 *   after(x) ≈ before(x − d(x))
 *
 * by least squares in windows (Lucas & Kanade 1981), from coarse frames to fine ones (Bouguet 2001), beginning with the whole-cell motion that
 * leaves the least difference in each window of the coarsest:
 *
 *   at each level, a few times:   Σ_w (I_t + ∇I · δ)² + λ |δ|² → min,    d ← d + δ
 *   then                          d ← Σ_w c d / Σ_w c,    c the smaller eigenvalue of Σ_w ∇I ∇Iᵀ
 *
 * I_t is what is left after moving `before` by d; windows w are three running means. The confidence c carries the motion of storms into
 * the clear air around them. All pairs of frames enter the same sums.
 * @module
 */
import { blur, type Displacement, halved, type Plane, valueAt } from "./plane.ts";

export interface MotionOptions {
  /** Half the width of each running mean, in cells of every level. Default 5: windows about 20 cells wide. */
  readonly windowRadius?: number;
  /** Least squares at each level. Default 4. */
  readonly iterations?: number;
}

/** The smallest side of the coarsest frame: below this nothing moves that could be told from change. */
const COARSEST_SIDE = 24;
/** Halvings at most: beyond, a storm of HRRR's is smaller than a cell. */
const MOST_HALVINGS = 3;
/** Cells of the coarsest frame a frame is looked for around its place: 64 cells of the finest, at 3 km an hour of 190 km/h. */
const SEARCH_RADIUS = 8;
/** Share of the whole field in what each window is judged by, so that one with little in it goes with the rest. */
const COMPANY = 0.25;
/** Share of the mean gradient by which each window is held where it is; only windows with next to no structure feel it. */
const TIKHONOV = 0.01;

/**
 * Motion of the newest of `frames` (oldest first, at least two, finite), in cells a frame. A field without structure does not move.
 * @throws RangeError for fewer than two frames, or frames that differ in shape
 * @example const { dx, dy } = motionOf([earlier, now]);
 */
export function motionOf(
  frames: readonly Plane[],
  { windowRadius = 5, iterations = 4 }: MotionOptions = {},
): Displacement {
  const [{ nx, ny }] = frames;
  if (frames.length < 2 || frames.some((frame) => frame.nx !== nx || frame.ny !== ny)) {
    throw new RangeError("motion needs at least two frames of one shape");
  }
  const pyramids = frames.map(pyramid);
  const at = (level: number): Plane[] => pyramids.map((levels) => levels[level]);
  let level = pyramids[0].length - 1;
  let flow = refined(at(level), searched(at(level), windowRadius), windowRadius, iterations);
  while (level-- > 0) flow = refined(at(level), doubled(flow, at(level)[0]), windowRadius, iterations);
  return flow;
}

/** Fine to coarse. */
function pyramid(finest: Plane): Plane[] {
  const levels = [finest];
  while (levels.length <= MOST_HALVINGS) {
    const last = levels[levels.length - 1];
    if (Math.min(last.nx, last.ny) < 2 * COARSEST_SIDE) break;
    levels.push(halved(last));
  }
  return levels;
}

/** The whole-cell motion of each window that leaves the least squared difference; of equals, the least motion. */
function searched(planes: readonly Plane[], radius: number): Displacement {
  const [{ nx, ny }] = planes;
  const best = resting(planes[0]);
  const least = new Float32Array(nx * ny).fill(Number.POSITIVE_INFINITY);
  for (const [u, v] of nearestFirst(Math.min(SEARCH_RADIUS, nx >> 1, ny >> 1))) {
    const values = new Float32Array(nx * ny);
    for (let pair = 1; pair < planes.length; pair++) addDifference(planes[pair - 1], planes[pair], u, v, values);
    const company = (COMPANY * values.reduce((sum, value) => sum + value, 0)) / values.length;
    blur({ nx, ny, values }, radius);
    for (let i = 0; i < values.length; i++) {
      if (!(values[i] + company < least[i])) continue;
      least[i] = values[i] + company;
      best.dx[i] = u;
      best.dy[i] = v;
    }
  }
  return best;
}

/** (after(x) − before(x − d))² added to `sum`. */
function addDifference(before: Plane, { nx, ny, values: after }: Plane, u: number, v: number, sum: Float32Array): void {
  for (let j = 0; j < ny; j++) {
    const row = Math.min(Math.max(j - v, 0), ny - 1) * nx;
    for (let i = 0; i < nx; i++) {
      const difference = after[j * nx + i] - before.values[row + Math.min(Math.max(i - u, 0), nx - 1)];
      sum[j * nx + i] += difference * difference;
    }
  }
}

/** Every whole-cell motion up to `radius` each way. */
function nearestFirst(radius: number): [number, number][] {
  const all: [number, number][] = [];
  for (let v = -radius; v <= radius; v++) for (let u = -radius; u <= radius; u++) all.push([u, v]);
  return all.toSorted(([a, b], [c, d]) => a * a + b * b - c * c - d * d);
}

function resting({ nx, ny }: Plane): Displacement {
  return { nx, ny, dx: new Float32Array(nx * ny), dy: new Float32Array(nx * ny) };
}

/** A motion found on cells twice as wide, on the finer ones. */
function doubled(coarse: Displacement, { nx, ny }: Plane): Displacement {
  const out = resting({ nx, ny, values: coarse.dx });
  const [x, y] = [coarse.dx, coarse.dy].map((values): Plane => ({ nx: coarse.nx, ny: coarse.ny, values }));
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      out.dx[j * nx + i] = 2 * valueAt(x, (i - 0.5) / 2, (j - 0.5) / 2);
      out.dy[j * nx + i] = 2 * valueAt(y, (i - 0.5) / 2, (j - 0.5) / 2);
    }
  }
  return out;
}

/** The normal equations of each window: Σ I_x², Σ I_x I_y, Σ I_y², Σ I_x I_t, Σ I_y I_t. */
interface NormalEquations {
  readonly xx: Float32Array;
  readonly xy: Float32Array;
  readonly yy: Float32Array;
  readonly xt: Float32Array;
  readonly yt: Float32Array;
}

function refined(planes: readonly Plane[], start: Displacement, radius: number, iterations: number): Displacement {
  const { nx, ny } = start;
  const [dx, dy] = [start.dx.slice(), start.dy.slice()];
  const cells = nx * ny;
  const confidence = new Float32Array(cells);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const sums = normalEquations(planes, { nx, ny, dx, dy });
    for (const values of Object.values(sums) as Float32Array[]) blur({ nx, ny, values }, radius);
    const { xx, xy, yy, xt, yt } = sums;
    let trace = 0;
    for (let i = 0; i < cells; i++) trace += xx[i] + yy[i];
    const hold = (TIKHONOV * trace) / cells + Number.MIN_VALUE;
    for (let i = 0; i < cells; i++) {
      const [a, b, c] = [xx[i] + hold, xy[i], yy[i] + hold];
      const determinant = a * c - b * b;
      // A linear model of the field holds for about a cell.
      dx[i] += within(-(c * xt[i] - b * yt[i]) / determinant);
      dy[i] += within(-(a * yt[i] - b * xt[i]) / determinant);
      const half = (xx[i] + yy[i]) / 2;
      confidence[i] = Math.max(half - Math.hypot((xx[i] - yy[i]) / 2, b), 0);
    }
    spread({ nx, ny, dx, dy }, confidence, radius);
  }
  return { nx, ny, dx, dy };
}

const within = (step: number): number => (step > 1 ? 1 : step < -1 ? -1 : step);

function normalEquations(planes: readonly Plane[], flow: Displacement): NormalEquations {
  const { nx, ny, dx, dy } = flow;
  const cells = nx * ny;
  const [xx, xy, yy, xt, yt] = Array.from({ length: 5 }, () => new Float32Array(cells));
  const moved = new Float32Array(cells);
  for (let pair = 1; pair < planes.length; pair++) {
    const [before, { values: after }] = [planes[pair - 1], planes[pair]];
    for (let j = 0, at = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, at++) moved[at] = valueAt(before, i - dx[at], j - dy[at]);
    }
    for (let j = 0; j < ny; j++) {
      const up = j < ny - 1 ? nx : 0;
      const down = j > 0 ? nx : 0;
      for (let i = 0; i < nx; i++) {
        const at = j * nx + i;
        const right = i < nx - 1 ? 1 : 0;
        const left = i > 0 ? 1 : 0;
        const gx = (moved[at + right] - moved[at - left] + after[at + right] - after[at - left]) / 4;
        const gy = (moved[at + up] - moved[at - down] + after[at + up] - after[at - down]) / 4;
        const t = after[at] - moved[at];
        xx[at] += gx * gx;
        xy[at] += gx * gy;
        yy[at] += gy * gy;
        xt[at] += gx * t;
        yt[at] += gy * t;
      }
    }
  }
  return { xx, xy, yy, xt, yt };
}

/** Where the field says little, the motion around is taken; far from everything, the mean of all. In place. */
function spread({ nx, ny, dx, dy }: Displacement, confidence: Float32Array, radius: number): void {
  let [total, meanX, meanY] = [0, 0, 0];
  for (let i = 0; i < confidence.length; i++) {
    total += confidence[i];
    meanX += confidence[i] * dx[i];
    meanY += confidence[i] * dy[i];
  }
  if (total === 0) {
    dx.fill(0);
    dy.fill(0);
    return;
  }
  meanX /= total;
  meanY /= total;
  const faint = (1e-3 * total) / confidence.length;
  const weight = confidence.map((c) => c + faint);
  const [x, y] = [dx, dy].map((d, k) => d.map((value, i) => confidence[i] * value + faint * [meanX, meanY][k]));
  for (const values of [weight, x, y]) blur({ nx, ny, values }, radius);
  for (let i = 0; i < weight.length; i++) {
    dx[i] = x[i] / weight[i];
    dy[i] = y[i] / weight[i];
  }
}
