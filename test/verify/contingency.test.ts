import { describe, expect, it } from "vitest";
import { contingency, contingencyScores, memberContingency, tabulate } from "../../src/verify/index.ts";

describe("contingency", () => {
  it("counts the four outcomes of an event at or above the threshold, where both fields have data", () => {
    const forecast = Float32Array.of(2, 2, 0, 0, Number.NaN, 1);
    const truth = Float32Array.of(3, 0, 1, 0, 5, 1);
    expect(contingency(forecast, truth, { threshold: 1 })).toEqual({
      hits: 2,
      falseAlarms: 1,
      misses: 1,
      correctNegatives: 1,
    });
  });
});

describe("contingencyScores", () => {
  // pysteps/tests/test_verification_detcatscores.py: 82 hits, 38 false alarms, 23 misses, 222 correct negatives.
  it("gives pysteps' values", () => {
    const scores = contingencyScores({ hits: 82, falseAlarms: 38, misses: 23, correctNegatives: 222 });
    expect(scores.probabilityOfDetection).toBeCloseTo(0.7809524, 7);
    expect(scores.falseAlarmRatio).toBeCloseTo(0.3166667, 7);
    expect(scores.falseAlarmRate).toBeCloseTo(0.1461538, 7);
    expect(scores.criticalSuccessIndex).toBeCloseTo(0.5734266, 7);
    expect(scores.equitableThreatScore).toBeCloseTo(0.437682, 6);
    expect(scores.frequencyBias).toBeCloseTo(1.1428571, 7);
    expect(scores.successRatio).toBeCloseTo(1 - 0.3166667, 7);
    expect(scores.accuracy).toBeCloseTo(0.83287671, 8);
    expect(scores.heidkeSkillScore).toBeCloseTo(0.608871, 6);
    expect(scores.hanssenKuipers).toBeCloseTo(0.6348, 4);
    expect(scores.extremalDependence).toBeCloseTo(0.789308, 6);
    expect(scores.matthewsCorrelation).toBeCloseTo(0.611707, 6);
    expect(scores.f1).toBeCloseTo(0.728889, 6);
  });

  it("is NaN where nothing happened to be detected", () => {
    const scores = contingencyScores({ hits: 0, falseAlarms: 3, misses: 0, correctNegatives: 7 });
    expect(scores.probabilityOfDetection).toBeNaN();
    expect(scores.falseAlarmRatio).toBe(1);
  });
});

describe("memberContingency", () => {
  it("is the table of all members pooled, over their number", () => {
    // Members yes-yes, yes-no, no-no; it happened, it did not, it did.
    const table = tabulate([1, 0.5, 0], [1, 0, 1], 2);
    expect(memberContingency(table)).toEqual({ hits: 1, falseAlarms: 0.5, misses: 1, correctNegatives: 0.5 });
  });
});
