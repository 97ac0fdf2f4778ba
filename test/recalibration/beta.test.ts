import { array, assert, double, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { type BetaParameters, betaCalibrated, fitBeta, type IssuedProbability } from "../../src/recalibration/index.ts";

const ISSUED = [0.02, 0.1, 0.3, 0.5, 0.7, 0.9];

/** As many events as the map says: the likelihood's maximum is then the map itself. */
const followed = (map: BetaParameters, count = 1000): IssuedProbability[] =>
  ISSUED.map((probability) => ({ probability, count, events: count * betaCalibrated(map, probability) }));

/** Newton ends where rounding does; curvature of 1e-4 and more leaves about 1e-11 of a parameter. */
const SETTLED = 1e-9;

describe("beta calibration", () => {
  it("changes nothing with a = b = 1 and c = 0, and keeps the ends", () => {
    const same = { a: 1, b: 1, c: 0 };
    for (const p of [0, 0.001, 0.3, 0.5, 0.999, 1]) expect(betaCalibrated(same, p)).toBeCloseTo(p, 12);
    const map = { a: 0.4, b: 1.7, c: -0.6 };
    expect(betaCalibrated(map, 0)).toBe(0);
    expect(betaCalibrated(map, 1)).toBe(1);
    // A slope of 0 knows nothing of its end: logistic(c) there.
    expect(betaCalibrated({ a: 0, b: 1, c: 0 }, 0)).toBe(0.5);
    expect(betaCalibrated({ a: 1, b: 0, c: 0 }, 1)).toBe(0.5);
  });

  it("is logit(p′) = a ln p − b ln(1 − p) + c", () => {
    // 0.5 ln 0.2 − 2 ln 0.8 + 0.1 = −0.804719 + 0.446287 + 0.1 = −0.258432; 1 / (1 + e^0.258432)
    expect(betaCalibrated({ a: 0.5, b: 2, c: 0.1 }, 0.2)).toBeCloseTo(0.435749, 6);
  });

  it("finds the map that what happened came from", () => {
    const slope = double({ min: 0.05, max: 3, noNaN: true });
    const maps = record({ a: slope, b: slope, c: double({ min: -2, max: 2, noNaN: true }) });
    assert(
      property(maps, (map) => {
        const found = fitBeta(followed(map));
        for (const name of ["a", "b", "c"] as const) expect(Math.abs(found[name] - map[name])).toBeLessThan(SETTLED);
      }),
    );
  });

  it("holds a slope at 0 rather than let the map fall, and is then the best that never falls", () => {
    // More events after 20 % than after 80 %: a falling map would be likelier.
    const bent = [0.2, 0.3, 0.7, 0.8].map((probability, at) => ({
      probability,
      count: 100,
      events: [50, 30, 30, 35][at],
    }));
    const { a, b, c } = fitBeta(bent);
    expect(Math.min(a, b)).toBe(0);
    const loss = (map: BetaParameters): number =>
      bent.reduce((sum, { probability, count, events }) => {
        const p = betaCalibrated(map, probability);
        return sum - events * Math.log(p) - (count - events) * Math.log(1 - p);
      }, 0);
    const best = loss({ a, b, c });
    for (const [da, db, dc] of [
      [0.01, 0, 0],
      [0, 0.01, 0],
      [0.01, 0, 0.01],
      [0, 0.01, -0.01],
      [0, 0, 0.01],
      [0, 0, -0.01],
    ]) {
      expect(loss({ a: a + da, b: b + db, c: c + dc })).toBeGreaterThan(best);
    }
  });

  it("never falls and stays inside 0..1, whatever happened", () => {
    const outcomes = array(integer({ min: 1, max: 99 }), { minLength: 6, maxLength: 6 });
    assert(
      property(outcomes, (events) => {
        const map = fitBeta(ISSUED.map((probability, at) => ({ probability, count: 100, events: events[at] })));
        const after = Array.from({ length: 999 }, (_, at) => betaCalibrated(map, (at + 1) / 1000));
        expect(after.every((p, at) => p >= (after[at - 1] ?? 0) && p <= 1)).toBe(true);
      }),
    );
  });

  it("refuses what has no one maximum", () => {
    const apart = ISSUED.map((probability, at) => ({ probability, count: 10, events: at < 3 ? 0 : 10 }));
    expect(() => fitBeta(apart)).toThrow("three probabilities followed by both outcomes, got 0");
    expect(() => fitBeta([{ probability: 0, count: 10, events: 5 }])).toThrow("inside 0..1, got 0");
  });
});
