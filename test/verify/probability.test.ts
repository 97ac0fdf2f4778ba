import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uniforms } from "../../src/core/index.ts";
import {
  addTallies,
  brier,
  brierScores,
  type CellEvent,
  chiSquaredTail,
  consistencyBars,
  contingencyScores,
  describeEvent,
  eventName,
  logScore,
  type NearbyEvent,
  probabilityTable,
  quantile,
  reissued,
  reliabilityPoints,
  rocArea,
  SMOOTH_BINS,
  tabulate,
  warningLevels,
} from "../../src/verify/index.ts";

/** Conventions 4.3: ten pairs, worked out by hand and again with NumPy. */
const P = [0, 0, 0.25, 0.25, 0.5, 0.5, 0.5, 0.75, 1, 1];
const Y = [0, 0, 0, 1, 0, 1, 1, 1, 1, 1];

describe("the logarithmic score", () => {
  it("is the mean of −ln of what was said of what happened", () => {
    expect(logScore(tabulate([0.5, 0.5], [1, 0], 2))).toBeCloseTo(Math.LN2, 14);
    // −(ln 0.25 + 2 ln 0.75 + ln 0.5) / 4
    expect(logScore(tabulate([0.25, 0.25, 0.75, 0.5], [1, 0, 1, 0], 4))).toBeCloseTo(
      -(Math.log(0.25) + 2 * Math.log(0.75) + Math.log(0.5)) / 4,
      14,
    );
  });

  it("is infinite where an event was called impossible, and counts certainties that held as perfect", () => {
    expect(logScore(tabulate([0, 1, 0], [0, 1, 0], 4))).toBe(0);
    expect(logScore(tabulate(P, Y, 4))).toBeLessThan(1);
    expect(logScore(tabulate([0, 0, 1], [0, 1, 1], 4))).toBe(Number.POSITIVE_INFINITY);
    expect(logScore(tabulate([], [], 4))).toBeNaN();
  });
});

describe("a table of other probabilities for the same bins", () => {
  it("is the table that saying them would have left", () => {
    const other = [0.05, 0.3, 0.45, 0.6, 0.9];
    const said = P.map((p) => other[4 * p]);
    const { count, events, ...sums } = reissued(tabulate(P, Y, 4), other);
    // Bins of 1/20 keep these five apart too.
    const direct = tabulate(said, Y, 20);
    expect(count.filter((n) => n > 0)).toEqual(direct.count.filter((n) => n > 0));
    expect(events).toEqual([0, 1, 2, 1, 2]);
    for (const slot of ["probability", "probabilitySquare", "probabilityOfEvents"] as const) {
      const [ours, theirs] = [sums[slot], direct[slot]].map((list) => list.reduce((a, b) => a + b, 0));
      expect(ours).toBeCloseTo(theirs, 12);
    }
    expect(brierScores(reissued(tabulate(P, Y, 4), other)).brier).toBeCloseTo(brierScores(direct).brier, 12);
  });
});

