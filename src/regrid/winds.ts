/**
 * Winds from one grid to another. Components along one grid's axes mean nothing on another's, and two that are interpolated along axes
 * that turn from cell to cell are mixed wrongly; so winds go by way of the earth:
 *
 *   (u, v) along the source's axes → (east, north) → interpolated → (u, v) along the target's axes
 * @module
 */
import { earthRelativeWind, type Field, gridRelativeWind } from "../core/index.ts";
import { regrid } from "./apply.ts";
import type { RegridWeights } from "./weights.ts";

/** What the components follow on the source: its own axes, as HRRR's do, or east and north, as GFS's and MRMS's do. */
export type WindFrame = "grid" | "earth";

/** Both components on the target grid and along its axes. Weights: nearest or bilinear. Errors as `regrid`. */
export function regridWind(
  u: Field,
  v: Field,
  frame: WindFrame,
  weights: RegridWeights,
): { readonly u: Field; readonly v: Field } {
  if (weights.kind === "cells") throw new RangeError("winds are interpolated, with nearest or bilinear weights");
  const { east, north } = frame === "earth" ? { east: u, north: v } : earthRelativeWind(u, v, weights.from);
  const { kind } = weights;
  return gridRelativeWind(regrid(east, kind, weights), regrid(north, kind, weights), weights.to);
}
