import { describe, expect, it } from "vitest";
import { chosen, dialRounds, type TriedDial } from "../../src/calibrate/index.ts";

const tried = (samplerSteps: number, ...pairs: [crps: number, ratio: number][]): TriedDial => ({
  dial: { samplerSteps },
  scores: pairs.map(([fairCrps, spreadSkillRatio], at) => ({
    variable: "t2m",
    leadHours: at + 1,
    fairCrps,
    spreadSkillRatio,
  })),
});

describe("the choice of a dial", () => {
  it("is the least CRPS among those whose spread tells the error", () => {
    const [best, second, last] = chosen([
      tried(10, [1.0, 0.5], [2.0, 0.6]),
      tried(25, [1.2, 1.0], [2.2, 1.0]),
      tried(50, [1.1, 0.96], [2.2, 1.0]),
    ]);
    expect(best).toMatchObject({ dial: { samplerSteps: 50 }, withinBand: true });
    // (1.1 / 1.0 + 2.2 / 2.0) / 2 and √(0.96 · 1.0)
    expect(best.score).toBeCloseTo(1.1, 12);
    expect(best.ratio).toBeCloseTo(Math.sqrt(0.96), 12);
    expect(second.dial).toEqual({ samplerSteps: 25 });
    expect(last).toMatchObject({ dial: { samplerSteps: 10 }, score: 1, withinBand: false });
  });

  it("outside the band is the ratio nearest to 1 as a factor, and says so", () => {
    const [best] = chosen([tried(10, [1, 0.5]), tried(25, [9, 1.8])]);
    expect(best).toMatchObject({ dial: { samplerSteps: 25 }, withinBand: false });
  });

  it("counts a variable that nothing can be said of for no setting", () => {
    const [best] = chosen([tried(10, [1, 1], [0, Number.NaN]), tried(25, [1.5, 1], [1, 1])]);
    expect(best).toMatchObject({ dial: { samplerSteps: 10 }, score: 1 });
  });
});

describe("the rounds of DEF's dial", () => {
  it("draws moments where fields have them, and asks at last whether that was good", () => {
    const [scales, paces, moments] = dialRounds({
      method: { name: "def", diffusionSteps: 1000 },
      normalization: "field",
    });
    expect(scales({}).every((dial) => dial.momentNoise === 1 && dial.samplerSteps === 10 && dial.walks === 1)).toBe(
      true,
    );
    const best = { guidanceScale: 0.1, samplerSteps: 10, walks: 1, momentNoise: 1 };
    expect(paces(best)).toEqual([
      { ...best, samplerSteps: 25 },
      { ...best, walks: 3 },
      { ...best, walks: 3, guidanceScale: 0.2 },
    ]);
    expect(moments(best)).toEqual([{ ...best, momentNoise: 0 }]);
    // Nothing lies beyond the largest s.
    expect(paces({ ...best, guidanceScale: 0.9 })).toHaveLength(2);
  });

  it("are none for a method without a dial", () => {
    expect(dialRounds({ method: { name: "deterministic" }, normalization: "global" })).toEqual([]);
  });
});
