import { describe, expect, it } from "vitest";
import { normalDensity, normalProbability, normalQuantile, selfCrpsAbove } from "../../src/sandbox/gaussian.ts";

/** What the approximation promises: 1e-15 anywhere, and 1e-8 of the value in the far tails, where its fraction is cut at four terms. */
const ABSOLUTE = 1e-15;
const RELATIVE = 1e-8;

/** The trapezoidal rule with 4000 steps over ±40: the slow reference for integrals. */
function integral(of: (x: number) => number, from: number, to: number): number {
  const step = (to - from) / 4000;
  let sum = (of(from) + of(to)) / 2;
  for (let i = 1; i < 4000; i++) sum += of(from + i * step);
  return sum * step;
}

describe("normalProbability", () => {
  // Python 3: 0.5 * math.erfc(-x / math.sqrt(2)).
  it.each([
    [-12, 1.776482112077702e-33],
    [-8, 6.220960574271786e-16],
    [-3, 0.0013498980316300933],
    [-1, 0.15865525393145707],
    [0.5, 0.6914624612740131],
    [1.96, 0.9750021048517795],
  ])("of %d is %d", (x, expected) => {
    expect(Math.abs(normalProbability(x) - expected)).toBeLessThan(ABSOLUTE);
    expect(Math.abs(normalProbability(x) / expected - 1)).toBeLessThan(RELATIVE);
  });

  it("reaches 0 and 1 at the infinities and a half between", () => {
    expect([-Infinity, 0, Infinity].map(normalProbability)).toEqual([0, 0.5, 1]);
  });

  it("has the density as its slope on both sides of where the approximation changes", () => {
    for (const x of [-8, -7.0711, -7.07, -2, 0, 1, 3]) {
      const slope = (normalProbability(x + 1e-4) - normalProbability(x - 1e-4)) / 2e-4;
      expect(Math.abs(slope - normalDensity(x))).toBeLessThan(1e-8);
    }
  });
});

describe("normalQuantile", () => {
  it("undoes normalProbability", () => {
    for (const p of [1e-6, 0.05, 0.5, 0.9, 0.999]) expect(normalProbability(normalQuantile(p)) / p).toBeCloseTo(1, 12);
    expect(() => normalQuantile(1)).toThrow("probability must be in (0, 1), got 1");
  });
});

describe("selfCrpsAbove", () => {
  it("is the integral of Φ(1 − Φ)", () => {
    const product = (x: number): number => normalProbability(x) * normalProbability(-x);
    for (const x of [-9, -2, -0.3, 0, 0.4, 3]) {
      // The rule's error here is of order step² · slope at the lower end, below 1e-5.
      expect(selfCrpsAbove(x)).toBeCloseTo(integral(product, x, 12), 5);
    }
    expect(selfCrpsAbove(Number.NEGATIVE_INFINITY)).toBe(1 / Math.sqrt(Math.PI));
    expect(selfCrpsAbove(50)).toBe(0);
    expect(selfCrpsAbove(-50)).toBe(1 / Math.sqrt(Math.PI));
  });
});