describe("brierScores", () => {
  it("splits the score of the ten pairs into reliability, resolution and uncertainty", () => {
    const scores = brierScores(tabulate(P, Y, 4), 4);
    expect(scores.brier).toBeCloseTo(0.14375, 14);
    expect(scores.reliability).toBeCloseTo(0.0270833, 7);
    expect(scores.resolution).toBeCloseTo(0.1233333, 7);
    expect(scores.uncertainty).toBeCloseTo(0.24, 14);
    expect(scores.within).toBeCloseTo(0, 14);
    expect(scores.skillAgainstSampleClimatology).toBeCloseTo(0.4010417, 7);
  });

  it("is the mean of the Brier scores of single cells, plain and fair, with nothing hidden in bins of distinct probabilities", () => {
    const cell = fc.record({ yes: fc.nat(5), happened: fc.constantFrom(0, 1) });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 40 }), (cells) => {
        const table = tabulate(
          cells.map(({ yes }) => yes / 5),
          cells.map(({ happened }) => happened),
          5,
        );
        const scores = brierScores(table, 5);
        for (const estimator of ["fair", "ecdf"] as const) {
          const singles = cells.map(({ yes, happened }) =>
            brier(
              [0, 1, 2, 3, 4].map((member) => Number(member < yes)),
              happened,
              { threshold: 1, estimator },
            ),
          );
          const mean = singles.reduce((sum, score) => sum + score, 0) / cells.length;
          expect(estimator === "fair" ? scores.fairBrier : scores.brier).toBeCloseTo(mean, 12);
        }
        expect(scores.within).toBeCloseTo(0, 12);
      }),
    );
  });

  it("keeps the score exact where probabilities share bins, and says what the bins hide", () => {
    const [p, y] = [
      Float64Array.from(uniforms({ seed: 1, purpose: "p" }, 500)),
      uniforms({ seed: 2, purpose: "y" }, 500),
    ];
    const happened = p.map((probability, at) => Number(y[at] < probability));
    const scores = brierScores(tabulate(p, happened, SMOOTH_BINS));
    const mean = p.reduce((sum, probability, at) => sum + (probability - happened[at]) ** 2, 0) / p.length;
    expect(scores.brier).toBeCloseTo(mean, 12);
    expect(Math.abs(scores.within)).toBeGreaterThan(1e-6);
    expect(scores.fairBrier).toBeNaN();
  });

  it("of nothing is NaN", () => {
    const scores = brierScores(tabulate([], [], 4), 4);
    for (const name of ["brier", "reliability", "resolution", "baseRate"] as const) expect(scores[name]).toBeNaN();
  });

  it("adds over cases", () => {
    const [first, second] = [tabulate(P.slice(0, 4), Y.slice(0, 4), 4), tabulate(P.slice(4), Y.slice(4), 4)];
    expect(brierScores(addTallies(first, second), 4)).toEqual(brierScores(tabulate(P, Y, 4), 4));
  });
});

describe("rocArea", () => {
  it("of the ten pairs is .8958333", () => {
    expect(rocArea(tabulate(P, Y, 4))).toBeCloseTo(0.8958333, 7);
  });

  it("is 1 for perfect discrimination, ½ for none, and NaN where nothing happened", () => {
    expect(rocArea(tabulate([0, 1], [0, 1], 4))).toBe(1);
    expect(rocArea(tabulate([0.5, 0.5], [0, 1], 4))).toBe(0.5);
    expect(rocArea(tabulate([0.5, 0.5], [0, 0], 4))).toBeNaN();
  });

  it("comes from the counts at every level of warning", () => {
    const levels = warningLevels(tabulate(P, Y, 4));
    expect(levels.map(({ probability }) => probability)).toEqual([1, 0.75, 0.5, 0.25, 0]);
    expect(levels[2]).toEqual({ probability: 0.5, hits: 5, falseAlarms: 1, misses: 1, correctNegatives: 3 });
    expect(contingencyScores(levels[4]).probabilityOfDetection).toBe(1);
  });
});

