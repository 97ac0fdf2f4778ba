import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localMatchedMean, probabilityMatchedMean } from "../../src/products/index.ts";
import { sortValues, stableOrder } from "../../src/products/radix-order.ts";
import { cropOfHrrr } from "./sample-ensemble.ts";

const field = (...values: number[]): Float32Array => Float32Array.from(values);

describe("the probability-matched mean", () => {
  // Conventions 4.3, recomputed by hand. All values ascending: 0 0 0 0 0 5 10 20 30 40 50 60; mean 10, 6.67, 40, 15.
  const members = [field(0, 0, 10, 40), field(0, 20, 50, 0), field(30, 0, 60, 5)];
  it.each([
    ["href", [0, 0, 40, 10]],
    ["ebert", [0, 0, 50, 20]],
    ["group-mean", [5 / 3, 0, 50, 20]],
  ] as const)("%s", (variant, expected) => {
    const matched = probabilityMatchedMean(members, variant);
    for (const [cell, value] of expected.entries()) expect(matched[cell]).toBeCloseTo(value, 5);
  });

  it("sets negatives to 0 and stays within the members in the HREF way only", () => {
    const faint = [field(-10, -10), field(-10, -10)];
    expect([...probabilityMatchedMean(faint, "href")]).toEqual([0, 0]);
    expect([...probabilityMatchedMean(faint, "ebert")]).toEqual([-10, -10]);
    // Means 6 and 5; all values 0 5 5 12; groups (0 5) (5 12): the first cell would get 5, and the second 0, which no member has there.
    expect([...probabilityMatchedMean([field(12, 5), field(0, 5)], "href")]).toEqual([5, 5]);
  });

  it("of one member is the member, and gaps stay out of it", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 }), (values) => {
        for (const variant of ["ebert", "href", "group-mean"] as const) {
          expect([...probabilityMatchedMean([Float32Array.from(values)], variant)]).toEqual(values);
        }
      }),
    );
    const matched = probabilityMatchedMean([field(1, Number.NaN, 3), field(2, 5, 4)], "ebert");
    expect([...matched]).toEqual([1, Number.NaN, 3]);
  });
});

describe("the localised probability-matched mean", () => {
  /** As the definition reads: sort the window of every cell. */
  function slow(members: Float32Array[], nx: number, patch: number, halo: number): number[] {
    const ny = members[0].length / nx;
    const kept = members.map((member) => member.map((value) => Math.max(0, value)));
    const mean = kept[0].map((_, cell) => kept.reduce((sum, member) => sum + member[cell], 0) / kept.length);
    return Array.from(mean, (own, cell) => {
      if (Number.isNaN(own)) return Number.NaN;
      const [i, j] = [cell % nx, Math.floor(cell / nx)];
      const [left, top] = [i - (i % patch), j - (j % patch)];
      const inside = (other: number, margin: number): boolean => {
        const [x, y] = [other % nx, Math.floor(other / nx)];
        return x >= left - margin && x < left + patch + margin && y >= top - margin && y < top + patch + margin;
      };
      const all = Array.from({ length: nx * ny }, (_, other) => other).filter((other) => !Number.isNaN(mean[other]));
      if (all.filter((other) => inside(other, 0)).every((other) => mean[other] < 0.01)) return 0;
      const window = all.filter((other) => inside(other, halo));
      const below = window.filter((other) => mean[other] < own || (mean[other] === own && other < cell)).length;
      const pool = window.flatMap((other) => kept.map((member) => member[other])).sort((a, b) => a - b);
      return pool[below * kept.length];
    });
  }

  it("is what sorting every window gives", () => {
    const shape = fc.record({ nx: fc.integer({ min: 1, max: 12 }), ny: fc.integer({ min: 1, max: 12 }) });
    const cases = shape.chain(({ nx, ny }) =>
      fc.record({
        nx: fc.constant(nx),
        ny: fc.constant(ny),
        members: fc.array(
          fc
            .array(
              fc.oneof(
                { weight: 9, arbitrary: fc.integer({ min: -4, max: 9 }) },
                { weight: 1, arbitrary: fc.constant(Number.NaN) },
              ),
              {
                minLength: nx * ny,
                maxLength: nx * ny,
              },
            )
            .map((values) => Float32Array.from(values)),
          { minLength: 1, maxLength: 3 },
        ),
      }),
    );
    fc.assert(
      fc.property(cases, ({ nx, ny, members }) => {
        const grid = cropOfHrrr(0, 0, nx, ny);
        const found = localMatchedMean(members, grid, { patch: 3, halo: 2, sigmaCells: 0 });
        expect([...found]).toEqual(slow(members, nx, 3, 2));
      }),
    );
  });

  it("lends no amplitude over a distance, which the PMM of all does", () => {
    const [nx, ny] = [120, 6];
    // One strong storm in the west where only one member has it; drizzle in the east in both.
    const member = (peak: number): Float32Array =>
      Float32Array.from({ length: nx * ny }, (_, cell) => (cell % nx === 2 ? peak : cell % nx === 115 ? 18 : 0));
    const [everywhere, local] = [
      probabilityMatchedMean([member(70), member(0)], "ebert"),
      localMatchedMean([member(70), member(0)], cropOfHrrr(0, 0, nx, ny), { patch: 6, halo: 30, sigmaCells: 0 }),
    ];
    expect(everywhere[115]).not.toBe(18);
    expect(local[115]).toBe(18);
  });
});

describe("sorting by bits", () => {
  const numbers = fc.array(fc.float({ noNaN: true }), { maxLength: 200 });
  it("orders as numbers do", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const sorted = sortValues(Float32Array.from(values));
        expect([...sorted].map((value) => value + 0)).toEqual(
          [...values].sort((a, b) => a - b).map((value) => value + 0),
        );
      }),
    );
  });
  it("keeps equal values in their order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 })), (values) => {
        const expected = values.map((_, at) => at).sort((a, b) => values[a] - values[b] || a - b);
        expect([...stableOrder(Float32Array.from(values))]).toEqual(expected);
      }),
    );
  });
});
