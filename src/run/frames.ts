/**
 * The last frames of a field before a time, and how it moves in them: what storms are followed by, with and without a network.
 * @module
 */
import type { Archive } from "../archive/index.ts";
import {
  type Field,
  formatHour,
  type Grid,
  leadSeconds,
  RequestError,
  VARIABLES,
  type ValidTime,
  type VariableName,
} from "../core/index.ts";
import { type Displacement, motionOf, type Plane } from "../motion/index.ts";

/** Frames a motion is taken from, where the archive has as many. */
const FRAMES = 3;

export interface FrameOptions {
  /** Hours between frames. Default: the archive's step. */
  readonly stepHours?: number;
  /** Default 3. */
  readonly most?: number;
}

/**
 * Frames of one channel a step apart up to `time`, oldest first: at least two, or there is no motion to be seen.
 * @throws RequestError when there is no frame at `time` or one step before
 */
export async function lastFrames(
  archive: Archive,
  channel: VariableName,
  time: ValidTime,
  { stepHours = archive.stepHours, most = FRAMES }: FrameOptions = {},
): Promise<Field[]> {
  const stepSeconds = leadSeconds(stepHours);
  const frames: Field[] = [];
  for (let back = 0; back < most; back++) {
    const at = (time - back * stepSeconds) as ValidTime;
    if (!hasFrame(archive, at)) {
      if (back >= 2) break;
      throw new RequestError({
        place: archive.path,
        expected: `the state at ${formatHour(at)}, to see how it moves`,
        got: "none",
        remedy: "choose a later init time",
      });
    }
    frames.unshift(await archive.readField(at, channel));
  }
  return frames;
}

/** Whether an archive holds anything of a time, be it with missing cells. */
export function hasFrame(archive: Archive, time: ValidTime): boolean {
  return archive.times.includes(time) && !Number.isNaN(archive.leadHours(time));
}

/** Motion of a channel in its frames, oldest first, in cells a step. */
export function motionOfFrames(frames: readonly Field[], channel: VariableName, grid: Grid): Displacement {
  return motionOf(frames.map((frame) => planeOf(frame, channel, grid)));
}

/** A field as motion is found in it: missing cells as if nothing were there, spread about 1. */
function planeOf(field: Field, channel: VariableName, { nx, ny }: Grid): Plane {
  const { floor, ceiling } = VARIABLES[channel];
  let [sum, squares, count] = [0, 0, 0];
  for (const value of field) {
    if (Number.isNaN(value)) continue;
    sum += value;
    squares += value * value;
    count++;
  }
  const mean = count > 0 ? sum / count : 0;
  const nothing = floor ?? ceiling ?? mean;
  const std = Math.sqrt(Math.max(squares / Math.max(count, 1) - mean * mean, 0)) || 1;
  return { nx, ny, values: field.map((value) => ((Number.isNaN(value) ? nothing : value) - mean) / std) };
}