describe("reliability", () => {
  it("has a point for each bin that holds anything", () => {
    expect(reliabilityPoints(tabulate(P, Y, 4))).toEqual([
      { meanProbability: 0, observedFrequency: 0, count: 2 },
      { meanProbability: 0.25, observedFrequency: 0.5, count: 2 },
      { meanProbability: 0.5, observedFrequency: 2 / 3, count: 3 },
      { meanProbability: 0.75, observedFrequency: 1, count: 1 },
      { meanProbability: 1, observedFrequency: 1, count: 2 },
    ]);
  });

  it("holds a reliable forecast between its bars about nine times in ten, and an overconfident one outside", () => {
    const inside = (sharpen: number): number => {
      let held = 0;
      let all = 0;
      for (let index = 0; index < 40; index++) {
        const u = uniforms({ seed: 3, purpose: "bars", index }, 4000);
        const issued = Array.from({ length: 2000 }, (_, at) => Math.round(10 * u[2 * at]) / 10);
        const happened = issued.map((p, at) => Number(u[2 * at + 1] < 0.5 + sharpen * (p - 0.5)));
        const points = reliabilityPoints(tabulate(issued, happened, 10));
        const bars = consistencyBars(points, { key: { seed: 4, purpose: "bars", member: index } });
        for (const [at, { observedFrequency }] of points.entries()) {
          all++;
          if (observedFrequency >= bars[at].low && observedFrequency <= bars[at].high) held++;
        }
      }
      return held / all;
    };
    // 440 points at 90 % and more (frequencies are discrete): 5 standard errors of 1.4 % each way.
    expect(inside(1)).toBeGreaterThan(0.83);
    expect(inside(1)).toBeLessThan(0.98);
    expect(inside(0.5)).toBeLessThan(0.4);
  });

  it("has wider bars where many cells make one forecast", () => {
    const points = [{ meanProbability: 0.3, observedFrequency: 0.3, count: 100_000 }];
    const width = (designEffect: number): number => {
      const [{ low, high }] = consistencyBars(points, {
        key: { seed: 5, purpose: "bars" },
        designEffect: [designEffect],
      });
      return high - low;
    };
    // 2 · 1.645 √(.3 · .7 / n), within the luck of a thousand draws.
    expect(width(1) / (3.29 * Math.sqrt(0.21 / 100_000))).toBeCloseTo(1, 0);
    expect(width(1000) / (3.29 * Math.sqrt(0.21 / 100))).toBeCloseTo(1, 0);
    expect(() => consistencyBars(points, { key: { seed: 5, purpose: "b" }, draws: 9 })).toThrow("at least 100 draws");
  });
});

describe("quantile", () => {
  it("is linear between order statistics", () => {
    expect([0, 0.25, 0.5, 1].map((share) => quantile([1, 2, 4], share))).toEqual([1, 1.5, 2, 4]);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("events", () => {
  const here: CellEvent = { kind: "cell", variable: "refc", threshold: 40 };
  const near: NearbyEvent = { kind: "nearby", variable: "refc", threshold: 40, radiusKm: 40 };
  const half = Float32Array.of(0.5);

  it("are named with threshold, unit and radius", () => {
    expect([eventName(here), eventName(near)]).toEqual(["refc>=40", "refc>=40@40km"]);
    expect(describeEvent(near)).toBe("composite reflectivity ≥ 40 dBZ within 40 km");
  });

  it("of two kinds cannot be compared: not in the types, and not at run time", () => {
    const outcome = { event: near, happened: half };
    // @ts-expect-error a probability of the event here is not judged by the event nearby
    expect(() => probabilityTable({ event: here, probability: half }, outcome)).toThrow(
      'verify: expected what happened of "composite reflectivity ≥ 40 dBZ", got "composite reflectivity ≥ 40 dBZ within 40 km"',
    );
    const wider = { event: { ...near, radiusKm: 20 }, probability: half };
    expect(() => probabilityTable(wider, outcome)).toThrow("within 20 km");
  });

  it("count where probability and outcome are both there", () => {
    const probability = Float32Array.of(0.5, Number.NaN, 0.25, 1);
    const happened = Float32Array.of(1, 1, Number.NaN, 0);
    const table = probabilityTable({ event: here, probability, memberCount: 4 }, { event: here, happened });
    expect(table.count).toEqual([0, 0, 1, 0, 1]);
    expect(table.events).toEqual([0, 0, 1, 0, 0]);
    expect(table.missingCells).toBe(2);
    expect(() => tabulate([1.5], [1], 4)).toThrow("verify: expected probabilities in 0..1, got 1.5 in cell 0");
  });
});

describe("chiSquaredTail", () => {
  // scipy.stats.chi2.sf
  it.each([
    [7.5, 4, 0.11170929281604328],
    [3.841458820694124, 1, 0.05],
    [0.1, 10, 0.9999999975020487],
    [300, 20, 8.082849629775851e-52],
  ])("of %d with %d degrees of freedom is %d", (statistic, degrees, expected) => {
    expect(chiSquaredTail(statistic, degrees) / expected).toBeCloseTo(1, 11);
  });

  it("is 1 at 0 and NaN where there is no statistic", () => {
    expect(chiSquaredTail(0, 3)).toBe(1);
    expect(chiSquaredTail(Number.NaN, 3)).toBeNaN();
    expect(() => chiSquaredTail(1, 0)).toThrow("need a degree of freedom, got 0");
  });
});
