import { describe, expect, it } from "vitest";
import { brier, brierOfProbability } from "../../src/verify/index.ts";

describe("brier", () => {
  // scores/tests/probability/brier_test_data.py, event "≥ 1": (i/M − o)², and i (M − i) / (M² (M − 1)) off for the fair form.
  it.each([
    [[0, 4, 3, 7], 0, 9 / 16, 9 / 16 - 3 / 48],
    [[0, -1, 2, 4], 3, 1 / 4, 1 / 4 - 4 / 48],
    [[0, 1, 4], 1, 1 / 9, 1 / 9 - 2 / 18],
  ])("of %j for %d is %d, and fair %d", (members, truth, plain, fair) => {
    expect(brier(members, truth, { threshold: 1, estimator: "ecdf" })).toBeCloseTo(plain, 14);
    expect(brier(members, truth, { threshold: 1 })).toBeCloseTo(fair, 14);
  });

  it("of one member is 0 or 1, and its fair form is not defined", () => {
    expect(brier([0], 4, { threshold: 1, estimator: "ecdf" })).toBe(1);
    expect(brier([0], 4, { threshold: 1 })).toBeNaN();
  });

  // properscoring threshold_brier_score: y = 0, members −1 and 1, thresholds −2, 0, 2. There the event is
  // "> threshold"; with "≥" the truth has it at 0, and the score there is the same by symmetry.
  it("counts a value at the threshold as the event", () => {
    const plain = [-2, 0, 2].map((threshold) => brier([-1, 1], 0, { threshold, estimator: "ecdf" }));
    expect(plain).toEqual([0, 0.25, 0]);
    expect(brier([0, 0], 0, { threshold: 0 })).toBe(0);
    expect(brier([0, 0], -1, { threshold: 0, estimator: "ecdf" })).toBe(1);
  });

  it("is NaN when the truth or a member is", () => {
    expect(brier([1, 2], Number.NaN, { threshold: 1 })).toBeNaN();
    expect(brier([1, Number.NaN], 1, { threshold: 1, estimator: "ecdf" })).toBeNaN();
  });

  it("refuses an ensemble without members", () => {
    expect(() => brier([], 1, { threshold: 0 })).toThrow("need at least one member");
  });

  // Murphy's decomposition of the same ten pairs, by hand: REL .0270833 − RES .1233333 + UNC .24 = .14375.
  it("of issued probabilities is the squared difference to the outcome", () => {
    const p = [0, 0, 0.25, 0.25, 0.5, 0.5, 0.5, 0.75, 1, 1];
    const y = [0, 0, 0, 1, 0, 1, 1, 1, 1, 1];
    const mean = p.reduce((sum, probability, i) => sum + brierOfProbability(probability, y[i]), 0) / p.length;
    expect(mean).toBeCloseTo(0.14375, 14);
  });
});
