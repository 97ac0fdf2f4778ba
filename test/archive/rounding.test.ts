import { assert, double, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { KEPT_BITS, maximumRoundingError } from "../../src/archive/index.ts";
import { isRounded, roundField } from "../../src/archive/rounding.ts";
import { VARIABLE_NAMES, VARIABLES } from "../../src/core/index.ts";

const rounded = (value: number, bits: number): number => {
  const field = Float32Array.of(value);
  roundField(field, bits);
  return field[0];
};

/** The definition, in float64: the nearest multiple of 2^(e − n), ties to the even one. */
function slowRound(value: number, bits: number): number {
  if (value === 0) return value;
  // Below 2^-126 float32 has no smaller steps to round to.
  const step = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -126) - bits);
  const steps = value / step;
  const low = Math.floor(steps);
  const rest = steps - low;
  const up = rest > 0.5 || (rest === 0.5 && low % 2 !== 0);
  return step * (up ? low + 1 : low);
}

describe("rounding", () => {
  it.each(VARIABLE_NAMES)(
    "of %s errs by no more than it says, whatever the value, and a second time not at all",
    (name) => {
      const [low, high] = VARIABLES[name].hardRange;
      const bits = KEPT_BITS[name];
      assert(
        property(double({ min: low, max: high, noNaN: true }), (exact) => {
          const value = Math.fround(exact);
          const result = rounded(value, bits);
          expect(result + 0).toBe(slowRound(value, bits) + 0);
          expect(Math.abs(result - value)).toBeLessThanOrEqual(maximumRoundingError(name));
          expect(rounded(result, bits)).toBe(result);
          expect(isRounded(Float32Array.of(result), bits)).toBe(true);
        }),
        { numRuns: 500 },
      );
    },
  );

  it("keeps within half of HRRR's step of 1/16, and three digits of energies", () => {
    for (const name of ["refc", "t2m", "d2m", "u10", "v10"] as const)
      expect(maximumRoundingError(name)).toBeLessThanOrEqual(1 / 32);
    for (let cape = 1; cape <= 12_000; cape += 1.37) {
      expect(Math.abs(rounded(cape, KEPT_BITS.cape) - cape) / cape).toBeLessThanOrEqual(0.0005);
    }
  });

  it("leaves floors, energies in steps of 10 J/kg below 2048 and what is no number as they are", () => {
    for (const floor of [-10, 0]) expect(rounded(floor, 10)).toBe(floor);
    for (let cape = 0; cape <= 10_000; cape += 10) {
      expect(Math.abs(rounded(cape, KEPT_BITS.cape) - cape)).toBeLessThanOrEqual(cape < 2048 ? 0 : 4);
    }
    expect(rounded(Number.NaN, 10)).toBeNaN();
    expect(rounded(Number.POSITIVE_INFINITY, 10)).toBe(Number.POSITIVE_INFINITY);
    expect(isRounded(Float32Array.of(Number.NaN, 0.1), 10)).toBe(false);
  });
});
