import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import {
  cosineSchedule,
  type Denoiser,
  ddim,
  ddpm,
  dpmSolver2m,
  dpmSolver2mSde,
  dpmSolver2s,
  euler,
  heun,
  karrasSigmas,
  linearSchedule,
  linspaceLevels,
  type NoiseLevel,
  noiseLevel,
  type SamplerPlan,
  sample,
} from "../../src/diffusion/index.ts";

/** E[clean | noisy] when the clean value is N(0, deviation²). */
const gaussian =
  (deviation: number): Denoiser =>
  async (noisy, { alpha, sigma }) =>
    noisy.map((x) => (alpha * deviation ** 2 * x) / (alpha ** 2 * deviation ** 2 + sigma ** 2));

/** Where the probability flow of N(0, d²) takes a state x at a level: x(0) = x d / sqrt(alpha² d² + sigma²). */
const flowEnd = (x: number, { alpha, sigma }: NoiseLevel, d: number): number =>
  (x * d) / Math.sqrt(alpha ** 2 * d ** 2 + sigma ** 2);

/** The end of a plan in float64, for errors below float32's: the sampler is linear in its start when the denoiser is. */
async function endOf(plan: SamplerPlan, d: number): Promise<number> {
  let x = plan.startDeviation;
  let previous = 0;
  for (const { alpha, sigma, carry, newest, previous: before } of plan.steps) {
    const estimate = (alpha * d ** 2 * x) / (alpha ** 2 * d ** 2 + sigma ** 2);
    x = carry * x + newest * estimate + before * previous;
    previous = estimate;
  }
  return x;
}

describe("orders of convergence on a Gaussian whose flow is known", () => {
  // docs/design/0026: data N(0, 0.5²), start 80 at sigma 80, computed twice in other languages (float64).
  it.each([
    ["Heun", heun, [18, 36, 72, 144], [2.763e-2, 6.107e-3, 1.435e-3, 3.455e-4]],
    ["Euler", euler, [18, 36, 72, 144], [-7.696e-2, -3.899e-2, -1.962e-2, -9.84e-3]],
  ] as const)("%s has the errors of the golden table", async (_, sampler, counts, errors) => {
    for (const [at, count] of counts.entries()) {
      const exact = (80 * 0.5) / Math.sqrt(0.25 + 6400);
      const error = (await endOf(sampler(karrasSigmas(count)), 0.5)) - exact;
      // The table has four digits.
      expect(error / errors[at]).toBeCloseTo(1, 3);
    }
  });

  /** Slope of log error between n and 4 n network calls. */
  async function order(plans: readonly [SamplerPlan, SamplerPlan], exact: number, d: number): Promise<number> {
    const [coarse, fine] = await Promise.all(plans.map(async (plan) => Math.abs((await endOf(plan, d)) - exact)));
    return Math.log(coarse / fine) / Math.log(4);
  }
  const sigmas = (count: number): NoiseLevel[] => karrasSigmas(count, { sigmaMin: 0.02 });
  // The last jump, to no noise, is of first order for all; it is taken out of the measure by ending at the last level.
  const toLastLevel = ({ startDeviation, steps }: SamplerPlan): SamplerPlan => ({
    startDeviation,
    steps: steps.slice(0, -1),
  });
  const atLastLevel = (d: number): number => {
    const last = sigmas(64).at(-1) as NoiseLevel;
    return (80 * Math.sqrt(d ** 2 + last.sigma ** 2)) / Math.sqrt(d ** 2 + 6400);
  };
  it.each([
    ["Euler", euler, 1],
    ["DDIM", ddim, 1],
    ["Heun", heun, 2],
    ["DPM-Solver++(2M)", dpmSolver2m, 2],
    ["DPM-Solver++(2S)", dpmSolver2s, 2],
  ] as const)("%s: %#", async (_, sampler, stated) => {
    const plans = [toLastLevel(sampler(sigmas(65))), toLastLevel(sampler(sigmas(257)))] as const;
    expect(Math.abs((await order(plans, atLastLevel(0.5), 0.5)) - stated)).toBeLessThan(0.15);
  });
});

