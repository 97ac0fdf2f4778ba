/**
 * The largest value within a distance, for every cell: what happened "anywhere within 40 km".
 *
 *   out(j, i) = max of cells whose centers lie within r, clipped at the edge of the grid; NaN cells do not count, NaN where none does
 *
 * A disc is a stack of row segments; the maximum over a segment slides along its row (van Herk 1992, Gil & Werman 1993), so that the cost
 * grows with the radius and not with its square.
 * @module
 */
import type { Field } from "../core/index.ts";
import type { Rectangle } from "../verify/index.ts";

export function maximumWithin(field: Field, { ny, nx }: Rectangle, radiusCells: number): Field {
  const out = new Float32Array(field.length).fill(Number.NEGATIVE_INFINITY);
  const present = field.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value));
  const reach = Math.floor(radiusCells);
  const done = new Map<number, Field>();
  for (let up = 0; up <= reach; up++) {
    const half = Math.floor(Math.sqrt(radiusCells * radiusCells - up * up));
    const rows = done.get(half) ?? rowMaximum(present, ny, nx, half);
    done.clear();
    done.set(half, rows);
    for (let j = 0; j < ny; j++) {
      if (j + up < ny) raise(out, j * nx, rows, (j + up) * nx, nx);
      if (up > 0 && j - up >= 0) raise(out, j * nx, rows, (j - up) * nx, nx);
    }
  }
  for (let cell = 0; cell < out.length; cell++) if (out[cell] === Number.NEGATIVE_INFINITY) out[cell] = Number.NaN;
  return out;
}

function raise(out: Field, at: number, from: Field, start: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const value = from[start + i];
    if (value > out[at + i]) out[at + i] = value;
  }
}

/** Maximum over columns i − half … i + half of each row. */
function rowMaximum(field: Field, ny: number, nx: number, half: number): Field {
  if (half === 0) return field;
  const out = new Float32Array(field.length);
  const width = 2 * half + 1;
  const length = nx + 2 * half;
  const padded = new Float32Array(length);
  const forward = new Float32Array(length);
  const backward = new Float32Array(length);
  for (let j = 0; j < ny; j++) {
    padded.fill(Number.NEGATIVE_INFINITY);
    padded.set(field.subarray(j * nx, (j + 1) * nx), half);
    for (let i = 0; i < length; i++) {
      const value = padded[i];
      forward[i] = i % width === 0 || value > forward[i - 1] ? value : forward[i - 1];
    }
    for (let i = length - 1; i >= 0; i--) {
      const value = padded[i];
      backward[i] = i === length - 1 || i % width === width - 1 || value > backward[i + 1] ? value : backward[i + 1];
    }
    for (let i = 0; i < nx; i++) {
      const [a, b] = [backward[i], forward[i + width - 1]];
      out[j * nx + i] = a > b ? a : b;
    }
  }
  return out;
}
