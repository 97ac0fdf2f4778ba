/** Forecasts from an anchor: every state of the next n steps is made from the same one, by a network that knows which step is asked. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cellCount, type InitTime, type State, utcSeconds, type ValidTime, validTime } from "../../src/core/index.ts";
import {
  type BatchForecaster,
  type ForecastWriter,
  forecastEnsemble,
  leadsUpTo,
  openRun,
  rollout,
  stepNoise,
} from "../../src/forecast/index.ts";
import { surroundingPlanes } from "../../src/run/index.ts";
import { describeRun, requireSamples } from "../../src/train/begin-run.ts";
import { parseTrainConfig, train } from "../../src/train/index.ts";
import { pairStream } from "../../src/train/objectives/samples.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { memoryArchive } from "../memory-archive.ts";

const initTime = utcSeconds(2024, 5, 6) as InitTime;

/** States are numbers: ten of the one it came from and the lead asked for. */
const chronicle: BatchForecaster = async (states, steps) =>
  states.map(([x], at) => Float32Array.of(10 * x + steps[at].leadHours));

describe("an anchored rollout", () => {
  it("makes each state from the last anchor before it, and tells how many steps that lies back", async () => {
    const asked: [lead: number, valid: number, steps: number | undefined][] = [];
    const spy: BatchForecaster = (states, steps) => {
      for (const { leadHours, time, steps: ahead } of steps) asked.push([leadHours, (time - initTime) / 3600, ahead]);
      return chronicle(states, steps);
    };
    const made: number[] = [];
    const options = {
      members: [0],
      initTime,
      stepHours: 1,
      anchorSteps: 3,
      from: 0,
      to: 7,
      states: [Float32Array.of(0)],
    };
    for await (const { states } of rollout(spy, options)) made.push(states[0][0]);
    expect(made).toEqual([1, 2, 3, 34, 35, 36, 367]);
    expect(asked).toEqual([
      [1, 0, 1],
      [2, 0, 2],
      [3, 0, 3],
      [4, 3, 1],
      [5, 3, 2],
      [6, 3, 3],
      [7, 6, 1],
    ]);
  });

  it("goes on from the anchor wherever it was stopped", async () => {
    const stored = async (already: number): Promise<Map<number, number>> => {
      const parts = new Map<number, number>();
      const writer: ForecastWriter = {
        has: async (_, lead) => parts.has(lead),
        read: async (_, lead) => Float32Array.of(parts.get(lead) as number),
        write: async (_, lead, [x]) => void parts.set(lead, x),
        missing: async () => [],
        finish: async () => {},
      };
      const options = {
        initTime,
        initial: Float32Array.of(0),
        stepHours: 1,
        anchorSteps: 3,
        members: [0],
        report: () => {},
      };
      await forecastEnsemble(chronicle, writer, { ...options, leadHours: leadsUpTo(already, 1) });
      await forecastEnsemble(chronicle, writer, { ...options, leadHours: leadsUpTo(7, 1) });
      return parts;
    };
    const whole = await stored(7);
    expect(whole.get(7)).toBe(367);
    for (const already of [1, 2, 3, 4, 5, 6]) expect(await stored(already), `after ${already}`).toEqual(whole);
  });

  it("takes the noise that a forecast step by step would take", () => {
    const options = { seed: 1, noisePersistence: 0.8 };
    const step = { member: 2, leadHours: 5, stepHours: 1 };
    const own = stepNoise(options, "test", { ...step, time: validTime(initTime, 4) }, 50);
    expect(stepNoise(options, "test", { ...step, time: validTime(initTime, 3), steps: 2 }, 50)).toEqual(own);
  });
});

const archive = memoryArchive();
const folder = scratchFolder("anchors");
const NET = "network: { patch: 1, widths: [8], blocksPerLevel: 1, norm: cell }, epochs: 1, stepsPerEpoch: 4, batch: 2";
const COMMON = "anchorSteps: 2, forcings: [hour], periodic: true, firstGuess: mean-wind";
const CONFIGS = {
  ddpm: `{ ${COMMON}, method: ddpm, denoiser: { ${NET} } }`,
  residual: `{ ${COMMON}, method: residual, forecaster: { ${NET} }, denoiser: { ${NET} } }`,
  crps: `{ ${COMMON}, method: crps, generator: { ${NET}, noisePlanes: 2, scales: [2] } }`,
  deterministic: `{ ${COMMON}, method: deterministic, forecaster: { ${NET} } }`,
};

describe("what an anchored network learns from", () => {
  it("are pairs of every lead up to the anchor's, each told which it is", async () => {
    const run = await describeRun(archive, parseTrainConfig(CONFIGS.deterministic, "test"));
    const cells = cellCount(run.grid);
    const readState = async (time: ValidTime): Promise<{ values: State }> => ({
      values: await archive.readState(time),
    });
    const data = { archive, run, statics: {}, seed: 1, readState };
    const stream = pairStream(data, { split: "train", batch: 2, purpose: "test" });
    const seen = new Set<number>();
    for (let first = 0; first < 24; first += 2) {
      const { times, steps, next, seen: inputs } = await stream.at(first);
      seen.add(steps);
      for (const [at, time] of times.entries()) {
        const truth = await archive.readState(validTime(time as number as InitTime, steps));
        expect(next.subarray(at * truth.length, (at + 1) * truth.length)).toEqual(truth);
        const planes = surroundingPlanes(run);
        // After the two planes of the clock.
        expect(inputs["surroundings"][(at * planes + 2) * cells]).toBe(steps === 1 ? -1 : 1);
      }
    }
    expect(seen).toEqual(new Set([1, 2]));
  });

  it("are refused where the archive has no such pairs, and for methods that go step by step", () => {
    expect(() => requireSamples(archive, { stepHours: 1, anchorSteps: 12, firstGuess: "none" })).toThrow(
      "whole hours 12 h apart",
    );
    expect(() => parseTrainConfig("anchorSteps: 2\n", "c.yaml")).toThrow(
      "c.yaml anchorSteps: expected 1, or a method other than def with normalization global, got 2 with def and global",
    );
    expect(() => parseTrainConfig("{ anchorSteps: 2, method: crps, normalization: field }", "c.yaml")).toThrow(
      "2 with crps and field",
    );
  });
});

describe("every method but DEF", () => {
  it.each(Object.keys(CONFIGS) as (keyof typeof CONFIGS)[])("%s answers for the step that is asked", async (name) => {
    const config = parseTrainConfig(CONFIGS[name], name);
    await train({ archive, config, run: join(folder, name), resume: false, threads: 1, report: () => {} });
    const method = await openRun(join(folder, name), { seed: 1 }, 1);
    expect([method.anchorSteps, method.title]).toEqual([2, expect.stringMatching(/anchored every 2 h$/)]);
    const time = archive.times[10];
    const initial = await archive.readState(time);
    const step = { member: 0, time };
    const [[one], [two]] = [
      await method.forecast([initial], [{ ...step, leadHours: 1, steps: 1 }]),
      await method.forecast([initial], [{ ...step, leadHours: 2, steps: 2 }]),
    ];
    expect(one).not.toEqual(two);
    await method.close();
  });
});
