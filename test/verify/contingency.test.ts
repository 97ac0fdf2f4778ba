import { describe, expect, it } from "vitest";
import { contingency, contingencyScores } from "../../src/verify/index.ts";

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
  });

  it("is NaN where nothing happened to be detected", () => {
    const scores = contingencyScores({ hits: 0, falseAlarms: 3, misses: 0, correctNegatives: 7 });
    expect(scores.probabilityOfDetection).toBeNaN();
    expect(scores.falseAlarmRatio).toBe(1);
  });
});
