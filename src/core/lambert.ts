/**
 * Lambert conformal conic projection on a sphere, as WMO template 3.30 and HRRR use it (Snyder 1987, eqs. 15-1 … 15-11):
 *
 *   n = sin φ₁                                     (or Snyder 15-3 for two standard parallels)
 *   ρ(φ) = R F tan⁻ⁿ(π/4 + φ/2),  F = cos φ₁ tanⁿ(π/4 + φ₁/2) / n
 *   x = ρ sin n(λ − λ₀),  y = ρ(φ₀) − ρ cos n(λ − λ₀)
 *
 * Degrees outside, radians inside; x east and y north in metres from (φ₀, λ₀).
 * @module
 */

/** A Lambert conformal conic on a sphere. HRRR: R = 6 371 229 m, parallels 38.5°, origin 38.5° N 97.5° W. */
export interface LambertProjection {
  readonly radiusMeters: number;
  readonly standardParallel1Degrees: number;
  readonly standardParallel2Degrees: number;
  readonly originLatitudeDegrees: number;
  readonly centralLongitudeDegrees: number;
}

export interface ProjectedPoint {
  readonly xMeters: number;
  readonly yMeters: number;
}

export interface GeographicPoint {
  readonly latitudeDegrees: number;
  readonly longitudeDegrees: number;
}

const RADIANS = Math.PI / 180;
const halfAngleTangent = (latitude: number): number => Math.tan(Math.PI / 4 + latitude / 2);

/** Longitude difference wrapped to −180 ≤ d < 180. */
export function wrapLongitude(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}

/** n, the sine of the cone: how many radians the cone's angle turns for one radian of longitude. */
export function coneConstant({ standardParallel1Degrees, standardParallel2Degrees }: LambertProjection): number {
  const first = standardParallel1Degrees * RADIANS;
  const second = standardParallel2Degrees * RADIANS;
  if (first === second) return Math.sin(first);
  return Math.log(Math.cos(first) / Math.cos(second)) / Math.log(halfAngleTangent(second) / halfAngleTangent(first));
}

/** The projection's two directions, constants computed once. Inverse of one another to 1e-9 rad over HRRR's grid. */
export function lambert(projection: LambertProjection): {
  forward: (point: GeographicPoint) => ProjectedPoint;
  inverse: (point: ProjectedPoint) => GeographicPoint;
} {
  const n = coneConstant(projection);
  const first = projection.standardParallel1Degrees * RADIANS;
  const scale = (projection.radiusMeters * Math.cos(first) * halfAngleTangent(first) ** n) / n;
  const radius = (latitude: number): number => scale / halfAngleTangent(latitude) ** n;
  const originRadius = radius(projection.originLatitudeDegrees * RADIANS);
  // Grids are walked row by row, and a row of a latitude-longitude grid has one latitude.
  let [latest, latestRho] = [Number.NaN, Number.NaN];
  return {
    forward: ({ latitudeDegrees, longitudeDegrees }) => {
      if (latitudeDegrees !== latest) {
        latest = latitudeDegrees;
        latestRho = radius(latitudeDegrees * RADIANS);
      }
      const theta = n * wrapLongitude(longitudeDegrees - projection.centralLongitudeDegrees) * RADIANS;
      return { xMeters: latestRho * Math.sin(theta), yMeters: originRadius - latestRho * Math.cos(theta) };
    },
    inverse: ({ xMeters, yMeters }) => {
      const side = Math.sign(n);
      const rho = side * Math.hypot(xMeters, originRadius - yMeters);
      const theta = Math.atan2(side * xMeters, side * (originRadius - yMeters));
      return {
        latitudeDegrees: (2 * Math.atan((scale / rho) ** (1 / n)) - Math.PI / 2) / RADIANS,
        longitudeDegrees: wrapLongitude(projection.centralLongitudeDegrees + theta / n / RADIANS),
      };
    },
  };
}
