/**
 * Errors of a motion, as forecasts of motion have them (Bowler, Pierce & Seed 2006, equations 11 to 13). A member has two numbers ε of a
 * Laplace distribution with standard deviation 1, along and across the motion d (t in minutes, km/h):
 *
 *   d'(t) = d + f · (g_∥(t) ε_∥ d/|d| + g_⊥(t) ε_⊥ d⊥/|d|)      g_∥ = 10.88 t^0.23 − 7.68,   g_⊥ = 5.76 t^0.31 − 2.72
 *
 * f is the spread asked for: 1 as in the paper, 0 for members that are all alike.
 * @module
 */
import {
  cellSizeKm,
  type Grid,
  type LatLonGrid,
  type LeadHours,
  leadSeconds,
  type RandomKey,
  uniforms,
} from "../core/index.ts";
import type { Displacement } from "./plane.ts";

/** ε along and across. */
export type MotionErrors = readonly [along: number, across: number];

/** The errors of one member: the same for a whole forecast, so its key holds no lead. */
export function motionErrors(key: RandomKey): MotionErrors {
  const [a, b] = uniforms(key, 2);
  return [laplace(a), laplace(b)];
}

/** Uniform in [0, 1) to Laplace with standard deviation 1. */
function laplace(uniform: number): number {
  const centered = uniform - 0.5;
  return (-Math.sign(centered) * Math.log(Math.max(1 - 2 * Math.abs(centered), 2 ** -32))) / Math.SQRT2;
}

export interface ErringOptions {
  /** f above. */
  readonly spread: number;
  readonly grid: Grid;
  /** Hours a step of the motion spans. */
  readonly stepHours: number;
  /** t above. */
  readonly leadHours: LeadHours;
}

/** d' at a lead, in cells a step; `motion` itself without a spread. */
export function erringMotion(
  motion: Displacement,
  [along, across]: MotionErrors,
  { spread, grid, stepHours, leadHours }: ErringOptions,
): Displacement {
  if (spread === 0) return motion;
  const minutes = leadSeconds(leadHours) / 60;
  const cellsPerStep = (spread * stepHours) / cellKilometers(grid);
  const a = cellsPerStep * along * (10.88 * minutes ** 0.23 - 7.68);
  const b = cellsPerStep * across * (5.76 * minutes ** 0.31 - 2.72);
  const { nx, ny, dx, dy } = motion;
  const out = { nx, ny, dx: new Float32Array(dx.length), dy: new Float32Array(dy.length) };
  for (let i = 0; i < dx.length; i++) {
    const speed = Math.hypot(dx[i], dy[i]);
    const [ux, uy] = speed > 1e-12 ? [dx[i] / speed, dy[i] / speed] : [0, 0];
    out.dx[i] = dx[i] + a * ux - b * uy;
    out.dy[i] = dy[i] + a * uy + b * ux;
  }
  return out;
}

const KILOMETERS_PER_DEGREE = 111.2;

/** Size of a cell; on a latitude–longitude grid, from south to north. */
function cellKilometers(grid: Grid): number {
  return cellSizeKm(grid) ?? (grid as LatLonGrid).dLatitudeDegrees * KILOMETERS_PER_DEGREE;
}
