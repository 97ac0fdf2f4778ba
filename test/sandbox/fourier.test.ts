import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { fourier, isTransformable, realField, type Spectrum, signedFrequency } from "../../src/sandbox/fourier.ts";

/** Sums of at most a few thousand terms of order one in float64. */
const F64 = 1e-10;

/** The definition, term by term: the reference the fast transform is held to. */
function plainTransform({ re, im }: Spectrum, nx: number, ny: number): Spectrum {
  const out = { re: new Float64Array(nx * ny), im: new Float64Array(nx * ny) };
  for (let l = 0; l < ny; l++) {
    for (let k = 0; k < nx; k++) {
      for (let j = 0; j < ny; j++) {
        for (let i = 0; i < nx; i++) {
          const angle = -2 * Math.PI * ((k * i) / nx + (l * j) / ny);
          const cell = j * nx + i;
          out.re[l * nx + k] += re[cell] * Math.cos(angle) - im[cell] * Math.sin(angle);
          out.im[l * nx + k] += re[cell] * Math.sin(angle) + im[cell] * Math.cos(angle);
        }
      }
    }
  }
  return out;
}

function randomField(cells: number): Spectrum {
  const draw = (index: number): Float64Array => Float64Array.from(normals({ seed: 3, purpose: "test", index }, cells));
  return { re: draw(0), im: draw(1) };
}

function largestDifference(a: Spectrum, b: Spectrum): number {
  return Math.max(...Array.from(a.re, (v, k) => Math.max(Math.abs(v - b.re[k]), Math.abs(a.im[k] - b.im[k]))));
}

describe("fourier", () => {
  it.each([
    [1, 1],
    [8, 6],
    [15, 9],
    [20, 12],
    [30, 25],
  ])("equals the plain sum on %i x %i cells", (nx, ny) => {
    const field = randomField(nx * ny);
    expect(largestDifference(fourier({ nx, ny }).forward(field), plainTransform(field, nx, ny))).toBeLessThan(F64);
  });

  it("gives the field back after both directions", () => {
    const field = randomField(48 * 64);
    const { forward, inverse } = fourier({ nx: 64, ny: 48 });
    expect(largestDifference(inverse(forward(field)), field)).toBeLessThan(F64);
  });

  it("keeps the sum of squares, divided by the number of cells", () => {
    const field = realField(normals({ seed: 5, purpose: "test" }, 48 * 64));
    const { re, im } = fourier({ nx: 64, ny: 48 }).forward(field);
    const energy = re.reduce((sum, v, k) => sum + v * v + im[k] * im[k], 0) / re.length;
    expect(energy).toBeCloseTo(
      field.re.reduce((sum, v) => sum + v * v, 0),
      8,
    );
  });

  it("refuses sizes with a prime factor above 5", () => {
    expect([48, 64, 1, 7, 22, 0, 2.5].map(isTransformable)).toEqual([true, true, true, false, false, false, false]);
    expect(() => fourier({ nx: 14, ny: 8 })).toThrow("expected a size 2^a 3^b 5^c, got 14");
  });

  it("counts frequencies up to the middle and then from below zero", () => {
    expect(Array.from({ length: 6 }, (_, k) => signedFrequency(k, 6))).toEqual([0, 1, 2, 3, -2, -1]);
  });
});
