import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { blockOf, blockSplits, parseBlocks, SPLIT_NAMES, splitOf } from "../../src/archive/index.ts";
import { formatTime, utcSeconds, type ValidTime } from "../../src/core/index.ts";

const axis = (hours: number): ValidTime[] => Array.from({ length: hours }, (_, at) => (at * 3600) as ValidTime);
const inHours = (splits: ReturnType<typeof blockSplits>) =>
  splits.map(({ split, first, last }) => [split, first / 3600, last / 3600]);

describe("splits", () => {
  test("are blocks in order with a gap between them", () => {
    const fractions = { train: 0.6, validation: 0.2, test: 0.2 };
    expect(inHours(blockSplits(axis(104), { fractions, gapHours: 2 }))).toEqual([
      ["train", 0, 59],
      ["validation", 62, 81],
      ["test", 84, 103],
    ]);
  });

  test("41 hours leave a validation and a test block that hold a forecast of six hours", () => {
    expect(inHours(blockSplits(axis(41)))).toEqual([
      ["train", 0, 22],
      ["validation", 25, 31],
      ["test", 34, 40],
    ]);
  });

  test("a year has gaps of a day", () => {
    const [train, validation] = inHours(blockSplits(axis(8760)));
    expect((validation[1] as number) - (train[2] as number)).toBe(25);
  });

  test("a share of 0 leaves its split out", () => {
    const fractions = { train: 0.8, validation: 0, test: 0.2 };
    expect(inHours(blockSplits(axis(10), { fractions, gapHours: 0 }))).toEqual([
      ["train", 0, 7],
      ["test", 8, 9],
    ]);
  });

  test("never overlap, never touch a gap, and give every split an hour while there are hours", () => {
    assert(
      property(integer({ min: 1, max: 300 }), integer({ min: 0, max: 60 }), (hours, gapHours) => {
        const times = axis(hours);
        const splits = blockSplits(times, { fractions: { train: 0.5, validation: 0.3, test: 0.2 }, gapHours });
        expect(splits.map(({ split }) => split)).toEqual(SPLIT_NAMES.slice(0, hours));
        expect(splits[0].first).toBe(times[0]);
        expect(splits.at(-1)?.last).toBe(times.at(-1));
        for (const [at, block] of splits.entries()) {
          expect(block.first).toBeLessThanOrEqual(block.last);
          if (at > 0) expect(block.first).toBeGreaterThan(splits[at - 1].last);
        }
      }),
    );
  });

  test("tell the split and the block of a time, none in a gap", () => {
    const splits = blockSplits(axis(104), { fractions: { train: 0.6, validation: 0.2, test: 0.2 }, gapHours: 2 });
    expect([0, 59, 60, 61, 62, 104].map((hour) => splitOf(splits, (hour * 3600) as ValidTime))).toEqual([
      "train",
      "train",
      undefined,
      undefined,
      "validation",
      undefined,
    ]);
    expect(blockOf(splits, (85 * 3600) as ValidTime)).toBe(splits[2]);
  });

  test("fractions must sum to 1", () => {
    expect(() => blockSplits(axis(9), { fractions: { train: 0.6, validation: 0.2, test: 0.1 } })).toThrow(RangeError);
    expect(() => blockSplits(axis(9), { fractions: { train: 1.2, validation: -0.2, test: 0 } })).toThrow(RangeError);
  });

  test("of two months and more are whole days, and each split has every hour of the day equally often", () => {
    const start = utcSeconds(2024, 5, 1, 6) as ValidTime;
    const times = Array.from({ length: 61 * 24 }, (_, at) => (start + at * 3600) as ValidTime);
    const splits = blockSplits(times);
    expect(splits.map(({ split, first, last }) => [split, formatTime(first), formatTime(last)])).toEqual([
      ["train", "2024-05-01T06:00:00Z", "2024-06-05T23:00:00Z"],
      ["validation", "2024-06-07T00:00:00Z", "2024-06-18T23:00:00Z"],
      ["test", "2024-06-20T00:00:00Z", "2024-07-01T05:00:00Z"],
    ]);
  });

  test("can be named by date, both ends included, a date alone being all of its day", () => {
    const splits = parseBlocks("validation=2024-07-02..2024-07-09T12Z, train=2024-05-01..2024-06-30", "--splits");
    expect(splits.map(({ split, first, last }) => [split, formatTime(first), formatTime(last)])).toEqual([
      ["train", "2024-05-01T00:00:00Z", "2024-06-30T23:59:59Z"],
      ["validation", "2024-07-02T00:00:00Z", "2024-07-09T12:00:00Z"],
    ]);
  });

  test.each([
    ["train=2024-05-01", "expected blocks like train=2024-05-01..2024-06-30"],
    ["training=2024-05-01..2024-05-02", "expected blocks like"],
    ["train=2024-05-03..2024-05-02T06Z", "expected an end after 2024-05-03 00Z, got 2024-05-02 06Z"],
    [
      "train=2024-05-01..2024-05-31,test=2024-05-31..2024-06-02",
      "got test from 2024-05-31 00Z in train to 2024-05-31 23:59:59Z",
    ],
    ["train=2024-02-30..2024-03-01", "expected a UTC time"],
  ])("named as %s are refused", (text, complaint) => {
    expect(() => parseBlocks(text, "--splits")).toThrow(complaint);
  });
});
