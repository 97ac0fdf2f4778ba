/** Where the sampler of `ddpm` begins: an answer in epsilon is divided by alpha, so nearly pure noise is no place to begin. */
import { describe, expect, it } from "vitest";
import { cosineSchedule, linspaceLevels } from "../../src/diffusion/index.ts";
import { ddpmLevels } from "../../src/forecast/ddpm.ts";

describe("ddpmLevels", () => {
  it.each([
    [1000, 25],
    [1000, 10],
    [50, 10],
  ])("of %i diffusion steps in %i begin where a hundredth of the state is left, and fall", (steps, count) => {
    const levels = ddpmLevels(steps, count);
    expect(levels).toHaveLength(count);
    const ratios = levels.map(({ alpha, sigma }) => sigma / alpha);
    expect(ratios[0]).toBeLessThanOrEqual(80);
    // The next step of the schedule would be beyond.
    expect(ratios[0]).toBeGreaterThan(20);
    expect(ratios.toSorted((a, b) => b - a)).toEqual(ratios);
    // What it must not do: the cosine's own end.
    const [end] = linspaceLevels(cosineSchedule({ steps }), count);
    expect(end.sigma / end.alpha).toBeGreaterThan(500);
  });
});
