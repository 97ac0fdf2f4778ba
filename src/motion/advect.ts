/**
 * Moving a field along a motion without wearing it down: trajectories are followed backwards step by step, and the field is looked up once
 * at their beginning (semi-Lagrangian; Germann & Zawadzki 2002).
 *
 *   D_0 = 0,   D_k(x) = δ_k(x) + D_{k−1}(x − δ_k(x)),   δ_k(x) = d_k(x − δ_k(x) / 2)
 *   field_k(x) = field_0(x − D_k(x))
 *
 * What came from beyond the edge is missing: nothing is known of it.
 * @module
 */
import type { Field } from "../core/index.ts";
import { type Displacement, type Plane, valueAt } from "./plane.ts";

/** Times the middle of the way is looked up; storms turn little within a step. */
const MIDPOINT_ITERATIONS = 3;

/** D_k from D_{k−1} (absent at the start) and the motion of step k. */
export function followedBack(motion: Displacement, before?: Displacement): Displacement {
  const { nx, ny } = motion;
  const planes = [motion.dx, motion.dy, before?.dx, before?.dy].map(
    (values): Plane => ({ nx, ny, values: values ?? motion.dx }),
  );
  const [mx, my, bx, by] = planes;
  const dx = new Float32Array(nx * ny);
  const dy = new Float32Array(nx * ny);
  for (let j = 0, at = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++, at++) {
      let x = motion.dx[at];
      let y = motion.dy[at];
      for (let k = 0; k < MIDPOINT_ITERATIONS; k++) {
        const [px, py] = [i - x / 2, j - y / 2];
        x = valueAt(mx, px, py);
        y = valueAt(my, px, py);
      }
      dx[at] = x + (before === undefined ? 0 : valueAt(bx, i - x, j - y));
      dy[at] = y + (before === undefined ? 0 : valueAt(by, i - x, j - y));
    }
  }
  return { nx, ny, dx, dy };
}

/**
 * The field at x − D(x). Between cells, bilinear over those of the four that are of the nearest one's kind: `special` (no echo, no
 * energy) stays itself and never blends into a haze with what is beside it; missing stays missing.
 */
export function movedField(field: Field, { nx, ny, dx, dy }: Displacement, special?: number): Field {
  const out = new Float32Array(field.length);
  for (let j = 0, at = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++, at++) out[at] = lookedUp(field, nx, ny, i - dx[at], j - dy[at], special);
  }
  return out;
}

/** The same, and of what came from beyond the edge the nearest cell: for a network, which needs a number. */
export function nearestMovedField(field: Field, displacement: Displacement, special?: number): Field {
  const { nx, ny, dx, dy } = displacement;
  const out = movedField(field, displacement, special);
  const within = (cell: number, count: number): number => Math.min(Math.max(Math.round(cell), 0), count - 1);
  for (let j = 0, at = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++, at++) {
      if (Number.isNaN(out[at])) out[at] = field[within(j - dy[at], ny) * nx + within(i - dx[at], nx)];
    }
  }
  return out;
}

/** How far beyond the centre of its last cell a grid reaches. */
const HALF_CELL = 0.5;

function lookedUp(field: Field, nx: number, ny: number, x: number, y: number, special: number | undefined): number {
  if (!(x >= -HALF_CELL && x <= nx - HALF_CELL && y >= -HALF_CELL && y <= ny - HALF_CELL)) return Number.NaN;
  const nearest = field[Math.min(Math.round(y), ny - 1) * nx + Math.min(Math.round(x), nx - 1)];
  if (Number.isNaN(nearest) || nearest === special) return nearest;
  const i = Math.floor(x);
  const j = Math.floor(y);
  let [sum, weight] = [0, 0];
  for (let q = 0; q < 4; q++) {
    const [ci, cj] = [i + (q & 1), j + (q >> 1)];
    if (ci < 0 || ci >= nx || cj < 0 || cj >= ny) continue;
    const value = field[cj * nx + ci];
    if (Number.isNaN(value) || value === special) continue;
    const w = (1 - Math.abs(x - ci)) * (1 - Math.abs(y - cj));
    sum += w * value;
    weight += w;
  }
  return sum / weight;
}
