/**
 * The discrete cosine transform of type II, orthonormal, for lines of any length:
 *
 *   F(m) = β(m) Σᵢ f(i) cos(π m (i + ½) / N)          β(0) = √(1/N), else √(2/N)
 *
 * by a Fourier transform of the same length (Makhoul 1980, 10.1109/TASSP.1980.1163351), itself by Bluestein's convolution in lengths of
 * powers of two: HRRR's 1799 = 7·257 and 1059 = 3·353 have no small factors. Two real lines go through one complex transform.
 * `test/verify/cosine-transform.test.ts` holds it to the plain sum.
 * @module
 */

/** Transforms two lines of one length at once, in place. */
export type CosineTransform = (first: Float64Array, second: Float64Array) => void;

/** @throws RangeError for a length below 1. */
export function cosineTransform(length: number): CosineTransform {
  if (!(Number.isInteger(length) && length >= 1)) throw new RangeError(`need a length of at least 1, got ${length}`);
  const fourier = anyLengthFourier(length);
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  const turnCos = new Float64Array(length);
  const turnSin = new Float64Array(length);
  for (let m = 0; m < length; m++) {
    turnCos[m] = Math.cos((Math.PI * m) / (2 * length));
    turnSin[m] = Math.sin((Math.PI * m) / (2 * length));
  }
  return (first, second) => {
    // Even places forward, odd ones backward: a cosine of half steps becomes an ordinary Fourier sum.
    for (let i = 0; i < length; i++) {
      const to = i % 2 === 0 ? i / 2 : length - (i + 1) / 2;
      re[to] = first[i];
      im[to] = second[i];
    }
    fourier(re, im);
    for (let m = 0; m < length; m++) {
      const mirror = m === 0 ? 0 : length - m;
      const scale = Math.sqrt((m === 0 ? 1 : 2) / length);
      // The two lines apart: each one's transform has a symmetry that the other's lacks.
      const [aRe, aIm] = [(re[m] + re[mirror]) / 2, (im[m] - im[mirror]) / 2];
      const [bRe, bIm] = [(im[m] + im[mirror]) / 2, (re[mirror] - re[m]) / 2];
      first[m] = scale * (aRe * turnCos[m] + aIm * turnSin[m]);
      second[m] = scale * (bRe * turnCos[m] + bIm * turnSin[m]);
    }
  };
}

/** Of a whole field [ny, nx], rows and columns. */
export function cosineTransform2d(
  field: ArrayLike<number>,
  { ny, nx }: { readonly ny: number; readonly nx: number },
): Float64Array {
  const out = Float64Array.from(field);
  transformLines(out, ny, nx, nx, 1);
  transformLines(out, nx, ny, 1, nx);
  return out;
}

/** Transforms `lines` lines of `length` values in place, line l starting at l · between, values `step` apart. */
function transformLines(values: Float64Array, lines: number, length: number, between: number, step: number): void {
  const transform = cosineTransform(length);
  const first = new Float64Array(length);
  const second = new Float64Array(length);
  for (let line = 0; line < lines; line += 2) {
    const paired = line + 1 < lines;
    for (let i = 0; i < length; i++) {
      first[i] = values[line * between + i * step];
      second[i] = paired ? values[(line + 1) * between + i * step] : 0;
    }
    transform(first, second);
    for (let i = 0; i < length; i++) {
      values[line * between + i * step] = first[i];
      if (paired) values[(line + 1) * between + i * step] = second[i];
    }
  }
}

type InPlaceFourier = (re: Float64Array, im: Float64Array) => void;

/** Bluestein: k i = (k² + i² − (k − i)²)/2 turns the sum into a convolution, which a longer power of two does exactly. */
function anyLengthFourier(length: number): InPlaceFourier {
  if ((length & (length - 1)) === 0) return powerOfTwoFourier(length);
  let size = 1;
  while (size < 2 * length - 1) size *= 2;
  const fourier = powerOfTwoFourier(size);
  const chirpCos = new Float64Array(length);
  const chirpSin = new Float64Array(length);
  const kernelRe = new Float64Array(size);
  const kernelIm = new Float64Array(size);
  for (let i = 0; i < length; i++) {
    // i² modulo 2N: the angle stays small and exact.
    const angle = (Math.PI * ((i * i) % (2 * length))) / length;
    chirpCos[i] = Math.cos(angle);
    chirpSin[i] = Math.sin(angle);
    kernelRe[i] = kernelRe[(size - i) % size] = chirpCos[i];
    kernelIm[i] = kernelIm[(size - i) % size] = chirpSin[i];
  }
  fourier(kernelRe, kernelIm);
  const workRe = new Float64Array(size);
  const workIm = new Float64Array(size);
  return (re, im) => {
    workRe.fill(0);
    workIm.fill(0);
    for (let i = 0; i < length; i++) {
      workRe[i] = re[i] * chirpCos[i] + im[i] * chirpSin[i];
      workIm[i] = im[i] * chirpCos[i] - re[i] * chirpSin[i];
    }
    fourier(workRe, workIm);
    for (let k = 0; k < size; k++) {
      const real = workRe[k] * kernelRe[k] - workIm[k] * kernelIm[k];
      const imaginary = workRe[k] * kernelIm[k] + workIm[k] * kernelRe[k];
      // Conjugated, so that the forward transform below is the inverse.
      workRe[k] = real / size;
      workIm[k] = -imaginary / size;
    }
    fourier(workRe, workIm);
    for (let k = 0; k < length; k++) {
      re[k] = workRe[k] * chirpCos[k] - workIm[k] * chirpSin[k];
      im[k] = -workIm[k] * chirpCos[k] - workRe[k] * chirpSin[k];
    }
  };
}

/** Radix 2, in place, e^{−2πi kn/N} (Cooley & Tukey 1965). */
function powerOfTwoFourier(length: number): InPlaceFourier {
  const cos = new Float64Array(length / 2);
  const sin = new Float64Array(length / 2);
  for (let k = 0; k < length / 2; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / length);
    sin[k] = Math.sin((2 * Math.PI * k) / length);
  }
  const reversed = new Uint32Array(length);
  for (let i = 1; i < length; i++) reversed[i] = (reversed[i >> 1] >> 1) | (i % 2 === 1 ? length >> 1 : 0);
  return (re, im) => {
    for (let i = 0; i < length; i++) {
      const to = reversed[i];
      if (to <= i) continue;
      const [heldRe, heldIm] = [re[i], im[i]];
      re[i] = re[to];
      im[i] = im[to];
      re[to] = heldRe;
      im[to] = heldIm;
    }
    for (let half = 1; half < length; half *= 2) {
      const stride = length / (2 * half);
      for (let start = 0; start < length; start += 2 * half) {
        for (let k = 0, twiddle = 0; k < half; k++, twiddle += stride) {
          const low = start + k;
          const high = low + half;
          const turnedRe = re[high] * cos[twiddle] + im[high] * sin[twiddle];
          const turnedIm = im[high] * cos[twiddle] - re[high] * sin[twiddle];
          re[high] = re[low] - turnedRe;
          im[high] = im[low] - turnedIm;
          re[low] += turnedRe;
          im[low] += turnedIm;
        }
      }
    }
  };
}
