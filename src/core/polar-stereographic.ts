/**
 * Polar stereographic projection on a sphere, true at one latitude, as WMO template 3.20 and HRRR over Alaska use it (Snyder 1987, eqs.
 * 21-5 … 21-11 with the scale of 21-7 put to 1 at φ₁):
 *
 *   ρ(φ) = R (1 + sin φ₁) tan(π/4 − φ/2),   x = ρ sin(λ − λ₀),   y = −ρ cos(λ − λ₀)       around the north pole
 *
 * and around the south pole the same with latitudes and y turned over. It is Lambert's cone laid flat, n = ±1, and a wind turns by
 * a = n (λ − λ₀). Degrees outside, radians inside; x and y in meters from the pole, y up along the meridian λ₀.
 * @module
 */
import { type GeographicPoint, type ProjectedPoint, wrapLongitude } from "./lambert.ts";

/** HRRR over Alaska: R = 6 371 229 m, north, true at 60° N, up along 135° W. */
export interface PolarStereographicProjection {
  readonly radiusMeters: number;
  readonly pole: "north" | "south";
  /** φ₁, of the pole's own hemisphere: south of the equator around the south pole. */
  readonly trueLatitudeDegrees: number;
  /** λ₀, the meridian along which latitude and y grow together. */
  readonly centralLongitudeDegrees: number;
}

const RADIANS = Math.PI / 180;

/** 1 around the north pole, −1 around the south pole: the cone's n. */
export function poleSign({ pole }: PolarStereographicProjection): 1 | -1 {
  return pole === "north" ? 1 : -1;
}

/** The projection's two directions. Inverse of one another to 1e-9 rad over HRRR's grid of Alaska. */
export function polarStereographic(projection: PolarStereographicProjection): {
  forward: (point: GeographicPoint) => ProjectedPoint;
  inverse: (point: ProjectedPoint) => GeographicPoint;
} {
  const { radiusMeters, trueLatitudeDegrees, centralLongitudeDegrees } = projection;
  const n = poleSign(projection);
  const scale = radiusMeters * (1 + Math.sin(n * trueLatitudeDegrees * RADIANS));
  // Grids are walked row by row, and a row of a latitude-longitude grid has one latitude.
  let [latest, latestRho] = [Number.NaN, Number.NaN];
  return {
    forward: ({ latitudeDegrees, longitudeDegrees }) => {
      if (latitudeDegrees !== latest) {
        latest = latitudeDegrees;
        latestRho = scale * Math.tan(Math.PI / 4 - (n * latitudeDegrees * RADIANS) / 2);
      }
      const theta = wrapLongitude(longitudeDegrees - centralLongitudeDegrees) * RADIANS;
      return { xMeters: latestRho * Math.sin(theta), yMeters: -n * latestRho * Math.cos(theta) };
    },
    inverse: ({ xMeters, yMeters }) => ({
      latitudeDegrees: n * (90 - (2 * Math.atan(Math.hypot(xMeters, yMeters) / scale)) / RADIANS),
      longitudeDegrees: wrapLongitude(centralLongitudeDegrees + Math.atan2(xMeters, -n * yMeters) / RADIANS),
    }),
  };
}
