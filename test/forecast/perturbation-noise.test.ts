import { expect, it } from "vitest";
import type { ValidTime } from "../../src/core/index.ts";
import { DEF_DEFAULTS, defPerturbation, type Models } from "../../src/forecast/index.ts";
import { sandboxSpace } from "../../src/sandbox/index.ts";

it("starts every perturbation from noise of its own: each member, lead, walk and init time", async () => {
  const { grid } = sandboxSpace({ nx: 64, ny: 64 });
  const starts: Float32Array[] = [];
  const condition = new Float32Array(64 * 64);
  const models = {
    run: { channels: ["t2m"], grid, normalization: "global", method: { name: "def", diffusionSteps: 1000 } },
    ask: (_: string, { noisy }: { noisy: Float32Array }) => {
      starts.push(noisy.slice(0, condition.length));
      return Promise.resolve({ epsilon: new Float32Array(2 * condition.length) });
    },
  } as unknown as Models;
  const perturb = defPerturbation(models, { ...DEF_DEFAULTS, samplerSteps: 1, seed: 42 });
  const time = 1_714_521_600 as ValidTime;
  const hour = 3600;
  for (const at of [
    { member: 0, leadHours: 1, time, walk: 0 },
    { member: 1, leadHours: 1, time, walk: 0 },
    { member: 0, leadHours: 2, time: (time + hour) as ValidTime, walk: 0 },
    { member: 0, leadHours: 1, time, walk: 1 },
    { member: 0, leadHours: 1, time: (time + 24 * hour) as ValidTime, walk: 0 },
    // Of the init time one hour later, valid when the third is.
    { member: 0, leadHours: 1, time: (time + hour) as ValidTime, walk: 0 },
  ]) {
    await perturb(condition, at);
  }
  // Independent N(0, 1) streams of n cells correlate by 1/sqrt(n) = 0.016; five of that.
  const largest = 5 / Math.sqrt(condition.length);
  for (const [i, a] of starts.entries()) {
    for (const [j, b] of starts.slice(0, i).entries()) {
      const correlation = a.reduce((sum, value, cell) => sum + value * b[cell], 0) / a.length;
      expect(Math.abs(correlation), `${i} and ${j}`).toBeLessThan(largest);
    }
  }
  expect(starts).toHaveLength(6);
});
