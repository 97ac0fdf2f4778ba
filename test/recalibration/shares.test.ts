import { describe, expect, it } from "vitest";
import { RequestError } from "../../src/core/index.ts";
import { calibratedShares, fitShareMap, type ShareTally, thinned, tooFewToFit } from "../../src/recalibration/index.ts";
import { syntheticTally } from "./tallies.ts";

const tally = (count: readonly number[], events: readonly number[]): ShareTally => ({
  count,
  events,
  cases: 10,
  casesWithEvent: 8,
});
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe("a tally of fewer members", () => {
  it("is what a random choice of them leaves on average", () => {
    // 1 of 2: half the choices have it. 2 of 4 thinned to 2: C(2,j) C(2,2−j) / C(4,2) = 1/6, 4/6, 1/6.
    expect(thinned(tally([0, 1, 0], [0, 1, 0]), 1).count).toEqual([0.5, 0.5]);
    for (const [j, expected] of [1 / 6, 4 / 6, 1 / 6].entries()) {
      expect(thinned(tally([0, 0, 1, 0, 0], [0, 0, 0, 0, 0]), 2).count[j]).toBeCloseTo(expected, 12);
    }
  });

  it("keeps cells and events, and is the same by one step or two", () => {
    const whole = syntheticTally({ seed: 3, spread: 0.6, members: 20, cases: 6, cellsPerCase: 300 });
    const few = thinned(whole, 5);
    expect(sum(few.count)).toBeCloseTo(1800, 8);
    expect(sum(few.events)).toBeCloseTo(sum(whole.events), 8);
    for (const [j, value] of thinned(thinned(whole, 12), 5).events.entries()) {
      expect(value).toBeCloseTo(few.events[j], 8);
    }
    expect(thinned(whole, 20)).toBe(whole);
    expect(() => thinned(whole, 21)).toThrow("not to 21");
  });

  it("agrees with members that were really left out, within the luck of which", () => {
    const options = { seed: 8, spread: 0.7, cases: 40, cellsPerCase: 500 };
    // The first members of a cell are drawn alike however many follow, but the cells behind them are not: two samples of one world.
    const [thin, drawn] = [
      thinned(syntheticTally({ ...options, members: 16 }), 4),
      syntheticTally({ ...options, members: 4 }),
    ];
    for (const [j, n] of thin.count.entries()) {
      const [share, other] = [n / 20_000, drawn.count[j] / 20_000];
      // The case's own mean makes 40 samples of them, not 20 000: five standard errors of a share of 40.
      expect(Math.abs(share - other)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / 40));
    }
  });
});

describe("the map of a tally", () => {
  it("by beta reads i of M as (i + ½) / (M + 1), so that no share is a certainty", () => {
    const shares = calibratedShares({ method: "beta", a: 1, b: 1, c: 0 }, 4);
    for (const [i, p] of shares.entries()) expect(p).toBeCloseTo((i + 0.5) / 5, 12);
  });

  it("by isotonic regression is the frequencies where they rise, and straight lines between shares that were issued", () => {
    const map = fitShareMap(tally([100, 50, 0, 50, 40], [5, 10, 0, 25, 20]), "isotonic");
    expect(map).toEqual({ method: "isotonic", members: [0, 1, 3, 4], calibrated: [0.05, 0.2, 0.5, 0.5] });
    expect([...calibratedShares(map, 4)].map((p) => Number(p.toFixed(12)))).toEqual([0.05, 0.2, 0.35, 0.5, 0.5]);
  });

  it("by isotonic regression holds its last values beyond what was issued", () => {
    const map = fitShareMap(tally([0, 50, 60, 50, 0], [0, 10, 20, 25, 0]), "isotonic");
    const [none, one, , three, all] = calibratedShares(map, 4);
    expect([none, all]).toEqual([one, three]);
  });

  it("never falls and stays inside 0..1, by either method and for any tally", () => {
    for (let seed = 0; seed < 40; seed++) {
      const spread = 0.2 + (seed % 5) / 4;
      const one = syntheticTally({ seed, spread, members: 3 + (seed % 9), cases: 8, cellsPerCase: 60, threshold: 0.5 });
      for (const method of ["beta", "isotonic"] as const) {
        const shares = calibratedShares(fitShareMap(one, method), one.count.length - 1);
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...shares)).toBeLessThanOrEqual(1);
        for (let i = 1; i < shares.length; i++) expect(shares[i]).toBeGreaterThanOrEqual(shares[i - 1]);
      }
    }
  });

  it("is refused with numbers where there is too little to learn from", () => {
    const few = tally([900, 50, 40, 10], [10, 5, 5, 5]);
    expect(() => fitShareMap(few)).toThrow(RequestError);
    expect(() => fitShareMap(few)).toThrow(
      "expected 30 cells with the event and 30 without, got 25 of 1000 cells with it",
    );
    expect(tooFewToFit({ ...few, events: [20, 10, 10, 5], casesWithEvent: 4 })?.got).toBe("4 of 10 cases with it");
    expect(tooFewToFit({ ...few, events: [0, 25, 40, 10] })?.got).toBe("1 of them");
    expect(tooFewToFit({ ...few, events: [20, 10, 10, 5] })).toBeUndefined();
  });
});
