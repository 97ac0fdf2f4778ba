/**
 * erf(x) = 2/√π ∫₀ˣ exp(−t²) dt, to float64 accuracy: the Maclaurin series near 0, Legendre's continued fraction of the
 * complement farther out. Source: Abramowitz & Stegun (1964) 7.1.6 and 7.1.14.
 * @module
 */
export function errorFunction(x: number): number {
  if (Math.abs(x) > 3) return Math.sign(x) * (1 - complement(Math.abs(x)));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function complement(x: number): number {
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}
