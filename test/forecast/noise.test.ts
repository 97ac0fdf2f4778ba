import { describe, expect, it } from "vitest";
import { normals, type ValidTime } from "../../src/core/index.ts";
import { stepNoise } from "../../src/forecast/index.ts";

const init = 1_714_521_600;
const count = 20_000;
const at = (leadHours: number, member = 0, from = init): Parameters<typeof stepNoise>[2] => ({
  member,
  leadHours,
  time: (from + (leadHours - 1) * 3600) as ValidTime,
  stepHours: 1,
});
const product = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0) / a.length;

describe("the noise of a step", () => {
  it("is N(0, 1) of its own for each lead, member and init time", () => {
    const first = stepNoise({ seed: 1 }, "test", at(1), count);
    expect(product(first, first)).toBeCloseTo(1, 1);
    for (const other of [at(2), at(1, 1), at(1, 0, init + 3600)]) {
      // Independent streams of n numbers correlate by 1/sqrt(n) = 0.007; five of that.
      expect(Math.abs(product(first, stepNoise({ seed: 1 }, "test", other, count)))).toBeLessThan(0.036);
    }
    expect(first).toEqual(normals({ seed: 1, purpose: "test", member: 0, lead: 3600, index: init }, count));
  });

  it("with persistence stays N(0, 1) and correlates by rho per step, wherever a member is taken up", () => {
    const options = { seed: 1, noisePersistence: 0.8 };
    const noises = [1, 2, 3, 4].map((lead) => stepNoise(options, "test", at(lead), count));
    for (const noise of noises) expect(Math.abs(product(noise, noise) - 1)).toBeLessThan(0.05);
    expect(Math.abs(product(noises[2], noises[3]) - 0.8)).toBeLessThan(0.05);
    expect(Math.abs(product(noises[0], noises[3]) - 0.8 ** 3)).toBeLessThan(0.05);
  });
});
