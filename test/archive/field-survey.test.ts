import * as fc from "fast-check";
import { expect, test } from "vitest";
import { surveyField } from "../../src/archive/field-survey.ts";

/** Two passes in float64 over what is finite: the plain definition. */
function plainly(field: Float32Array): { finite: number; missing: number; mean: number; m2: number } {
  const finite = [...field].filter(Number.isFinite);
  const mean = finite.reduce((sum, x) => sum + x, 0) / finite.length;
  const m2 = finite.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { finite: finite.length, missing: [...field].filter(Number.isNaN).length, mean, m2 };
}

const cell = fc.oneof(
  { weight: 20, arbitrary: fc.float({ min: -4000, max: 12_000, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
);

test("one look gives what two passes give, whatever is missing or infinite", () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 60 }), (values) => {
      const field = Float32Array.from(values);
      const expected = plainly(field);
      const survey = surveyField(field);
      expect(survey).toMatchObject({ cells: field.length, finite: expected.finite, missing: expected.missing });
      if (expected.finite === 0) return;
      const finite = [...field].filter(Number.isFinite);
      expect([survey.min, survey.max]).toEqual([Math.min(...finite), Math.max(...finite)]);
      expect(Math.abs(survey.mean - expected.mean)).toBeLessThanOrEqual(1e-12 * Math.max(...finite.map(Math.abs), 1));
      expect(Math.abs(survey.m2 - expected.m2)).toBeLessThanOrEqual(1e-9 * Math.max(1, expected.m2));
    }),
  );
});

test("a full-size field whose first cell is its strangest keeps ten digits of its variance", () => {
  const field = Float32Array.from({ length: 1_905_141 }, (_, at) => (at === 0 ? 209 : 290 + (at % 5)));
  const expected = plainly(field);
  expect(Math.abs(surveyField(field).m2 / expected.m2 - 1)).toBeLessThan(1e-10);
});
