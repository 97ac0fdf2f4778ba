import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brier, crps, crpsParts, type Estimator, thresholdWeightedCrps, weightedCrps } from "../../src/verify/index.ts";

/** Formulas in float64 against one another. */
const F64 = 1e-12;

/** The definition over all pairs: the slow reference. */
function pairwiseCrps(members: readonly number[], truth: number, estimator: Estimator): number {
  const count = members.length;
  let distance = 0;
  let pairs = 0;
  for (const a of members) {
    distance += Math.abs(a - truth) / count;
    for (const b of members) pairs += Math.abs(a - b);
  }
  return distance - pairs / (2 * count * (estimator === "fair" ? count - 1 : count));
}

const value = fc.double({ min: -100, max: 100, noNaN: true });
const ensemble = fc.array(value, { minLength: 2, maxLength: 12 });

describe("crps", () => {
  // properscoring/tests/test_crps.py, ecdf form; recomputed by hand.
  it.each([
    [[0, 1], 0, 0.25],
    [[0, 1], 2, 1.25],
    [[-1, 1], 0, 0.5],
    [[0, 0, 1], 0, 1 / 9],
    [[0, 0, 1], 1, 4 / 9],
    [[-1, 0, 0, 1], 0, 1 / 8],
  ])("of the step function of %j for %d is %d", (members, truth, expected) => {
    expect(crps(members, truth, { estimator: "ecdf" })).toBeCloseTo(expected, 14);
  });

  // scores/tests/probability/crps_test_data.py, whose arithmetic this is: the mean distance, less half the mean
  // difference of pairs, which sum to 22, 16 and 8 over i < j.
  it.each([
    [[0, 4, 3, 7], 2, 2.5 - 22 / 16, 2.5 - 22 / 12],
    [[1, -1, 2, 4], 3, 2 - 16 / 16, 2 - 16 / 12],
    [[0, 1, 4], 1, 4 / 3 - 8 / 9, 4 / 3 - 8 / 6],
  ])("of %j for %d is %d, and fair %d", (members, truth, ecdf, fair) => {
    expect(crps(members, truth, { estimator: "ecdf" })).toBeCloseTo(ecdf, 14);
    expect(crps(members, truth)).toBeCloseTo(fair, 14);
  });

  // The same cases of scores: shortfall 2/4, .75 · …, and excess; under [.5, 1.75, 1/3, 2], over [2, .25, 1, 0].
  it.each([
    [[0, 4, 3, 7], 2, 0.5, 2],
    [[1, -1, 2, 4], 3, 1.75, 0.25],
    [[0, 1, 4], 1, 1 / 3, 1],
    [[2], 4, 2, 0],
  ])("of %j for %d falls short by %d and exceeds by %d", (members, truth, under, over) => {
    const { underforecast, overforecast } = crpsParts(members, truth);
    expect(underforecast).toBeCloseTo(under, 14);
    expect(overforecast).toBeCloseTo(over, 14);
  });

  // properscoring: members 0 and 2 with weights .8 and .2.
  it("of weighted members is properscoring's", () => {
    expect(weightedCrps([0, 2], [0.8, 0.2], 1)).toBeCloseTo(0.68, 14);
    expect(weightedCrps([0, 2], [4, 1], 1.5)).toBeCloseTo(0.98, 14);
    expect(weightedCrps([0, 4, 3, 7], [1, 1, 1, 1], 2)).toBeCloseTo(1.125, 14);
    expect(() => weightedCrps([0, 2], [0, 0], 1)).toThrow("need 2 weights of at least 0, not all 0, got 0, 0");
  });

  it("of one member is its absolute error, and its fair form is not defined", () => {
    expect(crps([2], 4, { estimator: "ecdf" })).toBe(2);
    expect(crps([2], 4)).toBeNaN();
  });

  it("is NaN when the truth or a member is", () => {
    expect(crps([1, 2], Number.NaN)).toBeNaN();
    expect(crps([1, Number.NaN], 1)).toBeNaN();
    expect(crps([1, Number.NaN], 1, { estimator: "ecdf" })).toBeNaN();
  });

  it("refuses an ensemble without members", () => {
    expect(() => crps([], 1)).toThrow("need at least one member");
  });

  it("equals the definition over all pairs, whatever the order of the members", () => {
    fc.assert(
      fc.property(ensemble, value, fc.constantFrom<Estimator>("fair", "ecdf"), (members, truth, estimator) => {
        const expected = pairwiseCrps(members, truth, estimator);
        expect(Math.abs(crps(members, truth, { estimator }) - expected)).toBeLessThan(200 * F64);
        expect(crps(members.toReversed(), truth, { estimator })).toBe(crps(members, truth, { estimator }));
      }),
    );
  });

  it("is the sum of its two tails, and each tail the integral of the Brier score beyond the threshold", () => {
    fc.assert(
      fc.property(
        ensemble,
        value,
        value,
        fc.constantFrom<Estimator>("fair", "ecdf"),
        (members, truth, t, estimator) => {
          const [upper, lower] = (["upper", "lower"] as const).map((tail) =>
            thresholdWeightedCrps(members, truth, { threshold: t, tail, estimator }),
          );
          expect(Math.abs(upper + lower - crps(members, truth, { estimator }))).toBeLessThan(1e3 * F64);
          const steps = Float64Array.from([...members, truth, t].filter((step) => step >= t)).sort();
          let integral = 0;
          for (let i = 1; i < steps.length; i++) {
            const width = steps[i] - steps[i - 1];
            if (width > 0) integral += width * brier(members, truth, { threshold: steps[i], estimator });
          }
          expect(Math.abs(integral - upper)).toBeLessThan(1e3 * F64);
        },
      ),
    );
  });

  it("moves and scales with the values, and its ecdf form is never below zero", () => {
    fc.assert(
      fc.property(ensemble, value, value, (members, truth, shift) => {
        const there = members.map((member) => 3 * (member + shift));
        expect(Math.abs(crps(there, 3 * (truth + shift)) - 3 * crps(members, truth))).toBeLessThan(1e4 * F64);
        expect(crps(members, truth, { estimator: "ecdf" })).toBeGreaterThanOrEqual(-200 * F64);
      }),
    );
  });

  it("is the integral of the Brier score over all thresholds, fair of fair and ecdf of plain", () => {
    fc.assert(
      fc.property(ensemble, value, fc.constantFrom<Estimator>("fair", "ecdf"), (members, truth, estimator) => {
        // Between two neighboring values the event's members and outcome do not change: sum over those steps.
        const steps = Float64Array.from([...members, truth]).sort();
        let integral = 0;
        for (let i = 1; i < steps.length; i++) {
          const width = steps[i] - steps[i - 1];
          if (width > 0) integral += width * brier(members, truth, { threshold: steps[i], estimator });
        }
        expect(Math.abs(integral - crps(members, truth, { estimator }))).toBeLessThan(1e3 * F64);
      }),
    );
  });
});
