import { describe, expect, it } from "vitest";
import { membersOf, parseShard } from "../../src/forecast/index.ts";

const parse = (text: string, environment: Record<string, string> = {}) => parseShard(text, "--shard", environment);

describe("a shard", () => {
  it.each([
    ["a number of its own", "3/8", {}, { index: 3, count: 8 }],
    [
      "Slurm, counting from 5 by threes",
      "auto",
      { SLURM_ARRAY_TASK_ID: "11", SLURM_ARRAY_TASK_MIN: "5", SLURM_ARRAY_TASK_STEP: "3", SLURM_ARRAY_TASK_COUNT: "4" },
      { index: 3, count: 4 },
    ],
    ["AWS Batch", "auto", { AWS_BATCH_JOB_ARRAY_INDEX: "0", AWS_BATCH_JOB_ARRAY_SIZE: "20" }, { index: 1, count: 20 }],
    ["a Kubernetes indexed job", "auto/6", { JOB_COMPLETION_INDEX: "5" }, { index: 6, count: 6 }],
  ])("is read from %s", (_, text, environment, expected) => {
    expect(parse(text, environment as Record<string, string>)).toEqual(expected);
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
  ])("refuses %j with %j", (text, environment) => {
    expect(() => parse(text, environment as Record<string, string>)).toThrow(/^--shard: expected/);
  });

  it("shards share the members out, each to one", () => {
    const all = [1, 2, 3].flatMap((index) => membersOf({ index, count: 3 }, 8));
    expect(all.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(membersOf({ index: 2, count: 3 }, 8)).toEqual([1, 4, 7]);
    expect(membersOf({ index: 9, count: 9 }, 8), "a shard too many has nothing to do").toEqual([]);
  });
});
