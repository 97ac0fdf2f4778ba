/**
 * Which levels of a discrete schedule a sampler visits: any sub-sequence will do, since plans are computed from the levels themselves.
 * @module
 */
import { type NoiseLevel, type NoiseSchedule, noiseLevel } from "../schedule.ts";

/** Rounds halves to even, as numpy does where diffusers lays out its steps. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** linspace(0, T−1, n+1) rounded, from the top, without 0: 999, 899, … 100 for n = 10. As diffusers' solvers visit them. */
export function linspaceTimesteps(scheduleSteps: number, samplerSteps: number): number[] {
  if (!(Number.isInteger(samplerSteps) && samplerSteps >= 1 && samplerSteps < scheduleSteps)) {
    throw new RangeError(`sampler steps must be an integer in 1..${scheduleSteps - 1}, got ${samplerSteps}`);
  }
  const timesteps: number[] = [];
  for (let k = samplerSteps; k >= 1; k--) timesteps.push(roundHalfEven((k * (scheduleSteps - 1)) / samplerSteps));
  return timesteps;
}

/** The levels of `linspaceTimesteps`. @throws RangeError unless 1 ≤ samplerSteps < T */
export function linspaceLevels(schedule: NoiseSchedule, samplerSteps: number): NoiseLevel[] {
  return linspaceTimesteps(schedule.steps, samplerSteps).map((timestep) => noiseLevel(schedule, timestep));
}
