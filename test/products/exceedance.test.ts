import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accumulateExceedance, type Threshold, threshold } from "../../src/products/index.ts";

const field = (...values: number[]): Float32Array => Float32Array.from(values);

function probabilities(members: readonly Float32Array[], ...thresholds: Threshold[]): number[][] {
  const accumulator = accumulateExceedance(members[0].length, thresholds);
  for (const member of members) accumulator.add(member);
  return accumulator.finish().map(({ probability }) => [...probability]);
}

describe("exceedance probability", () => {
  it("is the fraction of members at or above the threshold", () => {
    const members = [field(40, 39.9, -10), field(55, 40, -10), field(12, 60, -10), field(41, 20, -10)];
    expect(probabilities(members, threshold("refc", 40), threshold("refc", 50))).toEqual([
      [3 / 4, 2 / 4, 0],
      [1 / 4, 1 / 4, 0],
    ]);
  });

  it("counts a datum that is the threshold rounded to float32", () => {
    // 70 °F = 294.2611… K; float32 of it lies below the exact number.
    const dewPoint = threshold("d2m", 70);
    expect(Math.fround(dewPoint.stored)).toBeLessThan(dewPoint.stored);
    expect(probabilities([field(dewPoint.stored)], dewPoint)).toEqual([[1]]);
  });

  it("counts at most where the threshold says so", () => {
    expect(probabilities([field(273.15, 273.2), field(270, 280)], threshold("t2m", 32, "atMost"))).toEqual([[1, 0]]);
  });

  it("counts a cap as weak when CIN is at or above the threshold", () => {
    expect(probabilities([field(-50, -51), field(-10, -200)], threshold("cin", -50))).toEqual([[1, 0]]);
  });

  it("is missing where any member is, whichever comes first", () => {
    const accumulator = accumulateExceedance(2, [threshold("refc", 20)]);
    for (const member of [field(Number.NaN, 50), field(50, Number.NaN), field(50, 50)]) accumulator.add(member);
    const [{ probability, missing }] = accumulator.finish();
    expect([...probability]).toEqual([Number.NaN, Number.NaN]);
    expect(missing).toBe(2);
  });

  it("never grows with the threshold", () => {
    const values = fc.array(fc.float({ noNaN: true, min: -40, max: 90 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        values,
        fc.float({ noNaN: true, min: -40, max: 90 }),
        fc.float({ noNaN: true, min: 0, max: 20 }),
        (members, low, more) => {
          const [[lower], [higher]] = probabilities(
            members.map((value) => field(value)),
            threshold("refc", low),
            threshold("refc", low + more),
          );
          expect(higher).toBeLessThanOrEqual(lower);
        },
      ),
    );
  });
});
