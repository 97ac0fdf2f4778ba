import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crps, energyScore, rankedProbabilityScore, variogramScore } from "../../src/verify/index.ts";

// scoringrules/tests: one truth of two components, four members.
const TRUTH = [0.2743836, 0.81464];
const FIRST = [0.79546742, 0.477796, 0.2164079, 0.5409873];
const SECOND = [0.02461368, 0.7584595, 0.318181, 0.1319422];
const MEMBERS = FIRST.map((value, member) => [value, SECOND[member]]);
const PLAIN = { estimator: "ecdf" } as const;

describe("energyScore", () => {
  it("gives scoringrules' values, plain, fair and weighted", () => {
    expect(energyScore(MEMBERS, TRUTH, PLAIN)).toBeCloseTo(0.3949793, 6);
    expect(energyScore(MEMBERS, TRUTH)).toBeCloseTo(0.3274585, 6);
    expect(energyScore(MEMBERS, TRUTH, { ...PLAIN, weights: [0.1, 0.2, 0.3, 0.4] })).toBeCloseTo(0.4074382, 6);
  });

  it("of one component is the CRPS", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 2, maxLength: 9 }), (values) => {
        const vectors = values.map((value) => [value]);
        expect(energyScore(vectors, [1])).toBeCloseTo(crps(values, 1), 10);
      }),
    );
  });

  it("is not defined for the fair form of one member, nor for weights with it", () => {
    expect(energyScore([[1, 2]], [1, 4], PLAIN)).toBe(2);
    expect(energyScore([[1, 2]], [1, 4])).toBeNaN();
    expect(() => energyScore(MEMBERS, TRUTH, { weights: [1, 1, 1, 1] })).toThrow("weighted members have no fair form");
    expect(() => energyScore(MEMBERS, TRUTH, { ...PLAIN, weights: [1] })).toThrow("need 4 weights");
    expect(() => energyScore([], TRUTH)).toThrow("need at least one member");
  });
});

describe("variogramScore", () => {
  it("gives scoringrules' values over ordered pairs, plain and fair", () => {
    expect(variogramScore(MEMBERS, TRUTH, PLAIN)).toBeCloseTo(0.04114727, 7);
    expect(variogramScore(MEMBERS, TRUTH)).toBeCloseTo(0.01407421, 7);
    expect(variogramScore(MEMBERS, TRUTH, { ...PLAIN, order: 1 })).toBeCloseTo(0.04480374, 7);
    expect(variogramScore(MEMBERS, TRUTH, { order: 1 })).toBeCloseTo(0.004730382, 7);
  });

  it("does not see what is added to all components alike", () => {
    const shifted = MEMBERS.map((member) => member.map((value) => value + 7));
    expect(variogramScore(shifted, TRUTH)).toBeCloseTo(variogramScore(MEMBERS, TRUTH), 12);
  });
});

describe("rankedProbabilityScore", () => {
  // scoringrules: categories of .01, .32, .44, .23, the third observed.
  it("gives scoringrules' value", () => {
    expect(rankedProbabilityScore([0.01, 0.32, 0.44, 0.23], 2)).toBeCloseTo(0.01 ** 2 + 0.33 ** 2 + 0.23 ** 2, 14);
    expect(0.01 ** 2 + 0.33 ** 2 + 0.23 ** 2).toBeCloseTo(0.1619, 4);
  });

  it("refuses a category there is not", () => {
    expect(() => rankedProbabilityScore([1], 1)).toThrow("need a category in 0..0, got 1");
  });
});
