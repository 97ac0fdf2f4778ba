/**
 * Fields through weights:
 *
 *   nearest      v(t) = v(s)
 *   bilinear     v(t) = Σ w_k v(s_k)
 *   maximum      v(t) = max v(s)
 *   mean of Z    v(t) = 10 log₁₀ ( Σ 10^(v(s)/10) / n )          reflectivity averages as the power that came back, not as dBZ
 *
 * What is missing. A point method is missing where any source it needs is NaN, and outside the source. An area method takes the cells
 * that are there, and is missing where fewer than half of those in the target cell are.
 * @module
 */
import { cellCount, type Field, type Grid, ShapeError } from "../core/index.ts";
import { type RegridWeights, regridWeights, type WeightKind } from "./weights.ts";

export type RegridMethod = "nearest" | "bilinear" | "maximum" | "mean-z";
export const REGRID_METHODS: readonly RegridMethod[] = ["nearest", "bilinear", "maximum", "mean-z"];

/** The kind of weights a method needs. */
export const WEIGHTS_OF: Readonly<Record<RegridMethod, WeightKind>> = {
  nearest: "nearest",
  bilinear: "bilinear",
  maximum: "cells",
  "mean-z": "cells",
};

/** Share of the source cells in a target cell that must be there for a maximum or a mean. */
export const MINIMUM_COVERAGE = 0.5;

/**
 * A field on the source grid, [ny, nx], as one on the target grid.
 * @throws ShapeError when the field is not on the source grid; RangeError for weights of another kind.
 * @example const refc = regrid(mrms, "mean-z", regridWeights("cells", mrmsGrid, HRRR_GRID));
 */
export function regrid(field: Field, method: RegridMethod, weights: RegridWeights): Field {
  if (weights.kind !== WEIGHTS_OF[method]) throw new RangeError(`${method} needs ${WEIGHTS_OF[method]} weights`);
  if (field.length !== cellCount(weights.from)) {
    throw new ShapeError({
      place: `regrid ${method}`,
      expected: `${cellCount(weights.from)} cells`,
      got: `${field.length}`,
    });
  }
  const out = new Float32Array(cellCount(weights.to));
  if (method === "nearest" || method === "bilinear") interpolate(field, weights, out);
  else if (method === "maximum") takeMaximum(field, weights, out);
  else averageZ(field, weights, out);
  return out;
}

/** A regridder between two grids that computes each kind of weights when it is first wanted. */
export function regridder(from: Grid, to: Grid): (field: Field, method: RegridMethod) => Field {
  const held = new Map<WeightKind, RegridWeights>();
  return (field, method) => {
    const kind = WEIGHTS_OF[method];
    const weights = held.get(kind) ?? regridWeights(kind, from, to);
    held.set(kind, weights);
    return regrid(field, method, weights);
  };
}

function interpolate(field: Field, { starts, sources, weights }: RegridWeights, out: Field): void {
  for (let cell = 0; cell < out.length; cell++) {
    const [start, end] = [starts[cell], starts[cell + 1]];
    let sum = start === end ? Number.NaN : 0;
    for (let at = start; at < end; at++) sum += field[sources[at]] * (weights === undefined ? 1 : weights[at]);
    out[cell] = sum;
  }
}

function takeMaximum(field: Field, { starts, sources }: RegridWeights, out: Field): void {
  for (let cell = 0; cell < out.length; cell++) {
    let present = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let at = starts[cell]; at < starts[cell + 1]; at++) {
      const value = field[sources[at]];
      if (Number.isNaN(value)) continue;
      present++;
      if (value > most) most = value;
    }
    out[cell] = isCovered(present, starts[cell + 1] - starts[cell]) ? most : Number.NaN;
  }
}

function averageZ(field: Field, { starts, sources }: RegridWeights, out: Field): void {
  const power = powerOf();
  for (let cell = 0; cell < out.length; cell++) {
    let present = 0;
    let sum = 0;
    for (let at = starts[cell]; at < starts[cell + 1]; at++) {
      const value = field[sources[at]];
      if (Number.isNaN(value)) continue;
      present++;
      sum += power(value);
    }
    out[cell] = isCovered(present, starts[cell + 1] - starts[cell]) ? 10 * Math.log10(sum / present) : Number.NaN;
  }
}

const isCovered = (present: number, all: number): boolean => present > 0 && present >= MINIMUM_COVERAGE * all;

/** 10^(dBZ/10). Most of a radar mosaic is one value, so the last one is remembered. */
function powerOf(): (value: number) => number {
  let [value, power] = [Number.NaN, Number.NaN];
  return (wanted) => {
    if (wanted !== value) {
      value = wanted;
      power = 10 ** (wanted / 10);
    }
    return power;
  };
}