describe("every sampler, on any sub-sequence of a schedule", () => {
  const schedules = { linear: linearSchedule(), cosine: cosineSchedule() };
  const uneven = (levels: readonly NoiseLevel[]): NoiseLevel[] => levels.filter((_, i) => i % 3 !== 1);
  const deterministic = { ddim, dpmSolver2m, dpmSolver2s, euler, heun };
  const count = 20_000;
  const unit = normals({ seed: 1, purpose: "start" }, count);

  for (const [kind, schedule] of Object.entries(schedules)) {
    for (const [name, sampler] of Object.entries(deterministic)) {
      // The cosine begins at sigma/alpha of thousands, where Heun's average of two slopes is no better than either.
      if (name === "heun" && kind === "cosine") continue;
      it(`${name} on ${kind}: unit noise becomes the data's deviation`, async () => {
        const levels = uneven(linspaceLevels(schedule, 90));
        for (const d of [0.3, 1]) {
          const end = await endOf(sampler(levels), d);
          // 60 uneven steps: a tenth for first-order methods, a fiftieth for second; 2S takes two levels a step.
          const tolerance = name === "ddim" || name === "euler" ? 0.1 : name === "dpmSolver2s" ? 0.06 : 0.02;
          expect(Math.abs(end / flowEnd(1, levels[0], d) - 1), `d ${d}`).toBeLessThan(tolerance);
        }
      });
    }
    for (const [name, sampler] of Object.entries({
      ddpm: (levels: readonly NoiseLevel[]) => ddpm(levels),
      ddim: (levels: readonly NoiseLevel[]) => ddim(levels, { eta: 1 }),
      dpmSolver2mSde,
    })) {
      // The earlier attempt's strided sampler turned a deviation of 0.1 into 0.80 (docs/def-fidelity.md).
      it(`${name} on ${kind}: a deviation of 0.1 is sampled as 0.1, the better the more of the 1000 steps are visited`, async () => {
        const few = unit.subarray(0, 4000);
        const errorWith = async (steps: number): Promise<number> => {
          let call = 0;
          const freshNoise = (): Float32Array => normals({ seed: 2, purpose: "fresh", index: call++ }, few.length);
          const end = await sample(sampler(linspaceLevels(schedule, steps)), gaussian(0.1), few, { freshNoise });
          return Math.abs(Math.sqrt(end.reduce((sum, x) => sum + x * x, 0) / few.length) / 0.1 - 1);
        };
        const [coarse, fine] = [await errorWith(50), await errorWith(400)];
        // Of first order: 50 steps are a third off at worst, and eight times as many an eighth of that. Sampling error 1.1 %.
        expect(coarse).toBeLessThan(0.35);
        expect(fine).toBeLessThan(coarse / 8 + 0.04);
      });
    }
  }

  it("DDPM over all 1000 steps has the data's deviation, with either variance", async () => {
    const schedule = linearSchedule();
    const levels = Array.from({ length: 1000 }, (_, k) => noiseLevel(schedule, 999 - k));
    const few = unit.subarray(0, 4000);
    for (const variance of ["small", "large"] as const) {
      let call = 0;
      const freshNoise = (): Float32Array => normals({ seed: 3, purpose: "fresh", index: call++ }, few.length);
      const end = await sample(ddpm(levels, { variance }), gaussian(0.1), few, { freshNoise });
      const deviation = Math.sqrt(end.reduce((sum, x) => sum + x * x, 0) / few.length);
      // Sampling error of 4000 numbers: 1.1 %, and 1000 steps are off by about 3 %.
      expect(Math.abs(deviation / 0.1 - 1), variance).toBeLessThan(0.07);
    }
  });

  it("returns a constant that the denoiser always answers with", async () => {
    for (const sampler of Object.values(deterministic)) {
      const end = await sample(sampler(karrasSigmas(9)), async (x) => x.map(() => 3), Float32Array.of(-1, 0.5, 2));
      for (const x of end) expect(x).toBeCloseTo(3, 5);
    }
  });

  it("DDIM without noise is Euler's method, and with eta 1 DDPM with the posterior's variance", () => {
    const levels = linspaceLevels(linearSchedule(), 12);
    const close = (a: SamplerPlan, b: SamplerPlan): void => {
      for (const [k, step] of a.steps.entries()) {
        for (const name of ["carry", "newest", "previous", "noise"] as const) {
          expect(step[name]).toBeCloseTo(b.steps[k][name], 10);
        }
      }
    };
    close(ddim(levels), euler(levels));
    close(ddim(levels, { eta: 1 }), ddpm(levels));
  });
});

describe("churn (EDM, algorithm 2)", () => {
  it("renews noise without changing how much there is", async () => {
    const count = 5000;
    let call = 0;
    const freshNoise = (): Float32Array => normals({ seed: 4, purpose: "churn", index: call++ }, count);
    const unit = normals({ seed: 5, purpose: "start" }, count);
    const plan = heun(karrasSigmas(160), { churn: 80 });
    const end = await sample(plan, gaussian(0.5), unit, { freshNoise });
    const deviation = Math.sqrt(end.reduce((sum, x) => sum + x * x, 0) / count);
    expect(call).toBeGreaterThan(30);
    // Sampling error 1 %, 160 steps off by 1 %.
    expect(Math.abs(deviation / 0.5 - 1)).toBeLessThan(0.03);
    const still = await sample(heun(karrasSigmas(160)), gaussian(0.5), unit);
    const product = end.reduce((sum, x, i) => sum + x * still[i], 0) / count;
    // Half of the start is forgotten or more: correlation well below 1.
    expect(product / 0.25).toBeLessThan(0.7);
  });

  it("is refused where variance is preserved, and a step that needs noise without a source of it", async () => {
    expect(() => heun(linspaceLevels(linearSchedule(), 10), { churn: 5 })).toThrow(RangeError);
    await expect(sample(ddpm(linspaceLevels(linearSchedule(), 10)), gaussian(1), new Float32Array(4))).rejects.toThrow(
      "needs fresh noise",
    );
  });
});
