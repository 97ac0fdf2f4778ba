import { describe, expect, it } from "vitest";
import { RequestError } from "../../src/core/index.ts";
import { fitShares, type ShareTally, shareTally, thinned, tooFewToFit } from "../../src/recalibration/index.ts";
import { syntheticTally } from "./tallies.ts";

/** Of ten cases that surprise no more than independent cells would, so that weights are high. */
const tally = (count: readonly number[], events: readonly number[]): ShareTally => ({
  ...shareTally(count, events),
  cases: 10,
  casesWithEvent: 8,
  residual: 0,
  residualSquare: 0,
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

describe("the tally of a case", () => {
  it("knows how many more events there were than its shares added up to", () => {
    // Shares add up to 1 · 2 · ½ + 1 = 2; three events came.
    const one = shareTally([5, 2, 1], [1, 1, 1]);
    expect(one).toEqual({
      count: [5, 2, 1],
      events: [1, 1, 1],
      cases: 1,
      casesWithEvent: 1,
      residual: 1,
      residualSquare: 1,
    });
  });
});

/** What was learnt, of what is said: said = w · learnt + (1 − w) · i/M. */
function learntOf(one: ShareTally, method: "beta" | "isotonic"): number[] {
  const { calibrated, weight } = fitShares(one, method);
  const members = one.count.length - 1;
  return calibrated.map((p, i) => Number(((p - ((1 - weight) * i) / members) / weight).toFixed(10)));
}

describe("calibrated shares", () => {
  it("by beta follow a curve between none and all, and have frequencies of their own at none and all", () => {
    // Interior: exactly logit(p′) = 0.5 ln p − 0.5 ln(1 − p), half the logit; ends by (e + 10 c)/(n + 10), c the neighbor's.
    const half = (p: number): number => 1 / (1 + Math.sqrt((1 - p) / p));
    const inner = [half(0.25), half(0.5), half(0.75)];
    const [q1, , q3] = inner;
    const one = tally([990, 100, 100, 100, 90], [10, ...inner.map((p) => 100 * p), 80]);
    const expected = [(10 + 10 * q1) / 1000, ...inner, (80 + 10 * q3) / 100];
    for (const [i, p] of learntOf(one, "beta").entries()) expect(p).toBeCloseTo(expected[i], 8);
    // "All" was never said: it is worth what three of four were.
    const unseen = tally([990, 100, 100, 100, 0], [10, ...inner.map((p) => 100 * p), 0]);
    expect(learntOf(unseen, "beta")[4]).toBeCloseTo(q3, 8);
  });

  it("by isotonic regression are the frequencies where they rise, with straight lines between shares that were issued, held beyond", () => {
    expect(learntOf(tally([100, 50, 0, 50, 40], [5, 10, 0, 25, 20]), "isotonic")).toEqual([0.05, 0.2, 0.35, 0.5, 0.5]);
    expect(learntOf(tally([0, 50, 60, 50, 0], [0, 10, 21, 25, 0]), "isotonic")).toEqual([0.2, 0.2, 0.35, 0.5, 0.5]);
  });

  it("are learnt with the weight of the independent forecasts that the cases amount to", () => {
    const [count, events] = [
      [400, 100, 100, 100, 100],
      [40, 30, 40, 50, 60],
    ];
    const { weight } = fitShares(tally(count, events), "isotonic");
    // I = Σ n p (1 − p) = 400 · 0.1 · 0.9 + 100 (0.3 · 0.7 + 0.4 · 0.6 + 0.5 · 0.5 + 0.6 · 0.4) = 130
    expect(weight).toBeCloseTo(130 / 140, 12);
    // Ten cases that surprise by ±52 each: V = 10 · 52² · 10/9, so that E = 130² / V = 0.5625.
    const together = { ...tally(count, events), residualSquare: 10 * 52 ** 2 };
    expect(fitShares(together, "isotonic").weight).toBeCloseTo(0.5625 / 10.5625, 12);
    // A bias that all cases share is no luck: it is what is to be learnt.
    const biased = { ...tally(count, events), residual: 520, residualSquare: 10 * 52 ** 2 };
    expect(fitShares(biased, "isotonic").weight).toBeCloseTo(130 / 140, 12);
  });

  it("never fall and stay inside 0..1, by either method and for any tally", () => {
    for (let seed = 0; seed < 40; seed++) {
      const [spread, shared] = [0.2 + (seed % 5) / 4, (seed % 3) / 3];
      const world = { seed, spread, shared, members: 5 + (seed % 9), cellsPerCase: 80, threshold: 0.5 };
      const one = syntheticTally({ ...world, cases: 12 });
      for (const method of ["beta", "isotonic"] as const) {
        if (tooFewToFit(one, method) !== undefined) continue;
        const { calibrated } = fitShares(one, method);
        expect(calibrated.every((p, i) => p >= (calibrated[i - 1] ?? 0) && p <= 1)).toBe(true);
      }
    }
  });

  it("do little harm where cases are few and of one piece, and gain where they tell", () => {
    const world = { spread: 0.6, members: 20, cellsPerCase: 300, threshold: 2 };
    const raw = Array.from({ length: 21 }, (_, i) => i / 20);
    const brierOf = (fresh: ShareTally, shares: readonly number[]): number =>
      shares.reduce((total, p, i) => total + fresh.count[i] * p * p - 2 * p * fresh.events[i] + fresh.events[i], 0) /
      sum(fresh.count);
    for (const [shared, cases, gain] of [
      [0.8, 12, -0.02],
      [0, 12, 0.02],
    ]) {
      const fresh = syntheticTally({ ...world, shared, seed: 1, cases: 400 });
      for (let seed = 10; seed < 20; seed++) {
        const { calibrated } = fitShares(syntheticTally({ ...world, shared, seed, cases }));
        expect(1 - brierOf(fresh, calibrated) / brierOf(fresh, raw)).toBeGreaterThan(gain);
      }
    }
  });

  it("are refused with numbers where there is too little to learn from", () => {
    const few = tally([900, 50, 40, 10, 10], [10, 5, 5, 5, 0]);
    expect(() => fitShares(few)).toThrow(RequestError);
    expect(() => fitShares(few)).toThrow(
      "expected 30 cells with the event and 30 without, got 25 of 1010 cells with it",
    );
    const enough = { ...few, events: [20, 10, 10, 5, 0] };
    expect(tooFewToFit({ ...enough, casesWithEvent: 4 })?.got).toBe("4 of 10 cases with it");
    expect(tooFewToFit({ ...few, events: [20, 0, 40, 10, 0] })?.got).toBe("0 of them");
    expect(tooFewToFit({ ...few, events: [20, 0, 40, 10, 0] }, "isotonic")).toBeUndefined();
    expect(tooFewToFit(enough)).toBeUndefined();
    const neverWrong = tally([900, 40, 40, 0, 60], [0, 0, 40, 0, 60]);
    expect(tooFewToFit(neverWrong, "isotonic")?.expected).toBe("a share that was followed by both outcomes");
  });
});
