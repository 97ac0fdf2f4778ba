import { describe, expect, it } from "vitest";
import {
  denoiserOf,
  dpmSolver2m,
  EPSILON,
  guided,
  linearSchedule,
  linspaceLevels,
  linspaceTimesteps,
  type NoiseLevel,
  type PairedAnswer,
  type SamplerPlan,
  type SamplerStep,
  sample,
} from "../../src/diffusion/index.ts";

const schedule = linearSchedule();
const plan = (steps: number): SamplerPlan => dpmSolver2m(linspaceLevels(schedule, steps));

/** E[clean | noisy] when the clean value is N(0, variance): alpha p x / (alpha² p + sigma²). */
const gaussianDenoiser =
  (variance: number) =>
  async (noisy: Float32Array, { alpha, sigma }: NoiseLevel): Promise<Float32Array> =>
    noisy.map((x) => (alpha * variance * x) / (alpha ** 2 * variance + sigma ** 2));

describe("linear schedule", () => {
  it("ends at the signal DEF states: abar of 4.0e-5 after 1000 steps", () => {
    expect(schedule.alphaBar[999]).toBeCloseTo(4.0358e-5, 8);
    expect(schedule.alphaBar[0]).toBeCloseTo(0.9999, 12);
  });
});

describe("DPM-Solver++(2M)", () => {
  it("visits the time steps diffusers visits", () => {
    // numpy: np.linspace(0, 999, 11).round()[::-1][:-1]
    expect(linspaceTimesteps(1000, 10)).toEqual([999, 899, 799, 699, 599, 500, 400, 300, 200, 100]);
  });

  it("has the last noise levels that make the number of steps a second dial of spread", () => {
    // docs/def-fidelity.md: sigma/alpha before the jump to zero is 0.342, 0.144, 0.079, 0.047 for 10, 25, 50, 100 steps
    const last = (steps: number): number => {
      const { alpha, sigma } = plan(steps).steps.at(-1) as SamplerStep;
      return sigma / alpha;
    };
    expect([10, 25, 50, 100].map((steps) => Number(last(steps).toFixed(3)))).toEqual([0.342, 0.144, 0.079, 0.047]);
  });

  it("returns a constant that the denoiser always answers with", async () => {
    const out = await sample(plan(10), async (x) => x.map(() => 3), Float32Array.of(-1, 0.5, 2));
    expect([...out]).toEqual([3, 3, 3]);
  });

  it("turns unit noise into the data's standard deviation, with an error that falls faster than first order", async () => {
    const variance = 0.25;
    // Exact probability flow: x(0) = x(T) sqrt(p / (alpha_T² p + sigma_T²)).
    const top = schedule.alphaBar[999];
    const exact = Math.sqrt(variance / (top * variance + 1 - top));
    const errors: number[] = [];
    for (const steps of [20, 40, 80]) {
      const [x] = await sample(plan(steps), gaussianDenoiser(variance), Float32Array.of(1));
      errors.push(Math.abs(x - exact));
    }
    expect(errors[0] / errors[1]).toBeGreaterThan(2);
    expect(errors[1] / errors[2]).toBeGreaterThan(2);
    expect(errors[2]).toBeLessThan(0.01);
  });
});

describe("DEF's dial on Gaussian data", () => {
  /** One perturbation of a condition c in one dimension, with exact denoisers of prior variance p. */
  async function perturb(c: number, noise: number, p: number, s: number, steps: number): Promise<number> {
    const pair: PairedAnswer = async (noisy, { alpha, sigma }) => ({
      conditional: noisy.map((x) => (x - alpha * c) / sigma),
      unconditional: noisy.map((x) => (sigma * x) / (alpha ** 2 * p + sigma ** 2)),
    });
    const [x] = await sample(plan(steps), denoiserOf(EPSILON, guided(pair, s)), Float32Array.of(noise));
    return x;
  }
  /** The sampler is affine in its noise and in c, so two evaluations give spread and gain. */
  const spread = async (p: number, s: number, steps: number): Promise<number> =>
    Math.abs((await perturb(0, 1, p, s, steps)) - (await perturb(0, 0, p, s, steps)));
  const gain = async (p: number, s: number, steps: number): Promise<number> =>
    (await perturb(1, 0, p, s, steps)) - (await perturb(0, 0, p, s, steps));

  it("gives back the condition at s = 1", async () => {
    expect(await perturb(0.7, 1.3, 1, 1, 10)).toBeCloseTo(0.7, 5);
  });

  it("has the spread of the linear calculation within 10 %", async () => {
    // docs/def-fidelity.md: std per mode, 10 steps: s = .3: .49/.24/.07; s = .5: .28/.16/.05; s = .7: .13/.08/.03 for p = 1/.25/.04
    for (const [s, p, stated] of [
      [0.3, 1, 0.49],
      [0.5, 1, 0.28],
      [0.5, 0.25, 0.16],
      [0.7, 1, 0.13],
      [0.7, 0.25, 0.08],
    ] as const) {
      expect(Math.abs((await spread(p, s, 10)) / stated - 1), `s ${s} p ${p}`).toBeLessThan(0.1);
    }
  });

  it("shrinks the condition by the stated gains", async () => {
    // docs/def-fidelity.md: s = .5, 10 steps .80/.70/.57, 25 steps .88/.82/.69 for p = 1/.25/.04
    for (const [steps, p, stated] of [
      [10, 1, 0.8],
      [10, 0.25, 0.7],
      [10, 0.04, 0.57],
      [25, 1, 0.88],
      [25, 0.25, 0.82],
      [25, 0.04, 0.69],
    ] as const) {
      expect(Math.abs((await gain(p, 0.5, steps)) / stated - 1), `steps ${steps} p ${p}`).toBeLessThan(0.1);
    }
  });

  it("spreads more as s falls and as the steps fall", async () => {
    const bySteps = await Promise.all([100, 50, 25, 10].map((steps) => spread(1, 0.5, steps)));
    const byScale = await Promise.all([0.9, 0.7, 0.5, 0.3].map((s) => spread(1, s, 10)));
    for (const row of [bySteps, byScale]) expect(row).toEqual([...row].sort((a, b) => a - b));
  });
});
