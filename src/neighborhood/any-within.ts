/**
 * "Anywhere within": true where a cell of the neighborhood has the event.
 *
 * In time proportional to the cells, whatever the radius: a first pass finds for each cell the nearest event in its own column, d rows
 * away; such a cell answers for the columns x − w(d) … x + w(d) of its row, and a sweep in either direction takes the union. Exact for
 * every shape that grows no wider with d.
 * @module
 */
import { ShapeError } from "../core/index.ts";
import type { Neighborhood } from "./shape.ts";

/** Whether something happens in each cell, [ny, nx]: 0 no, 1 yes, `UNKNOWN` where the datum is missing. */
export type EventMask = Uint8Array;
/** Nobody knows. */
export const UNKNOWN = 2;

/** Columns of a field; its rows follow from its length. */
export interface Columns {
  readonly nx: number;
}

/**
 * 1 where a cell of the neighborhood has the event, else 0. Beyond the edge of the field nothing happens. Where a cell of the
 * neighborhood is unknown the answer is unknown **whatever its other cells say**: were "yes" let through there and only "no" withheld,
 * events would be more frequent beside gaps than they are.
 * @throws ShapeError when the mask is not whole rows of nx.
 * @example anyWithin(Uint8Array.of(0, 0, 1, 0, 0), { nx: 5 }, disc(grid, 3)) // 0 1 1 1 0 at 3 km
 */
export function anyWithin(events: EventMask, { nx }: Columns, shape: Neighborhood): EventMask {
  requireRows("any within", events.length, nx);
  const near = new Uint8Array(events.length);
  dilate(events, 1, nx, shape, near, 1);
  if (events.includes(UNKNOWN)) dilate(events, UNKNOWN, nx, shape, near, UNKNOWN);
  return near;
}

/** Writes `mark` into `near` wherever a cell of `events` within the neighborhood is `wanted`. */
function dilate(
  events: EventMask,
  wanted: number,
  nx: number,
  { halfWidths, reach }: Neighborhood,
  near: EventMask,
  mark: number,
): void {
  const far = reach + 1;
  const rows = new Uint16Array(events.length); // to the nearest event of the column, at most `far`
  for (let cell = 0; cell < events.length; cell++) {
    if (events[cell] === wanted) rows[cell] = 0;
    else rows[cell] = cell < nx ? far : Math.min(far, rows[cell - nx] + 1);
  }
  for (let cell = events.length - nx - 1; cell >= 0; cell--) {
    const below = rows[cell + nx] + 1;
    if (below < rows[cell]) rows[cell] = below;
  }
  // Too far to count: −1 makes the interval of such a cell empty.
  const width = new Int32Array(far + 1).fill(-1);
  width.set(halfWidths);
  for (let start = 0; start < events.length; start += nx) {
    const end = start + nx;
    for (let cell = start, until = -1; cell < end; cell++) {
      const to = cell + width[rows[cell]];
      if (to > until) until = to;
      if (cell <= until) near[cell] = mark;
    }
    for (let cell = end - 1, from = end; cell >= start; cell--) {
      const to = cell - width[rows[cell]];
      if (to < from) from = to;
      if (cell >= from) near[cell] = mark;
    }
  }
}

/** @throws ShapeError when the length is not a number of whole rows. */
export function requireRows(place: string, length: number, nx: number): void {
  if (nx > 0 && length % nx === 0) return;
  throw new ShapeError({ place, expected: `whole rows of ${nx} cells`, got: `${length} cells` });
}
