/**
 * What regridding from one grid to another amounts to, computed once: for each target cell the source cells that feed it.
 *
 *   bilinear, nearest   v(t) = Σ w_k v(s_k),  Σ w_k = 1       point methods: from the centers around the target's center
 *   cells               the source cells whose centers lie in the target cell      area methods: maximum, mean of Z
 *
 * Stored as compressed rows: the sources of target t are `sources[starts[t]] … sources[starts[t + 1] − 1]`. A target outside the source
 * has none.
 * @module
 */
import { cellCount, cellLocator, describeGrid, type Grid, RequestError } from "../core/index.ts";
import { goesRound, type Place, placeFinder } from "./place.ts";

export type WeightKind = "nearest" | "bilinear" | "cells";

export interface RegridWeights {
  readonly kind: WeightKind;
  readonly from: Grid;
  readonly to: Grid;
  /** [target cells + 1] */
  readonly starts: Uint32Array;
  /** Cells of the source grid. */
  readonly sources: Uint32Array;
  /** As long as `sources`; absent where every weight is 1. */
  readonly weights?: Float32Array;
}

/**
 * The weights of one kind between two grids.
 * @throws RequestError for "cells" when the source is too coarse to have a center in each target cell it covers.
 * @example const weights = regridWeights("bilinear", gfsGrid, HRRR_GRID);
 */
export function regridWeights(kind: WeightKind, from: Grid, to: Grid): RegridWeights {
  if (kind === "cells") return cellsWithin(from, to);
  const corners = kind === "nearest" ? nearestCorner(from) : bilinearCorners(from);
  const starts = new Uint32Array(cellCount(to) + 1);
  const sources = new Uint32Array(CORNERS[kind] * cellCount(to));
  const weights = new Float32Array(kind === "bilinear" ? sources.length : 0);
  const locate = cellLocator(to);
  const find = placeFinder(from);
  let filled = 0;
  for (let j = 0, cell = 0; j < to.ny; j++) {
    for (let i = 0; i < to.nx; i++, cell++) {
      const { latitudeDegrees, longitudeDegrees } = locate(i, j);
      for (const { source, weight } of corners(find(latitudeDegrees, longitudeDegrees))) {
        sources[filled] = source;
        if (kind === "bilinear") weights[filled] = weight;
        filled++;
      }
      starts[cell + 1] = filled;
    }
  }
  const rows = { kind, from, to, starts, sources: sources.slice(0, filled) };
  return kind === "bilinear" ? { ...rows, weights: weights.slice(0, filled) } : rows;
}

const CORNERS = { nearest: 1, bilinear: 4 } as const;

interface Corner {
  readonly source: number;
  readonly weight: number;
}

/** The cell whose center is nearest in the source's own coordinates. */
function nearestCorner(from: Grid): (place: Place) => Corner[] {
  return (place) => {
    const source = cellAt(place, from);
    return source < 0 ? [] : [{ source, weight: 1 }];
  };
}

/** The cell a place lies in, −1 for one the grid does not cover. */
function cellAt({ i, j }: Place, { nx, ny }: Grid): number {
  const column = Math.round(i);
  const row = Math.round(j);
  return column >= 0 && column < nx && row >= 0 && row < ny ? row * nx + column : -1;
}

/** Up to four centers around the place; those of weight 0 are left out, so that what is missing there is not missed. */
function bilinearCorners(from: Grid): (place: Place) => Corner[] {
  const round = goesRound(from);
  return ({ i, j }) => {
    if (!(j >= 0 && j <= from.ny - 1) || !(round || (i >= 0 && i <= from.nx - 1))) return [];
    const [left, low] = [Math.floor(i), Math.floor(j)];
    const [x, y] = [i - left, j - low];
    const column = (at: number): number => (at + from.nx) % from.nx;
    return [
      { source: low * from.nx + column(left), weight: (1 - x) * (1 - y) },
      { source: low * from.nx + column(left + 1), weight: x * (1 - y) },
      { source: (low + 1) * from.nx + column(left), weight: (1 - x) * y },
      { source: (low + 1) * from.nx + column(left + 1), weight: x * y },
    ].filter(({ weight }) => weight > 0);
  };
}

/** A counting sort of the source cells by the target cell their center falls in; each row ascends. */
function cellsWithin(from: Grid, to: Grid): RegridWeights {
  const count = cellCount(from);
  const target = new Int32Array(count).fill(-1);
  const starts = new Uint32Array(cellCount(to) + 1);
  const locate = cellLocator(from);
  const find = placeFinder(to);
  for (let j = 0, cell = 0; j < from.ny; j++) {
    for (let i = 0; i < from.nx; i++, cell++) {
      const { latitudeDegrees, longitudeDegrees } = locate(i, j);
      const found = cellAt(find(latitudeDegrees, longitudeDegrees), to);
      if (found < 0) continue;
      target[cell] = found;
      starts[found + 1]++;
    }
  }
  for (let cell = 0; cell < cellCount(to); cell++) starts[cell + 1] += starts[cell];
  const sources = new Uint32Array(starts[cellCount(to)]);
  const next = starts.slice();
  for (let cell = 0; cell < count; cell++) if (target[cell] >= 0) sources[next[target[cell]]++] = cell;
  const weights: RegridWeights = { kind: "cells", from, to, starts, sources };
  requireFine(weights);
  return weights;
}

/** A target center between the source's centers, and no source center in its cell: the source is the coarser one. */
function requireFine({ from, to, starts }: RegridWeights): void {
  const locate = cellLocator(to);
  const find = placeFinder(from);
  for (let cell = 0; cell < cellCount(to); cell++) {
    if (starts[cell + 1] > starts[cell]) continue;
    const { latitudeDegrees, longitudeDegrees } = locate(cell % to.nx, Math.floor(cell / to.nx));
    const { i, j } = find(latitudeDegrees, longitudeDegrees);
    if (i < 0 || j < 0 || i > from.nx - 1 || j > from.ny - 1) continue;
    throw new RequestError({
      place: `regridding to ${describeGrid(to)}`,
      expected: "a source with a cell center in each of its cells, for a maximum or a mean",
      got: describeGrid(from),
      remedy: "use bilinear or nearest for a source this coarse",
    });
  }
}
