import { describe, expect, it } from "vitest";
import { onSteps } from "../../src/archive/build/frame-times.ts";
import { createArchive, openArchive, validateArchive } from "../../src/archive/index.ts";
import { formatTime, parseTime, type ValidTime } from "../../src/core/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { describeHours, hour, hoursOf } from "./example.ts";

const folder = scratchFolder("frame-times");

const framesAt = (...times: string[]) =>
  times.map((text) => ({ name: text, time: parseTime(`2022-07-${text}`, "test") as ValidTime }));
const steps = (stepSeconds: number, ...times: string[]): string[] =>
  onSteps(framesAt(...times), stepSeconds).map(({ step }) => formatTime(step).slice(8, -1));

describe("frames on steps", () => {
  it("that are whole steps apart stay where they are", () => {
    expect(steps(120, "04T11:00", "04T11:04", "04T11:02")).toEqual(["04T11:00:00", "04T11:02:00", "04T11:04:00"]);
    expect(steps(240, "04T11:02", "04T11:06")).toEqual(["04T11:02:00", "04T11:06:00"]);
    expect(steps(1, "04T11:02:07", "04T11:02:09")).toEqual(["04T11:02:07", "04T11:02:09"]);
    expect(steps(120, "04T11:00:40", "04T11:02:40")).toEqual(["04T11:00:40", "04T11:02:40"]);
  });

  it("some seconds off come to the nearest, all by the same minute, whichever is the first", () => {
    const seconds = ["04T11:00:40", "04T11:02:38", "04T11:04:41", "04T11:08:36"];
    const expected = ["04T11:01:00", "04T11:03:00", "04T11:05:00", "04T11:09:00"];
    expect(steps(120, ...seconds)).toEqual(expected);
    expect(steps(120, ...seconds.toReversed())).toEqual(expected);
    // Around half a minute, where each for itself would fall to either side.
    expect(steps(120, "04T11:00:28", "04T11:02:31", "04T11:04:29", "04T11:06:32")).toEqual([
      "04T11:00:00",
      "04T11:02:00",
      "04T11:04:00",
      "04T11:06:00",
    ]);
  });

  it("some seconds off come to the clock's own steps where these are near enough", () => {
    expect(steps(3600, "04T11:00:40", "04T12:00:38")).toEqual(["04T11:00:00", "04T12:00:00"]);
    expect(steps(600, "04T11:09:20", "04T11:19:25")).toEqual(["04T11:10:00", "04T11:20:00"]);
    // A quarter of two minutes is less than the 40 s to 11:00 or the 80 s to 11:02.
    expect(steps(120, "04T11:00:40", "04T11:02:41")).toEqual(["04T11:01:00", "04T11:03:00"]);
  });

  it("an hour apart are up to five minutes off, as fetch mrms and verify take them, and no more", () => {
    const hourly = ["04T11:00:40", "04T12:00:38", "04T12:58:41", "04T14:02:03"];
    expect(steps(3600, ...hourly)).toEqual(["04T11:00:00", "04T12:00:00", "04T13:00:00", "04T14:00:00"]);
    expect(() => steps(3600, ...hourly, "04T15:06:00")).toThrow(
      /^04T15:06:00: expected a time within 300 s of whole steps of 1 h .*, got 2022-07-04T15:06:00Z; leave it out$/,
    );
  });

  it("are refused without advice that would be refused in its turn", () => {
    for (const [stepSeconds, ...odd] of [
      [120, "04T11:00:40", "04T11:01:20", "04T11:02:40", "04T11:04:40"],
      [120, "04T11:00", "04T11:02", "04T11:04", "04T11:05"],
    ] as const) {
      expect(() => steps(stepSeconds, ...odd)).toThrow(/expected a time within 30 s .*Z; leave it out$/);
    }
  });

  it("are refused where they do not keep the step, with the one they keep", () => {
    expect(() => steps(180, "04T11:00:40", "04T11:02:38", "04T11:04:41")).toThrow(
      "04T11:02:38: expected a time within 45 s of whole steps of 3 min from 2022-07-04T11:00:40Z, got 2022-07-04T11:02:38Z; choose another step with --step-minutes, such as 2, or leave it out",
    );
    expect(() => steps(600, "04T11:00", "04T11:05")).toThrow(/such as 5/);
    expect(() => steps(120, "04T11:00", "04T11:02", "05T11:03", "04T11:04")).toThrow(
      /05T11:03: .* in frames of 2022-07-04 \(3\), 2022-07-05 \(1\), got 2022-07-05T11:03:00Z/,
    );
  });

  it("are refused where two are of one time or one step, or of times that are no one period", () => {
    expect(() => steps(120, "04T11:00", "04T11:02", "04T11:02")).toThrow(
      "04T11:02: expected one frame a time, got a second of 2022-07-04T11:02:00Z, beside 04T11:02",
    );
    expect(() => steps(120, "04T11:00:00", "04T11:00:10", "04T11:02:00")).toThrow(
      /expected one frame within 30 s of a step of 2 min, got a second/,
    );
    const [a, b] = [framesAt("04T11:00")[0], { name: "b", time: parseTime("2019-06-10", "test") as ValidTime }];
    expect(() => onSteps([a, b], 120)).toThrow(
      /04T11:00: expected frames of one period: the one before it, b, is of 2019-06-10T00:00:00Z, got 2022-07-04T11:00:00Z/,
    );
  });
});

it("an archive keeps when each of its steps was observed, and is sound", async () => {
  async function* observed() {
    for await (const one of hoursOf([0, 2])) yield { ...one, observedAt: one.time + 7 };
  }
  const [path, plain] = [`${folder}/x.zarr`, `${folder}/plain.zarr`];
  await createArchive(path, describeHours(3), observed());
  const { observedTime } = await openArchive(path);
  expect([0, 1, 2].map((at) => observedTime?.(hour(at)))).toEqual([hour(0) + 7, Number.NaN, hour(2) + 7]);
  expect((await validateArchive(path)).problems).toEqual([]);
  await createArchive(plain, describeHours(3), hoursOf([0, 2]));
  expect((await openArchive(plain)).observedTime).toBeUndefined();
});
