/**
 * The discrete Fourier transform on a doubly periodic grid, exact for every size whose prime factors are 2, 3 and 5:
 *
 *   forward   ẑ(k) = Σ_x z(x) e^{−ik·x}          inverse   z(x) = (1/N) Σ_k ẑ(k) e^{+ik·x}
 *
 * Decimation in time with mixed radices (Cooley & Tukey 1965). `test/sandbox/fourier.test.ts` holds it to the plain sum.
 * @module
 */

/** A complex field or its transform, [ny, nx], real and imaginary parts apart. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export interface Fourier {
  readonly forward: (field: Spectrum) => Spectrum;
  readonly inverse: (spectrum: Spectrum) => Spectrum;
}

/** The two directions on a grid of nx × ny cells. @throws RangeError for a size with a prime factor above 5. */
export function fourier({ nx, ny }: { readonly nx: number; readonly ny: number }): Fourier {
  const alongX = transformOf(nx);
  const alongY = transformOf(ny);
  const forward = ({ re, im }: Spectrum): Spectrum => {
    const out = { re: new Float64Array(nx * ny), im: new Float64Array(nx * ny) };
    for (let j = 0; j < ny; j++) alongX({ re, im }, out, j * nx, 1);
    for (let i = 0; i < nx; i++) alongY(out, out, i, nx);
    return out;
  };
  return {
    forward,
    inverse: ({ re, im }) => {
      // z = conj(F(conj ẑ)) / N, and exchanging the two parts conjugates up to a factor i that cancels.
      const swapped = forward({ re: im, im: re });
      const scale = 1 / (nx * ny);
      return { re: swapped.im.map((value) => value * scale), im: swapped.re.map((value) => value * scale) };
    },
  };
}

/** True for the sizes `fourier` accepts: 2^a 3^b 5^c. */
export function isTransformable(size: number): boolean {
  if (!(Number.isInteger(size) && size >= 1)) return false;
  let rest = size;
  for (const radix of [2, 3, 5]) while (rest % radix === 0) rest /= radix;
  return rest === 1;
}

/** A complex field whose imaginary part is zero. */
export function realField(values: ArrayLike<number>): Spectrum {
  return { re: Float64Array.from(values), im: new Float64Array(values.length) };
}

/** Signed frequency, in cycles per period, of index k out of n: 0, 1, …, −1. */
export function signedFrequency(k: number, n: number): number {
  return 2 * k <= n ? k : k - n;
}

type LineTransform = (from: Spectrum, to: Spectrum, start: number, stride: number) => void;

/** The forward transform of one line of n numbers at `start`, `start + stride`, …; `from` and `to` may be the same. */
function transformOf(n: number): LineTransform {
  if (!isTransformable(n)) throw new RangeError(`expected a size 2^a 3^b 5^c, got ${n}`);
  const cosine = Float64Array.from({ length: n }, (_, k) => Math.cos((2 * Math.PI * k) / n));
  const sine = Float64Array.from({ length: n }, (_, k) => -Math.sin((2 * Math.PI * k) / n));
  const inRe = new Float64Array(n);
  const inIm = new Float64Array(n);
  const outRe = new Float64Array(n);
  const outIm = new Float64Array(n);
  const partRe = new Float64Array(5);
  const partIm = new Float64Array(5);

  /** Transforms `size` inputs taken every `step` from `first` into out[at … at + size). */
  const combine = (first: number, step: number, size: number, at: number): void => {
    if (size === 1) {
      outRe[at] = inRe[first];
      outIm[at] = inIm[first];
      return;
    }
    const radix = size % 2 === 0 ? 2 : size % 3 === 0 ? 3 : 5;
    const part = size / radix;
    for (let r = 0; r < radix; r++) combine(first + r * step, step * radix, part, at + r * part);
    for (let k = 0; k < part; k++) {
      for (let r = 0; r < radix; r++) {
        partRe[r] = outRe[at + r * part + k];
        partIm[r] = outIm[at + r * part + k];
      }
      for (let q = 0; q < radix; q++) {
        let re = 0;
        let im = 0;
        for (let r = 0; r < radix; r++) {
          const twiddle = (r * (k + q * part) * step) % n;
          re += partRe[r] * cosine[twiddle] - partIm[r] * sine[twiddle];
          im += partRe[r] * sine[twiddle] + partIm[r] * cosine[twiddle];
        }
        outRe[at + q * part + k] = re;
        outIm[at + q * part + k] = im;
      }
    }
  };

  return (from, to, start, stride) => {
    for (let i = 0; i < n; i++) {
      inRe[i] = from.re[start + i * stride];
      inIm[i] = from.im[start + i * stride];
    }
    combine(0, 1, n, 0);
    for (let i = 0; i < n; i++) {
      to.re[start + i * stride] = outRe[i];
      to.im[start + i * stride] = outIm[i];
    }
  };
}
