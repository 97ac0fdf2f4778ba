/**
 * Angles as GRIB2 stores them, whole millionths of a degree, and as Updraft uses them. Longitudes are wrapped while they are
 * still whole numbers, so that 237280472 becomes exactly −122.719528.
 * @module
 */

export function degrees(millionths: number): number {
  return millionths / 1e6;
}

/** −180 ≤ λ < 180. */
export function longitudeDegrees(millionths: number): number {
  return (((((millionths + 180e6) % 360e6) + 360e6) % 360e6) - 180e6) / 1e6;
}
