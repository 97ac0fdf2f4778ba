/**
 * The fractions skill score: are the right shares of an area covered, at the scale of a window?
 *
 *   FSS = 1 − Σ (Pf − Po)² / (Σ Pf² + Σ Po²)
 *
 * Pf and Po are the shares of a window in which the event is forecast and happened, summed over all windows and cases before dividing
 * (Roberts & Lean 2008, 10.1175/2007MWR2123.1; Mittermaier 2021). 1 is perfect; a window of one cell asks for hits cell by cell. Of an
 * ensemble, Pf comes from its probability (Necker et al. 2024, 10.1002/qj.4824), not from averaging its members' scores.
 *
 * What happens at the edge, and where data are missing:
 *
 *   clipped    shares of the cells that are there; windows about every cell that is there         our default
 *   interior   only windows that lie whole in the field and miss nothing
 *   zero       outside and missing count as "no event", windows about every cell                  pysteps; scores' zero padding
 *
 * Windows are counted from the cells their middle falls on; of even width, one more than there are cells for `zero` (as `scores` does).
 * @module
 */
import { ShapeError } from "../core/index.ts";
import { type Rectangle, summedArea } from "./window-sums.ts";

export type WindowEdge = "clipped" | "interior" | "zero";

/** Sums over windows. */
export type FractionsTally = {
  readonly windows: number;
  readonly squaredDifference: number;
  readonly forecastSquares: number;
  readonly truthSquares: number;
  /** Sum of Po: its mean is the base rate. */
  readonly truthFractions: number;
};

export interface Window extends Rectangle {
  readonly edge?: WindowEdge;
}

/** A field of events or probabilities ready for windows of any size: summed once, asked often. */
export interface Fractions extends Rectangle {
  readonly sums: Float64Array;
}

/**
 * Events (0 or 1) or probabilities, [ny, nx], as `fractionsTally` wants them. NaN, and cells where `complete` is 0, are missing and must
 * be missing from the other side and the mask too.
 */
export function fractionsOf(values: ArrayLike<number>, shape: Rectangle, complete?: Uint8Array): Fractions {
  if (values.length !== shape.ny * shape.nx) {
    throw new ShapeError({ place: "verify", expected: `${shape.ny}x${shape.nx} cells`, got: `${values.length}` });
  }
  const present = new Float64Array(values.length);
  for (let cell = 0; cell < values.length; cell++) {
    const value = values[cell];
    present[cell] = Number.isNaN(value) || complete?.[cell] === 0 ? 0 : value;
  }
  return { ...shape, sums: summedArea(present, shape) };
}

/**
 * Sums over all windows of `window.ny` × `window.nx` cells.
 * @param present `fractionsOf` a mask of the cells that are there; without it, all are
 * @throws RangeError for a window without cells; for `clipped`, for one of even size, which has no middle.
 */
export function fractionsTally(
  forecast: Fractions,
  truth: Fractions,
  { ny: height, nx: width, edge = "clipped" }: Window,
  present?: Fractions,
): FractionsTally {
  if (!(height >= 1 && width >= 1)) throw new RangeError(`need a window of at least one cell, got ${height}x${width}`);
  if (edge === "clipped" && (height % 2 === 0 || width % 2 === 0)) {
    throw new RangeError(`a clipped window needs a middle, got ${height}x${width}`);
  }
  const { ny, nx } = forecast;
  const stride = nx + 1;
  const [firstRow, lastRow] = edge === "interior" ? [0, ny - height] : [-(height >> 1), ny - ((height + 1) >> 1)];
  const [firstColumn, lastColumn] = edge === "interior" ? [0, nx - width] : [-(width >> 1), nx - ((width + 1) >> 1)];
  let windows = 0;
  let squaredDifference = 0;
  let forecastSquares = 0;
  let truthSquares = 0;
  let truthFractions = 0;
  for (let row = firstRow; row <= lastRow; row++) {
    const bottom = Math.max(row, 0) * stride;
    const top = Math.min(row + height, ny) * stride;
    const middleRow = row + (height >> 1);
    for (let column = firstColumn; column <= lastColumn; column++) {
      const left = Math.max(column, 0);
      const right = Math.min(column + width, nx);
      let cells = height * width;
      if (edge !== "zero") {
        const there =
          present === undefined
            ? ((top - bottom) / stride) * (right - left)
            : boxSum(present.sums, bottom, top, left, right);
        if (edge === "interior" && there < cells) continue;
        if (edge === "clipped") {
          const middle = column + (width >> 1);
          if (present !== undefined && cellValue(present.sums, middleRow, middle, stride) === 0) continue;
          cells = there;
        }
      }
      const pf = boxSum(forecast.sums, bottom, top, left, right) / cells;
      const po = boxSum(truth.sums, bottom, top, left, right) / cells;
      windows++;
      squaredDifference += (pf - po) * (pf - po);
      forecastSquares += pf * pf;
      truthSquares += po * po;
      truthFractions += po;
    }
  }
  return { windows, squaredDifference, forecastSquares, truthSquares, truthFractions };
}

function boxSum(sums: Float64Array, bottom: number, top: number, left: number, right: number): number {
  return sums[top + right] - sums[top + left] - sums[bottom + right] + sums[bottom + left];
}

function cellValue(sums: Float64Array, row: number, column: number, stride: number): number {
  return boxSum(sums, row * stride, (row + 1) * stride, column, column + 1);
}

export interface FractionsSkill {
  /** NaN where neither side had an event. */
  readonly skill: number;
  /** What an unskilled forecast of the same base rate f would reach by the rule of thumb of Roberts & Lean: 0.5 + f/2. */
  readonly usefulFrom: number;
  readonly baseRate: number;
}

/** FSS of a tally. ⚠ `usefulFrom` is a convention, and criticized as one (Antonio & Aitchison 2024, arXiv 2311.11985). */
export function fractionsSkill({
  windows,
  squaredDifference,
  forecastSquares,
  truthSquares,
  truthFractions,
}: FractionsTally): FractionsSkill {
  const worst = forecastSquares + truthSquares;
  const baseRate = truthFractions / windows;
  return { skill: worst > 0 ? 1 - squaredDifference / worst : Number.NaN, usefulFrom: 0.5 + baseRate / 2, baseRate };
}
