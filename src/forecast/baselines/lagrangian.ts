/**
 * Lagrangian persistence: each field goes on as it moves, and does not change otherwise (Germann & Zawadzki 2002). Its motion is that of the
 * last frames of the archive; one without structure stays. What comes in over the edge is missing.
 *
 * An ensemble of it errs in the motion, as forecasts of motion do (`motion/errors.ts`).
 * @module
 */
import { type Archive, hoursDigest } from "../../archive/index.ts";
import {
  cellCount,
  fieldOf,
  type InitTime,
  leadAfter,
  leadSeconds,
  VARIABLES,
  type ValidTime,
} from "../../core/index.ts";
import { type Displacement, erringMotion, followedBack, motionErrors, movedField } from "../../motion/index.ts";
import { lastFrames, motionOfFrames, readPresent } from "../../run/index.ts";
import { oneByOne } from "../forecaster.ts";
import type { ForecastMethod } from "../method.ts";

export interface LagrangianOptions {
  readonly seed: number;
  readonly initTime: InitTime;
  /** Frames the motion is taken from at most, the analysis included. Default 3. */
  readonly frames?: number;
  /** f of `motion/errors.ts`: 1 as in the paper, 0 for members that are all alike. Default 1. */
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
    const last = await lastFrames(archive, channel, time, { ...(frames !== undefined && { most: frames }) });
    motions.push(motionOfFrames(last, channel, grid));
    seen = last.length;
  }
  const step = leadSeconds(stepHours);
  const hours = await hoursDigest(
    archive,
    Array.from({ length: seen }, (_, back) => (time - back * step) as ValidTime),
  );
  const initial = await readPresent(archive, channels, time);
  const cells = cellCount(grid);
  let newest: { readonly member: number; readonly steps: number; readonly ways: readonly Displacement[] } | undefined;

  /** The ways back after so many steps; the newest are kept, since a member's next step begins with them. */
  const waysAfter = (member: number, steps: number): readonly Displacement[] => {
    if (steps === 0) return [];
    if (newest?.member === member && newest.steps === steps) return newest.ways;
    const before = waysAfter(member, steps - 1);
    const errors = motionErrors({ seed, purpose: "motion error", member, index: initTime });
    const erring = { spread: motionSpread, grid, stepHours, leadHours: leadAfter(steps, stepHours) };
    const made = motions.map((motion, at) => followedBack(erringMotion(motion, errors, erring), before.at(at)));
    newest = { member, steps, ways: made };
    return made;
  };
  return {
    title: `Lagrangian persistence, motion of ${seen} frames${motionSpread > 0 ? `, motion spread ${motionSpread}` : ""}`,
    space: { channels, grid },
    stepHours,
    provenance: { frames: seen, motionSpread, ...(hours !== undefined && { hours }) },
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
