/**
 * Which hours train, which validate, which test: whole blocks of time, in that order, with a gap between them.
 *
 *   |── train ──|gap|── validation ──|gap|── test ──|
 *
 * Hours next to each other are nearly the same weather; shuffling them between splits would let the model be examined on what
 * it has learnt. The gap belongs to no split. A long archive is cut at midnight UTC, so that every split has each hour of the day
 * equally often.
 * @module
 */
import { formatHour, parseTime, RequestError, SECONDS_PER_HOUR, type ValidTime } from "../core/index.ts";

export type Split = "train" | "validation" | "test";

/** One unbroken stretch of valid times, both ends included. */
export interface SplitBlock {
  readonly split: Split;
  readonly first: ValidTime;
  readonly last: ValidTime;
}

/** Ascending, not overlapping. */
export type Splits = readonly SplitBlock[];

export interface SplitPlan {
  /** Shares of the hours left after the gaps; they sum to 1. A share of 0 leaves that split out, with its gap. */
  readonly fractions: Readonly<Record<Split, number>>;
  /** Hours between two blocks that belong to none. Default: a day, but at most a twentieth of the whole span. */
  readonly gapHours?: number;
}

export const SPLIT_NAMES: readonly Split[] = ["train", "validation", "test"];

/** Three fifths to learn from: a short series still leaves validation and test long enough for a forecast of some hours. */
export const DEFAULT_SPLIT_PLAN: SplitPlan = { fractions: { train: 0.6, validation: 0.2, test: 0.2 } };

/**
 * Cuts a regular time axis into blocks. Every block that has a share gets at least one hour, as long as there are hours; the
 * training block is served first and takes the rounding.
 * @throws RangeError when the fractions are negative or do not sum to 1.
 * @example blockSplits(times, { fractions: { train: 0.8, validation: 0.1, test: 0.1 }, gapHours: 24 })
 */
export function blockSplits(times: readonly ValidTime[], plan: SplitPlan = DEFAULT_SPLIT_PLAN): Splits {
  const shares = SPLIT_NAMES.map((split) => plan.fractions[split]);
  if (shares.some((share) => !(share >= 0)) || Math.abs(shares.reduce((a, b) => a + b, 0) - 1) > 1e-9) {
    throw new RangeError(`fractions must be at least 0 and sum to 1, got ${shares.join(", ")}`);
  }
  if (times.length === 0) return [];
  const days = wholeDays(times);
  if (days !== undefined) return expandDays(blockSplits(days, plan), times);
  const wanted = SPLIT_NAMES.filter((split) => plan.fractions[split] > 0).slice(0, times.length);
  const gap = gapSteps(times, plan.gapHours, wanted.length);
  const usable = times.length - gap * (wanted.length - 1);
  const later = wanted.slice(1).map((split) => Math.max(1, Math.round(plan.fractions[split] * usable)));
  const blocks: SplitBlock[] = [];
  let end = times.length - 1;
  for (let at = wanted.length - 1; at > 0; at--) {
    const start = end - later[at - 1] + 1;
    blocks.unshift({ split: wanted[at], first: times[start], last: times[end] });
    end = start - 1 - gap;
  }
  blocks.unshift({ split: wanted[0], first: times[0], last: times[end] });
  return blocks;
}

const SECONDS_PER_DAY = 86_400;
/** Two months and more: a day is then a small part of any split. */
const LONG_DAYS = 60;

/** Midnights of the days of a long axis, `undefined` for a short one or one whose days differ. The days are cut as hours are. */
function wholeDays(times: readonly ValidTime[]): ValidTime[] | undefined {
  const step = times.length > 1 ? times[1] - times[0] : SECONDS_PER_DAY;
  const [first, last] = [times[0], times[times.length - 1]].map((time) => Math.floor(time / SECONDS_PER_DAY));
  if (step >= SECONDS_PER_DAY || SECONDS_PER_DAY % step !== 0 || last - first < LONG_DAYS) return undefined;
  return Array.from({ length: last - first + 1 }, (_, day) => ((first + day) * SECONDS_PER_DAY) as ValidTime);
}

/** Blocks of days as blocks of the times in them. */
function expandDays(blocks: Splits, times: readonly ValidTime[]): Splits {
  return blocks.map(({ split, first, last }) => {
    const own = times.filter((time) => time >= first && time < last + SECONDS_PER_DAY);
    return { split, first: own[0], last: own[own.length - 1] };
  });
}

/** Places of splits named by people: `train=2024-05-01..2024-06-30,validation=2024-07-02..2024-07-09T12Z`; both ends included. */
const BLOCK = /^(train|validation|test)=([^.]+)\.\.([^.]+)$/;

/**
 * Blocks as people write them, in any order, a split as often as wanted. A date alone means all of its day.
 * @throws RequestError for what is no block, ends before it begins, or overlaps another; `place` names the flag.
 * @example parseBlocks("train=2024-05-01..2024-06-30,validation=2024-07-02..2024-07-15", "--splits")
 */
export function parseBlocks(text: string, place: string): Splits {
  const blocks = text.split(",").map((part): SplitBlock => {
    const match = BLOCK.exec(part.trim());
    if (match === null) {
      throw new RequestError({
        place,
        expected: "blocks like train=2024-05-01..2024-06-30, of train, validation and test",
        got: JSON.stringify(part),
      });
    }
    const [, split, from, to] = match;
    const first = parseTime(from, place) as ValidTime;
    const last = (parseTime(to, place) + (isDate(to) ? SECONDS_PER_DAY - 1 : 0)) as ValidTime;
    if (last >= first) return { split: split as Split, first, last };
    throw new RequestError({ place, expected: `an end after ${formatHour(first)}`, got: formatHour(last) });
  });
  const ordered = blocks.toSorted((a, b) => a.first - b.first);
  for (const [at, block] of ordered.entries()) {
    if (at === 0 || block.first > ordered[at - 1].last) continue;
    throw new RequestError({
      place,
      expected: "blocks that do not overlap",
      got: `${block.split} from ${formatHour(block.first)} in ${ordered[at - 1].split} to ${formatHour(ordered[at - 1].last)}`,
      remedy: "leave a day between them: the next hour is nearly the same weather",
    });
  }
  return ordered;
}

const isDate = (text: string): boolean => /^\d{4}-?\d{2}-?\d{2}$/.test(text.trim());

/** The gap in steps, never so wide that a block would be left without an hour. */
function gapSteps(times: readonly ValidTime[], gapHours: number | undefined, blocks: number): number {
  if (blocks < 2) return 0;
  const stepHours = (times[1] - times[0]) / SECONDS_PER_HOUR;
  const wanted = gapHours === undefined ? Math.min(24 / stepHours, times.length / 20) : gapHours / stepHours;
  return Math.min(Math.round(wanted), Math.floor((times.length - blocks) / (blocks - 1)));
}

/** The block a time lies in; undefined in a gap or outside. */
export function blockOf(splits: Splits, time: ValidTime): SplitBlock | undefined {
  return splits.find(({ first, last }) => first <= time && time <= last);
}

/** The split a time lies in; undefined in a gap or outside. */
export function splitOf(splits: Splits, time: ValidTime): Split | undefined {
  return blockOf(splits, time)?.split;
}
