import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { cosineTransform, cosineTransform2d, powerSpectrum, spectrumWavelengths } from "../../src/verify/index.ts";

/** The plain sum: the slow reference. */
function slowTransform(line: Float64Array): number[] {
  const n = line.length;
  return Array.from({ length: n }, (_, m) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += line[i] * Math.cos((Math.PI * m * (i + 0.5)) / n);
    return Math.sqrt((m === 0 ? 1 : 2) / n) * sum;
  });
}

describe("cosineTransform", () => {
  it.each([1, 2, 3, 5, 8, 48, 257, 353])("of %d values equals the plain sum, for both lines at once", (length) => {
    const [first, second] = [0, 1].map((member) =>
      Float64Array.from(normals({ seed: 1, purpose: "dct", member }, length)),
    );
    const expected = [slowTransform(first), slowTransform(second)];
    cosineTransform(length)(first, second);
    for (let m = 0; m < length; m++) {
      expect(first[m]).toBeCloseTo(expected[0][m], 10);
      expect(second[m]).toBeCloseTo(expected[1][m], 10);
    }
  });

  it("keeps the sum of squares", () => {
    const line = Float64Array.from(normals({ seed: 2, purpose: "dct" }, 1799));
    const before = line.reduce((sum, value) => sum + value * value, 0);
    cosineTransform(1799)(line, new Float64Array(1799));
    expect(line.reduce((sum, value) => sum + value * value, 0) / before).toBeCloseTo(1, 12);
  });

  it("refuses a line of nothing", () => {
    expect(() => cosineTransform(0)).toThrow("need a length of at least 1, got 0");
  });
});

describe("powerSpectrum", () => {
  // Conventions 4.3: f = 3 + 2 cos(4π(i + ½)/48) + cos(8π(j + ½)/32) on 32 rows of 48.
  const [ny, nx] = [32, 48];
  const field = Float32Array.from({ length: ny * nx }, (_, cell) => {
    const [i, j] = [cell % nx, Math.floor(cell / nx)];
    return 3 + 2 * Math.cos((4 * Math.PI * (i + 0.5)) / 48) + Math.cos((8 * Math.PI * (j + 0.5)) / 32);
  });

  it("finds each wave's variance at its wavelength", () => {
    const transformed = cosineTransform2d(field, { ny, nx });
    const variance = (n: number, m: number): number => transformed[n * nx + m] ** 2 / (nx * ny);
    expect(variance(0, 0)).toBeCloseTo(9, 5);
    expect(variance(0, 4)).toBeCloseTo(2, 5);
    expect(variance(8, 0)).toBeCloseTo(0.5, 5);
    // 2 · 3 km / α with α = 4/48 and 8/32.
    expect([(2 * 3) / (4 / 48), (2 * 3) / (8 / 32)]).toEqual([72, 24]);
  });

  it("puts them into the band about that wavelength, and all bands together are the field's variance", () => {
    const spectrum = powerSpectrum(field, { ny, nx }, 3);
    // α · 32 = 2.67 and 8.
    expect(spectrum.variance[2]).toBeCloseTo(2, 5);
    expect(spectrum.variance[7]).toBeCloseTo(0.5, 5);
    expect(spectrum.wavelength[7]).toBe(24);
    expect(spectrum.variance.reduce((sum, value) => sum + value, 0)).toBeCloseTo(2.5, 5);
    expect(spectrumWavelengths({ ny, nx }, 3)).toHaveLength(32);
  });

  it("is missing where the field is", () => {
    expect(powerSpectrum(Float32Array.of(1, Number.NaN, 2, 3), { ny: 2, nx: 2 }, 3).variance.every(Number.isNaN)).toBe(
      true,
    );
  });
});
