/**
 * How much a field varies at each wavelength, which shows a forecast that is blurred, or noisy, where point scores reward blur.
 *
 * For a limited area, without periodicity (Denis, Côté & Laprise 2002, 10.1175/1520-0493(2002)130<1812:SDOTDA>2.0.CO;2): with the
 * orthonormal cosine transform F and α = √((m/Nx)² + (n/Ny)²),
 *
 *   variance(m, n) = F(m, n)² / (Nx Ny)         wavelength = 2 Δx / α          summed over bands of α; (0, 0), the mean, left out
 *
 * All bands together are the field's variance. Bands lie about the multiples of 1 / min(Nx, Ny), the finest step both directions resolve;
 * `quarterOctaves` gathers them four to a doubling, which is what a season keeps.
 * @module
 */
import type { Field } from "../core/index.ts";
import { cosineTransform2d } from "./cosine-transform.ts";
import type { Rectangle } from "./window-sums.ts";

/** Variance by band: band k holds α from (k + ½) to (k + 3/2) / min(Nx, Ny); the first begins at 0. */
export interface PowerSpectrum {
  readonly variance: readonly number[];
  /** 2 Δx / α at the middle of each band, in the unit of the cell size. */
  readonly wavelength: readonly number[];
}

/** Wavelengths of the bands of a grid, α up to 1: 2 Δx and longer. */
export function spectrumWavelengths({ ny, nx }: Rectangle, cellSize: number): number[] {
  const bands = Math.min(ny, nx);
  return Array.from({ length: bands }, (_, band) => (2 * cellSize * bands) / (band + 1));
}

/**
 * Spectrum of a field without missing values; NaN in every band otherwise.
 * @param cellSize Δx, say 3 for kilometers
 */
export function powerSpectrum(field: Field, shape: Rectangle, cellSize: number): PowerSpectrum {
  const { ny, nx } = shape;
  const wavelength = spectrumWavelengths(shape, cellSize);
  const bands = wavelength.length;
  if (field.some(Number.isNaN)) return { variance: wavelength.map(() => Number.NaN), wavelength };
  const transformed = cosineTransform2d(field, shape);
  const variance = new Float64Array(bands);
  for (let n = 0; n < ny; n++) {
    for (let m = 0; m < nx; m++) {
      if (m === 0 && n === 0) continue;
      const alpha = Math.sqrt((m / nx) ** 2 + (n / ny) ** 2);
      // Shorter than 2 Δx lie only corners of the square of wavenumbers; they belong to the last band, so that all is variance.
      const band = Math.min(bands - 1, Math.max(0, Math.round(alpha * bands) - 1));
      variance[band] += transformed[n * nx + m] ** 2 / (nx * ny);
    }
  }
  return { variance: [...variance], wavelength };
}

/** Which quarter octave of α a band belongs to, by band. */
function octaveOf(band: number): number {
  return Math.floor(4 * Math.log2(band + 1));
}

/** A spectrum's bands summed by quarter octaves, those that hold a band; the wavelength is the geometric mean of its bands'. */
export function quarterOctaves({ variance, wavelength }: PowerSpectrum): PowerSpectrum {
  const octaves = [...new Set(Array.from(variance.keys(), octaveOf))];
  const bandsOf = (octave: number): number[] => [...variance.keys()].filter((band) => octaveOf(band) === octave);
  return {
    variance: octaves.map((octave) => bandsOf(octave).reduce((sum, band) => sum + variance[band], 0)),
    wavelength: octaves.map((octave) => {
      const bands = bandsOf(octave);
      return Math.exp(bands.reduce((sum, band) => sum + Math.log(wavelength[band]), 0) / bands.length);
    }),
  };
}
