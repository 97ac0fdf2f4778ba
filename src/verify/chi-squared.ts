/**
 * How often χ² of k degrees of freedom is at least this large: Q(k/2, χ²/2), the upper incomplete gamma function over Γ(k/2).
 *
 *   x < a + 1:   Q = 1 − x^a e^−x / Γ(a + 1) · (1 + x/(a+1) + x²/((a+1)(a+2)) + …)
 *   otherwise:   Q = x^a e^−x / Γ(a) · 1/(x + 1 − a − 1(1 − a)/(x + 3 − a − …))      Lentz's continued fraction
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.7.1, 8.9.2; Γ by Lanczos, 5.11.
 * @module
 */

/** NaN for a statistic that is NaN or below 0. @example chiSquaredTail(7.5, 4) → 0.1117093 */
export function chiSquaredTail(statistic: number, degrees: number): number {
  if (!(degrees >= 1)) throw new RangeError(`need a degree of freedom, got ${degrees}`);
  if (!(statistic >= 0)) return Number.NaN;
  if (statistic === 0) return 1;
  const [a, x] = [degrees / 2, statistic / 2];
  return x < a + 1 ? 1 - series(a, x) : continuedFraction(a, x);
}

const RELATIVE = 1e-16;
const MOST_TERMS = 10_000;

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MOST_TERMS && Math.abs(term) > RELATIVE * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * Math.exp(a * Math.log(x) - x - logGamma(a));
}

function continuedFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MOST_TERMS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b || tiny);
    c = b + numerator / c || tiny;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) < RELATIVE) break;
  }
  return fraction * Math.exp(a * Math.log(x) - x - logGamma(a));
}

/** Lanczos' coefficients for g = 7, n = 9. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function logGamma(z: number): number {
  if (z < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * z)) - logGamma(1 - z);
  const t = z + 6.5;
  let sum = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (z - 1 + i);
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(sum);
}
