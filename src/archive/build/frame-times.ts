/**
 * Frames of radar come every two minutes or so, give or take some seconds, and an archive has whole steps. The steps are laid through the
 * frames, and each frame is put to its nearest:
 *
 *   o = t₀ + median (tₖ − t₀ − h round((tₖ − t₀) / h)),     frame k → step round((tₖ − o) / h)      h the step
 *
 * A frame farther from its step than a quarter of one, or than the five minutes that `fetch mrms` and `verify` allow, does not keep the step,
 * and is refused: put to a step all the same, storms would move at another speed than they did. Frames that are whole steps apart to the
 * second stay where they are. Steps of all others are of the clock, so that an hour's is 11:00 and not 11:00:40: whole steps from 00 UTC
 * where these are as near as that, else whole minutes. The true times stay with the archive.
 * @module
 */
import { formatLead, formatTime, RequestError, type ValidTime } from "../../core/index.ts";

export interface Timed {
  readonly name: string;
  readonly time: ValidTime;
}

/** A frame and the valid time of its step. */
export type Stepped<T extends Timed> = T & { readonly step: ValidTime };

const MOST_OFF_SECONDS = 300;
/** Longer without a frame, and it is two archives. */
const LONGEST_GAP_DAYS = 31;
const DAY_SECONDS = 86_400;

/**
 * Frames in order of their times, each with its step.
 * @throws RequestError when two are of one time, when one does not keep the step, or when they are of times far apart
 */
export function onSteps<T extends Timed>(frames: readonly T[], stepSeconds: number): Stepped<T>[] {
  const ascending = frames.toSorted((a, b) => a.time - b.time);
  for (const [at, frame] of ascending.slice(1).entries()) requireApart(ascending[at], frame);
  const [{ time: first }] = ascending;
  const { off, origin, most, odd } = laidThrough(ascending, stepSeconds);
  if (odd !== undefined) {
    throw new RequestError({
      place: odd.name,
      expected: `a time within ${most} s of whole steps of ${formatLead(stepSeconds / 3600)} from ${formatTime(first)}${daysOf(ascending)}`,
      got: formatTime(odd.time),
      remedy: `${adviceOf(ascending)}leave it out`,
    });
  }
  const isExact = off.every((seconds) => seconds === 0);
  const start = isExact ? first : clockTime(origin, stepSeconds, most);
  const stepped = ascending.map((frame) => ({
    ...frame,
    step: (start + nearestStep(frame.time, origin, stepSeconds) - origin) as ValidTime,
  }));
  const twice = stepped.slice(1).find(({ step }, at) => step === stepped[at].step);
  if (twice === undefined) return stepped;
  throw new RequestError({
    place: twice.name,
    expected: `one frame within ${most} s of a step of ${formatLead(stepSeconds / 3600)}`,
    got: "a second",
    remedy: `${adviceOf(ascending)}leave it out`,
  });
}

const nearestStep = (time: number, origin: number, stepSeconds: number): number =>
  origin + stepSeconds * Math.round((time - origin) / stepSeconds);

/** Steps through ascending frames: how far these lie off steps from the first one, and the first frame that keeps no step. */
function laidThrough<T extends Timed>(
  ascending: readonly T[],
  stepSeconds: number,
): { readonly off: number[]; readonly origin: number; readonly most: number; readonly odd: T | undefined } {
  const [{ time: first }] = ascending;
  const off = ascending.map(({ time }) => time - nearestStep(time, first, stepSeconds)).sort((a, b) => a - b);
  const origin = first + off[Math.floor((off.length - 1) / 2)];
  const most = Math.min(stepSeconds / 4, MOST_OFF_SECONDS);
  const odd = ascending.find(({ time }) => Math.abs(time - nearestStep(time, origin, stepSeconds)) > most);
  return { off, origin, most, odd };
}

/** The time of the clock nearest to where the steps lie. */
function clockTime(origin: number, stepSeconds: number, mostOff: number): number {
  const wholeStep = stepSeconds * Math.round(origin / stepSeconds);
  if (DAY_SECONDS % stepSeconds === 0 && Math.abs(origin - wholeStep) <= mostOff) return wholeStep;
  return stepSeconds % 60 === 0 ? 60 * Math.round(origin / 60) : origin;
}

function requireApart(before: Timed, { name, time }: Timed): void {
  if (time === before.time) {
    throw new RequestError({
      place: name,
      expected: "one frame a time",
      got: `a second of ${formatTime(time)}, beside ${before.name}`,
      remedy: "leave one of them out",
    });
  }
  if (time - before.time <= LONGEST_GAP_DAYS * DAY_SECONDS) return;
  throw new RequestError({
    place: name,
    expected: `frames of one period: the one before it, ${before.name}, is of ${formatTime(before.time)}`,
    got: formatTime(time),
    remedy: `build an archive of each period; more than ${LONGEST_GAP_DAYS} days lie between them`,
  });
}

/** What days the frames are of, where there are several. */
function daysOf(frames: readonly Timed[]): string {
  const days = new Map<string, number>();
  for (const { time } of frames) {
    const day = formatTime(time).slice(0, 10);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  if (days.size < 2) return "";
  return ` in frames of ${[...days].map(([day, count]) => `${day} (${count})`).join(", ")}`;
}

/** The step that the frames keep, if it is the median of the times between them: other advice would be refused in its turn. */
function adviceOf(ascending: readonly Timed[]): string {
  const gaps = ascending.slice(1).map(({ time }, at) => time - ascending[at].time);
  const usual = Math.round(gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] / 60);
  if (!(usual >= 1)) return "";
  const { origin, odd } = laidThrough(ascending, 60 * usual);
  const steps = ascending.map(({ time }) => nearestStep(time, origin, 60 * usual));
  const keepIt = odd === undefined && new Set(steps).size === steps.length;
  return keepIt ? `choose another step with --step-minutes, such as ${usual}, or ` : "";
}
