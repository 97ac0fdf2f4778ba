import { describe, expect, it } from "vitest";
import { type InitTime, leadAfter, leadSeconds, normals, type State, utcSeconds } from "../../src/core/index.ts";
import {
  type BatchForecaster,
  clipped,
  type Forecaster,
  type ForecastWriter,
  forecastEnsemble,
  leadsUpTo,
  oneByOne,
} from "../../src/forecast/index.ts";

const initTime = utcSeconds(2019, 6, 10) as InitTime;
const SIZE = 6;

/** x' = x / 2 + noise of this member and lead. */
const noisy: Forecaster = async (state, { member, leadHours, time }) => {
  const key = { seed: 1, purpose: "test", member, lead: leadSeconds(leadHours), index: time };
  const noise = normals(key, state.length);
  return state.map((x, i) => x / 2 + noise[i]);
};

/** A store in memory that remembers in which order it was written, and how many states were alive at most. */
function memoryWriter(): ForecastWriter & { readonly parts: Map<string, State>; readonly order: string[] } {
  const parts = new Map<string, State>();
  const order: string[] = [];
  const key = (member: number, lead: number): string => `${member} ${lead}`;
  return {
    parts,
    order,
    has: async (member, lead) => parts.has(key(member, lead)),
    read: async (member, lead) => (parts.get(key(member, lead)) as State).slice(),
    write: async (member, lead, state) => {
      parts.set(key(member, lead), state.slice());
      order.push(key(member, lead));
    },
    missing: async () => [],
    finish: async () => {},
  };
}

const options = (stepHours: number, steps: number, members: number) => ({
  initTime,
  initial: new Float32Array(SIZE).fill(3),
  stepHours,
  leadHours: leadsUpTo(steps * stepHours, stepHours),
  members: Array.from({ length: members }, (_, member) => member),
  report: () => {},
});

describe("an ensemble", () => {
  it("gives a member the same bytes alone, in batches and side by side, at steps of a sixth of an hour", async () => {
    const alone = memoryWriter();
    await forecastEnsemble(oneByOne(noisy), alone, options(1 / 6, 7, 5));
    expect(alone.parts.size).toBe(35);
    for (const [batch, concurrency] of [
      [2, 1],
      [5, 1],
      [1, 3],
      [2, 2],
    ]) {
      const together = memoryWriter();
      await forecastEnsemble(oneByOne(noisy), together, { ...options(1 / 6, 7, 5), batch, concurrency });
      expect(together.parts, `batches of ${batch}`).toEqual(alone.parts);
    }
  });

  it("goes on behind the leads that are there, and makes none again", async () => {
    const whole = memoryWriter();
    await forecastEnsemble(oneByOne(noisy), whole, options(1, 4, 3));
    const stopped = memoryWriter();
    // Member 0 is done, member 1 has two leads, member 2 a gap after the first.
    for (const part of ["0 1", "0 2", "0 3", "0 4", "1 1", "1 2", "2 1", "2 3"]) {
      stopped.parts.set(part, whole.parts.get(part) as State);
    }
    let calls = 0;
    const counted: Forecaster = (state, step) => {
      calls++;
      return noisy(state, step);
    };
    await forecastEnsemble(oneByOne(counted), stopped, options(1, 4, 3));
    expect(calls).toBe(2 + 3);
    expect(stopped.order).toEqual(["1 3", "1 4", "2 2", "2 4"]);
    expect(stopped.parts).toEqual(whole.parts);
  });

  it("writes each state before the next is made, so that memory does not grow with members or leads", async () => {
    const writer = memoryWriter();
    let made = 0;
    let most = 0;
    const counted: Forecaster = (state, step) => {
      made++;
      most = Math.max(most, made - writer.order.length);
      return noisy(state, step);
    };
    await forecastEnsemble(oneByOne(counted), writer, options(1, 18, 20));
    expect(made).toBe(360);
    expect(most, "states made and not yet written").toBe(1);
  });

  it("refuses an initial state that is not finite before anything is made", async () => {
    const initial = new Float32Array(SIZE);
    initial[4] = Number.NaN;
    const never: BatchForecaster = () => Promise.reject(new Error("was asked"));
    await expect(forecastEnsemble(never, memoryWriter(), { ...options(1, 2, 1), initial })).rejects.toThrow(
      "initial state value 4: expected a finite state, got NaN",
    );
  });

  it("stops at the first value that is not finite, naming member and lead, and does not write it", async () => {
    const writer = memoryWriter();
    const breaks: Forecaster = async (state, { member, leadHours }) =>
      state.map((x, i) => (member === 1 && leadHours === 2 && i === 3 ? Number.POSITIVE_INFINITY : x));
    await expect(forecastEnsemble(oneByOne(breaks), writer, options(1, 3, 2))).rejects.toThrow(
      "member 1 lead 2 h value 3: expected a finite state, got Infinity",
    );
    expect(writer.order).toEqual(["0 1", "0 2", "0 3", "1 1"]);
  });
});

describe("leads", () => {
  it("are exact to the second however an hour is divided", () => {
    const leads = leadsUpTo(48, 1 / 6);
    expect(leads).toHaveLength(288);
    expect(leads.map(leadSeconds)).toEqual(leads.map((_, k) => 600 * (k + 1)));
    expect(leads[5]).toBe(1);
    expect(leads[287]).toBe(48);
    expect(leadAfter(2, 1 / 6)).toBe(leads[1]);
  });
});

describe("a guarded forecaster", () => {
  it("stays within the training range of each channel, counts what did not, and keeps NaN", async () => {
    let count = 0;
    const wild = oneByOne(async () => Float32Array.of(-5, 5, Number.NaN, 0.5, 99, 2));
    const ranges = [
      [-1, 1],
      [0, 10],
    ] as const;
    const guarded = clipped(wild, ranges, 3, (clippedHere) => (count += clippedHere));
    const [state] = await guarded([new Float32Array(6)], [{ member: 0, leadHours: 1, time: 0 as never }]);
    expect([...state]).toEqual([-1, 1, Number.NaN, 0.5, 10, 2]);
    expect(count).toBe(3);
  });
});
