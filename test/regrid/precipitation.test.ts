import { expect, test } from "vitest";
import { rainReflectivity } from "../../src/regrid/index.ts";

test("rain has the reflectivity of Marshall and Palmer, no rain the floor, and no coverage and missing none", () => {
  // 10 log10(200) = 23.0103; 16 log10(10) = 16.
  const rates = Float32Array.of(1, 10, 100, 0, 0.001, -3, -3.02, -1, Number.NaN);
  const expected = [23.0103, 39.0103, 55.0103, -10, -10, Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  const dbz = rainReflectivity(rates, "x");
  for (const [at, value] of expected.entries()) {
    if (Number.isNaN(value)) expect(dbz[at]).toBeNaN();
    else expect(dbz[at]).toBeCloseTo(value, 4);
  }
});

test("a code it does not know is refused", () => {
  expect(() => rainReflectivity(Float32Array.of(0, -2), "frame 7")).toThrow(
    "frame 7: expected rain in mm/h, 0, -3 or -1, got -2",
  );
});
