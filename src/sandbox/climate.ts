/**
 * What the sandbox's seven variables are made of: a Gaussian latent field z of zero mean and unit variance for each, how its
 * variance is spread over wavelengths, and the monotone map from z to the variable. How long a wavelength lives is common to all.
 *
 *   spectral density   σ²(κ) ∝ (κ² + κ₀²)^(−slope/2),  1/κ₀ = 192 km
 *   lifetime           τ(Λ)  = 2 h · (Λ / 48 km),       Λ = (κ² + κ₀²)^(−1/2)
 *
 * κ is the wavenumber in cycles per km. Small scales die fast and large ones slowly (dynamic scaling, Seed 2003): 8 h at the outer
 * scale, 1 h at 24 km, a quarter of an hour at two cells of 3 km. The outer scale makes the climate independent of the domain's size.
 * @module
 */
import type { VariableName } from "../core/index.ts";
import type { LatentMap } from "./latent-map.ts";

export interface ChannelClimate {
  /** The slope of the two-dimensional spectral density; the gentler, the more small scales. */
  readonly slope: number;
  /** False where the domain mean is not random: the wind's is the steering wind. */
  readonly randomMean: boolean;
  readonly map: LatentMap;
}

const OUTER_SCALE_KM = 192;
const LIFETIME_HOURS = 2;
const LIFETIME_WAVELENGTH_KM = 48;
const LIFETIME_EXPONENT = 1;

/**
 * REFC: no echo over half the area, 40 dBZ or more over 0.2 % of it, 75 beyond 4.8 standard deviations. T2M and D2M: 5.6 standard deviations apart, so that the dew point
 * stays below the temperature. Winds: departures from the steering wind. CAPE: median 144 J/kg, 1000 or more over 5 %, 8000 beyond
 * five standard deviations. CIN: median −35 J/kg, −100 or less over 13 %.
 */
export const CLIMATE: Readonly<Record<VariableName, ChannelClimate>> = {
  refc: { slope: 3.5, randomMean: true, map: { kind: "linear", offset: -10, scale: 17.5, floor: -10 } },
  t2m: { slope: 3.5, randomMean: true, map: { kind: "linear", offset: 302, scale: 2.5 } },
  d2m: { slope: 3.5, randomMean: true, map: { kind: "linear", offset: 284, scale: 2 } },
  u10: { slope: 3, randomMean: false, map: { kind: "linear", offset: 0, scale: 1.5 } },
  v10: { slope: 3, randomMean: false, map: { kind: "linear", offset: 0, scale: 1.5 } },
  cape: { slope: 3, randomMean: true, map: { kind: "softplus", direction: 1, scale: 300, power: 2 } },
  cin: { slope: 3, randomMean: true, map: { kind: "softplus", direction: -1, scale: 60, power: 1.5 } },
};

/** Λ in km: the wavelength, held below the outer scale. */
export function boundedWavelengthKm(cyclesPerKm: number): number {
  return 1 / Math.hypot(cyclesPerKm, 1 / OUTER_SCALE_KM);
}

/** τ in hours at wavelength Λ. */
export function lifetimeHours(wavelengthKm: number): number {
  return LIFETIME_HOURS * (wavelengthKm / LIFETIME_WAVELENGTH_KM) ** LIFETIME_EXPONENT;
}
