import { describe, expect, it } from "vitest";
import { membersOf, parseShard } from "../../src/forecast/index.ts";

const parse = (text: string, environment: Record<string, string> = {}) => parseShard(text, "--shard", environment);

const slurm = (id: number, min: number, max: number, step: number, count: number): Record<string, string> => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_STEP: String(step),
  SLURM_ARRAY_TASK_COUNT: String(count),
});
const batch = (index: number, size: number): Record<string, string> => ({
  AWS_BATCH_JOB_ARRAY_INDEX: String(index),
  AWS_BATCH_JOB_ARRAY_SIZE: String(size),
});

describe("a shard", () => {
  it.each([
    ["a number of its own", "3/8", {}, { index: 3, count: 8 }],
    ["Slurm, counting from 5 by threes", "auto", slurm(11, 5, 14, 3, 4), { index: 3, count: 4 }],
    ["Slurm, all of as many tasks as are given", "auto/6", slurm(6, 1, 6, 1, 6), { index: 6, count: 6 }],
    ["AWS Batch", "auto", { AWS_BATCH_JOB_ARRAY_INDEX: "0", AWS_BATCH_JOB_ARRAY_SIZE: "20" }, { index: 1, count: 20 }],
    ["a Kubernetes indexed job", "auto/6", { JOB_COMPLETION_INDEX: "5" }, { index: 6, count: 6 }],
  ])("is read from %s", (_, text, environment, expected) => {
    expect(parse(text, environment)).toEqual(expected);
  });

  it.each([
    ["0/3", {}],
    ["4/3", {}],
    ["1.5/3", {}],
    ["1/2/3", {}],
    ["x/3", {}],
    ["", {}],
    ["auto", {}],
    ["auto", { JOB_COMPLETION_INDEX: "2" }],
    ["auto/2", { JOB_COMPLETION_INDEX: "2" }],
    ["auto/x", { JOB_COMPLETION_INDEX: "2" }],
    ["auto/3", { JOB_COMPLETION_INDEX: "-1" }],
    ["auto/3", { JOB_COMPLETION_INDEX: "2x" }],
    ["auto/3", { JOB_COMPLETION_INDEX: "1", ...slurm(1, 1, 3, 1, 3) }],
  ])("refuses %j with %j", (text, environment) => {
    expect(() => parse(text, environment as Record<string, string>)).toThrow(/^--shard: expected/);
  });

  it.each([
    // --array=2,5 of six, as one makes good what failed: Slurm 22.05 tells two tasks and a stride of 1, and --array=2-5:3 one of 3.
    [
      "auto/6",
      slurm(5, 2, 5, 3, 2),
      "expected an array of 6 tasks for auto/6, got one of 2; submit all 6; to make single shards",
    ],
    ["auto/6", slurm(2, 2, 5, 1, 2), "got 2 tasks from 2 to 5 in strides of 1"],
    // --array=1,2,4: nobody would make the third.
    ["auto", slurm(4, 1, 4, 1, 3), "got 3 tasks from 1 to 4 in strides of 1; submit all of them"],
    ["auto", slurm(3, 0, 4, 2, 3), "got 3 tasks from 0 to 4"],
    ["auto/4", { SLURM_ARRAY_TASK_ID: "3" }, "expected SLURM_ARRAY_TASK_MIN, _MAX and _COUNT beside _ID"],
    ["auto/6", batch(1, 4), "expected an array of 6 tasks for auto/6, got one of 4"],
    ["auto", { JOB_COMPLETION_INDEX: "2" }, "expected the number of tasks, which the scheduler does not tell"],
    ["auto/2", { JOB_COMPLETION_INDEX: "2" }, "got task 3, as $JOB_COMPLETION_INDEX counts"],
  ])("of another array than asked for is refused, with what to do: %s of %j", (text, environment, message) => {
    expect(() => parse(text, environment)).toThrow(message);
  });

  it("shards share the members out, each to one", () => {
    const all = [1, 2, 3].flatMap((index) => membersOf({ index, count: 3 }, 8));
    expect(all.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(membersOf({ index: 2, count: 3 }, 8)).toEqual([1, 4, 7]);
    expect(membersOf({ index: 9, count: 9 }, 8), "a shard too many has nothing to do").toEqual([]);
  });
});
