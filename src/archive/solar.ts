/**
 * The height of the sun, the forcing that is known for any hour and never needs to be stored:
 *
 *   cos θ = sin φ sin δ + cos φ cos δ cos(15° (t + λ/15° + E/60 − 12))
 *
 * φ, λ latitude and longitude, t the UTC hour, δ the sun's declination and E the equation of time in minutes, both by Spencer's series in
 * the year's phase; good to 0.003 in cos θ. Source: Spencer 1971, "Fourier series representation of the position of the sun"; Iqbal 1983.
 * @module
 */
import { hourOfDay, type ValidTime, yearFraction } from "../core/index.ts";

const RADIANS = Math.PI / 180;

/** cos θ of each place, negative by night. latitude, longitude: degrees, equally long. */
export function solarZenithCosine(
  time: ValidTime,
  { latitude, longitude }: { readonly latitude: Float32Array; readonly longitude: Float32Array },
): Float32Array {
  const { declination, equationMinutes } = sunAt(time);
  const [sinDeclination, cosDeclination] = [Math.sin(declination), Math.cos(declination)];
  const clock = hourOfDay(time) + equationMinutes / 60 - 12;
  return latitude.map((degrees, cell) => {
    const hourAngle = 15 * RADIANS * (clock + longitude[cell] / 15);
    const phi = degrees * RADIANS;
    return Math.sin(phi) * sinDeclination + Math.cos(phi) * cosDeclination * Math.cos(hourAngle);
  });
}

/** Declination in radians and the equation of time in minutes. */
export function sunAt(time: ValidTime): { readonly declination: number; readonly equationMinutes: number } {
  const phase = 2 * Math.PI * yearFraction(time);
  const wave = (k: number, cos: number, sin: number): number => cos * Math.cos(k * phase) + sin * Math.sin(k * phase);
  return {
    declination: 0.006918 + wave(1, -0.399912, 0.070257) + wave(2, -0.006758, 0.000907) + wave(3, -0.002697, 0.00148),
    equationMinutes: 229.18 * (0.000075 + wave(1, 0.001868, -0.032077) + wave(2, -0.014615, -0.040849)),
  };
}
