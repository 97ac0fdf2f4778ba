import { describe, expect, it } from "vitest";
import { solarZenithCosine } from "../../src/archive/index.ts";
import { uniforms, utcSeconds, type ValidTime } from "../../src/core/index.ts";

const D = Math.PI / 180;

/**
 * The Astronomical Almanac's low-precision sun (0.01 degree from 1950 to 2050), by sidereal time: another way to the same angle.
 * Source: Astronomical Almanac, section C, "low precision formulas for the Sun".
 */
function almanac(time: number, latitude: number, longitude: number): number {
  const n = time / 86_400 + 2_440_587.5 - 2_451_545;
  const g = (357.528 + 0.9856003 * n) * D;
  const ecliptic = (280.46 + 0.9856474 * n + 1.915 * Math.sin(g) + 0.02 * Math.sin(2 * g)) * D;
  const obliquity = (23.439 - 0.0000004 * n) * D;
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(ecliptic));
  const rightAscension = Math.atan2(Math.cos(obliquity) * Math.sin(ecliptic), Math.cos(ecliptic));
  const sidereal = (280.46062 + 360.985647366 * n + longitude) * D;
  const hourAngle = sidereal - rightAscension;
  const phi = latitude * D;
  return Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.cos(hourAngle);
}

/** Spencer's declination errs by 0.0006 rad, his equation of time by 35 s (0.0025 rad), and the leap day shifts the year by one. */
const SPENCER = 0.008;

const cosine = (time: ValidTime, latitude: number, longitude: number): number =>
  solarZenithCosine(time, { latitude: Float32Array.of(latitude), longitude: Float32Array.of(longitude) })[0];

describe("the sun", () => {
  it("stands where the Astronomical Almanac has it, over ten years and all of HRRR's grid", () => {
    const draws = uniforms({ seed: 3, purpose: "sun" }, 3000);
    let worst = 0;
    for (let k = 0; k < 1000; k++) {
      const time = (utcSeconds(2018, 1, 1) + Math.floor(3650 * 86_400 * draws[3 * k])) as ValidTime;
      const [latitude, longitude] = [21 + 32 * draws[3 * k + 1], -134 + 73 * draws[3 * k + 2]];
      worst = Math.max(worst, Math.abs(cosine(time, latitude, longitude) - almanac(time, latitude, longitude)));
    }
    expect(worst).toBeLessThan(SPENCER);
  });

  it("is overhead at the tropic at noon of the solstice and below the horizon at midnight", () => {
    // 2024-06-20 solstice; local noon at 97.5 W is 18:30 UTC and the equation of time is -1.7 minutes.
    expect(cosine(utcSeconds(2024, 6, 20, 18, 31) as ValidTime, 23.44, -97.5)).toBeGreaterThan(0.9999);
    expect(cosine(utcSeconds(2024, 6, 20, 6, 30) as ValidTime, 23.44, -97.5)).toBeLessThan(-0.6);
  });
});
