import { describe, expect, it } from "vitest";
import { type BatchPlan, batchStream, pairsAt, readAhead, sequencesAt } from "../../src/archive/index.ts";
import { cellCount, type ValidTime } from "../../src/core/index.ts";
import { memoryArchive } from "../memory-archive.ts";

const archive = memoryArchive();
const { nx, ny } = archive.grid;
const channels = archive.channels.length;
const plan: BatchPlan = { split: "train", leadHours: 2, length: 3, batch: 4, seed: 9, purpose: "test" };
const stream = (more: Partial<BatchPlan> = {}) =>
  batchStream(archive, { ...plan, ...more }, (time) => archive.readState(time));

describe("sequences", () => {
  it("are whole hours a lead of the clock apart, all in one block", () => {
    const hole = archive.times[5];
    const holed = { ...archive, isWhole: (time: ValidTime) => time !== hole };
    const starts = sequencesAt(holed, "train", 2, 3).map((time) => archive.times.indexOf(time));
    const last = archive.times.indexOf(archive.splits[0].last);
    const expected = Array.from({ length: last - 3 }, (_, at) => at).filter((at) => ![1, 3, 5].includes(at));
    expect(starts).toEqual(expected);
    expect(sequencesAt(archive, "train", 3, 2)).toEqual(pairsAt(archive, "train", 3));
  });
});

describe("batches", () => {
  it("hold the states of their hours, step by step", async () => {
    const { times, steps } = await stream().at(8);
    expect(steps).toHaveLength(3);
    const size = channels * cellCount(archive.grid);
    for (const [step, values] of steps.entries()) {
      for (const [at, time] of times.entries()) {
        const state = await archive.readState((time + step * 2 * 3600) as ValidTime);
        expect(values.subarray(at * size, (at + 1) * size)).toEqual(state);
      }
    }
  });

  it("cut the same piece from every step and channel, another from every sample", async () => {
    const crop = { rows: 3, columns: 5 };
    const { times, steps, corners } = await stream({ crop, batch: 12 }).at(0);
    for (const [at, { row, column }] of corners.entries()) {
      for (const [step, values] of steps.entries()) {
        const state = await archive.readState((times[at] + step * 2 * 3600) as ValidTime);
        for (let channel = 0; channel < channels; channel++) {
          for (let j = 0; j < 3; j++) {
            for (let i = 0; i < 5; i++) {
              const value = values[((at * channels + channel) * 3 + j) * 5 + i];
              expect(value).toBe(state[(channel * ny + row + j) * nx + column + i]);
            }
          }
        }
      }
    }
    expect(new Set(corners.map(({ row, column }) => `${row} ${column}`)).size).toBeGreaterThan(6);
    expect(Math.max(...corners.map(({ row }) => row))).toBeLessThanOrEqual(ny - 3);
    expect(Math.max(...corners.map(({ column }) => column))).toBeLessThanOrEqual(nx - 5);
  });

  it("are a function of the sample's number and the seed, whatever the batch and the order of asking", async () => {
    const crop = { rows: 4, columns: 4 };
    const one = await stream({ crop, batch: 1 }).at(37);
    const many = stream({ crop, batch: 8 });
    await many.at(400);
    const batch = await many.at(32);
    const size = channels * 16;
    expect(batch.steps[1].subarray(5 * size, 6 * size)).toEqual(one.steps[1]);
    expect(batch.corners[5]).toEqual(one.corners[0]);
    expect((await stream({ seed: 10, batch: 8 }).at(32)).times).not.toEqual((await stream({ batch: 8 }).at(32)).times);
  });

  it("go through every sequence once a pass, or in order of time when not shuffled", async () => {
    const { samples } = stream();
    const pass = await stream({ batch: samples }).at(samples);
    expect(pass.times.toSorted((a, b) => a - b)).toEqual(sequencesAt(archive, "train", 2, 3));
    const { times } = await stream({ batch: samples + 2, shuffled: false }).at(0);
    expect(times.slice(0, samples)).toEqual(sequencesAt(archive, "train", 2, 3));
    expect(times.slice(-2)).toEqual([times[samples - 1], times[samples - 1]]);
  });

  it("are refused where there is nothing to learn from or to cut from", async () => {
    await expect(stream({ leadHours: 500 }).at(0)).rejects.toThrow("no sequences of 3 hours in the train split");
    expect(() => stream({ crop: { rows: ny + 1, columns: 1 } })).toThrow(`a cut of ${ny + 1} rows`);
  });
});

describe("reading ahead", () => {
  it("begins the next load when one is given, and never beyond the end", async () => {
    const loads: number[] = [];
    const ahead = readAhead(
      (at) => {
        loads.push(at);
        return Promise.resolve(10 * at);
      },
      { stride: 4, end: 12 },
    );
    expect(await ahead.load(0)).toBe(0);
    expect(loads).toEqual([0, 4]);
    expect(await ahead.load(4)).toBe(40);
    expect(await ahead.load(8)).toBe(80);
    expect(loads).toEqual([0, 4, 8]);
  });

  it("gives what was asked for, even when it was not what was expected", async () => {
    const ahead = readAhead((at) => Promise.resolve(at), { stride: 1, end: 100 });
    expect([await ahead.load(5), await ahead.load(50), await ahead.load(51)]).toEqual([5, 50, 51]);
  });

  it("tells a failure when its turn comes, and settles without one", async () => {
    const ahead = readAhead((at) => (at === 1 ? Promise.reject(new Error("one")) : Promise.resolve(at)), {
      stride: 1,
      end: 9,
    });
    await ahead.load(0);
    await ahead.settle();
    await expect(ahead.load(1)).rejects.toThrow("one");
    expect(await ahead.load(2)).toBe(2);
  });
});
