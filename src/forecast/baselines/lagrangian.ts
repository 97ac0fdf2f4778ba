/**
 * Lagrangian persistence: each field goes on as it moves, and does not change otherwise (Germann & Zawadzki 2002). Its motion is that of the
 * last frames of the archive; one without structure stays. What comes in over the edge is missing.
 *
 * An ensemble of it errs in the motion, as forecasts of motion do. Member m has two numbers ε of a Laplace distribution with standard
 * deviation 1, along and across the motion d (Bowler, Pierce & Seed 2006, equations 11 to 13; t in minutes, km/h):
 *
 *   d'(t) = d + f · (g_∥(t) ε_∥ d/|d| + g_⊥(t) ε_⊥ d⊥/|d|)      g_∥ = 10.88 t^0.23 − 7.68,   g_⊥ = 5.76 t^0.31 − 2.72
 *
 * f is the spread asked for: 1 as in the paper, 0 for members that are all alike.
 * @module
 */
import type { Archive } from "../../archive/index.ts";
import {
  cellCount,
  cellSizeKm,
  fieldOf,
  type Grid,
  type InitTime,
  type LatLonGrid,
  leadAfter,
  leadSeconds,
  uniforms,
  VARIABLES,
  type ValidTime,
} from "../../core/index.ts";
import { type Displacement, followedBack, movedField } from "../../motion/index.ts";
import { lastFrames, motionOfFrames, readPresent } from "../../run/index.ts";
import { oneByOne } from "../forecaster.ts";
import type { ForecastMethod } from "../method.ts";

export interface LagrangianOptions {
  readonly seed: number;
  readonly initTime: InitTime;
  /** Frames the motion is taken from at most, the analysis included. Default 3. */
  readonly frames?: number;
  /** f above. Default 1. */
  readonly motionSpread?: number;
}

/** @throws RequestError when the archive does not hold the state one step before the init time */
export async function lagrangian(
  archive: Archive,
  { seed, initTime, frames, motionSpread = 1 }: LagrangianOptions,
): Promise<ForecastMethod> {
  const { channels, grid, stepHours } = archive;
  const time = initTime as number as ValidTime;
  const motions: Displacement[] = [];
  let seen = 0;
  for (const channel of channels) {
    const last = await lastFrames(archive, channel, time, frames);
    motions.push(motionOfFrames(last, channel, grid));
    seen = last.length;
  }
  const initial = await readPresent(archive, channels, time);
  const cells = cellCount(grid);
  let newest: { readonly member: number; readonly steps: number; readonly ways: readonly Displacement[] } | undefined;

  /** The ways back after so many steps; the newest are kept, since a member's next step begins with them. */
  const waysAfter = (member: number, steps: number): readonly Displacement[] => {
    if (steps === 0) return [];
    if (newest?.member === member && newest.steps === steps) return newest.ways;
    const before = waysAfter(member, steps - 1);
    const errors = motionErrors(seed, initTime, member);
    const made = motions.map((motion, at) =>
      followedBack(perturbed(motion, motionSpread, errors, grid, stepHours, steps), before.at(at)),
    );
    newest = { member, steps, ways: made };
    return made;
  };
  return {
    title: `Lagrangian persistence, motion of ${seen} frames${motionSpread > 0 ? `, motion spread ${motionSpread}` : ""}`,
    space: { channels, grid },
    stepHours,
    provenance: { frames: seen, motionSpread },
    splits: [],
    forecast: oneByOne(async (_, { member, leadHours }) => {
      const back = waysAfter(member, Math.round(leadHours / stepHours));
      const out = new Float32Array(initial.length);
      for (const [at, channel] of channels.entries()) {
        const { floor, ceiling } = VARIABLES[channel];
        out.set(movedField(fieldOf(initial, at, cells), back[at], floor ?? ceiling), at * cells);
      }
      return out;
    }),
    batch: 1,
    ...(motionSpread > 0 ? {} : { memberLimit: 1 }),
    keepsMissing: true,
    close: async () => {},
  };
}

const KILOMETERS_PER_DEGREE = 111.2;

/** Size of a cell; on a latitude–longitude grid, from south to north. */
function cellKilometers(grid: Grid): number {
  return cellSizeKm(grid) ?? (grid as LatLonGrid).dLatitudeDegrees * KILOMETERS_PER_DEGREE;
}

/** ε along and across, of one member of one forecast. */
function motionErrors(seed: number, initTime: InitTime, member: number): readonly [number, number] {
  const [a, b] = uniforms({ seed, purpose: "motion error", member, index: initTime }, 2);
  return [laplace(a), laplace(b)];
}

/** Uniform in [0, 1) to Laplace with standard deviation 1. */
function laplace(uniform: number): number {
  const centered = uniform - 0.5;
  return (-Math.sign(centered) * Math.log(Math.max(1 - 2 * Math.abs(centered), 2 ** -32))) / Math.SQRT2;
}

/** d' at a step, in cells. */
function perturbed(
  motion: Displacement,
  spread: number,
  [along, across]: readonly [number, number],
  grid: Grid,
  stepHours: number,
  steps: number,
): Displacement {
  if (spread === 0) return motion;
  const minutes = leadSeconds(leadAfter(steps, stepHours)) / 60;
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
