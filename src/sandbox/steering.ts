/**
 * The wind that carries the sandbox's features: a constant flow with an inertial oscillation around it, which turns
 * clockwise as it does in the northern hemisphere.
 *
 *   w(t) = w₀ + a (cos ft, −sin ft),   f = 2Ω sin 38.5°  (a period of 19.2 h)
 *
 * Nothing in it is random, so where a feature will be carried to is known at every lead. t counts hours from the world's start.
 * @module
 */
import { HRRR_PROJECTION, SECONDS_PER_HOUR } from "../core/index.ts";

/** w₀, m/s along grid x and y: 4.5 m/s, five cells of 3 km an hour. */
const MEAN_WIND = [4, 2] as const;
/** a, m/s. */
const OSCILLATION = 1.5;
const EARTH_ROTATION_PER_SECOND = 7.292e-5;
/** f in radians an hour. */
const INERTIAL_FREQUENCY =
  2 * EARTH_ROTATION_PER_SECOND * Math.sin((HRRR_PROJECTION.originLatitudeDegrees * Math.PI) / 180) * SECONDS_PER_HOUR;

/** The domain-mean 10 m wind, m/s along grid x and y. */
export function steeringWind(hour: number): readonly [number, number] {
  const angle = INERTIAL_FREQUENCY * hour;
  return [MEAN_WIND[0] + OSCILLATION * Math.cos(angle), MEAN_WIND[1] - OSCILLATION * Math.sin(angle)];
}

/** ∫ w dt between two hours, metres along grid x and y. */
export function displacementMeters(fromHour: number, toHour: number): readonly [number, number] {
  const from = INERTIAL_FREQUENCY * fromHour;
  const to = INERTIAL_FREQUENCY * toHour;
  const radius = OSCILLATION / INERTIAL_FREQUENCY;
  return [
    SECONDS_PER_HOUR * (MEAN_WIND[0] * (toHour - fromHour) + radius * (Math.sin(to) - Math.sin(from))),
    SECONDS_PER_HOUR * (MEAN_WIND[1] * (toHour - fromHour) + radius * (Math.cos(to) - Math.cos(from))),
  ];
}
