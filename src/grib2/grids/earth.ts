/**
 * The shape of the earth (code table 3.2) that a grid's latitudes and longitudes refer to. Projections here are on a sphere, so
 * a spheroid has no radius and whoever needs one says so. Source: WMO FM 92 GRIB, octets 15–30 of section 3.
 * @module
 */
import { decodeError, type Section, unsigned8, unsigned32 } from "../sections/section.ts";

export interface Earth {
  /** Code table 3.2: 6 is the sphere of HRRR. */
  readonly shape: number;
  /** Absent for a spheroid. */
  readonly radiusMeters?: number;
}

const SPHERES = new Map([
  [0, 6_367_470],
  [6, 6_371_229],
  [8, 6_371_200],
]);

export function readEarth(section: Section): Earth {
  const shape = unsigned8(section, 15, "shape of the earth");
  if (shape !== 1) {
    const radiusMeters = SPHERES.get(shape);
    return radiusMeters === undefined ? { shape } : { shape, radiusMeters };
  }
  const scale = unsigned8(section, 16, "scale factor of the radius");
  const scaled = unsigned32(section, 17, "scaled radius of the earth");
  const radiusMeters = scaled / 10 ** scale;
  if (!(radiusMeters > 6e6 && radiusMeters < 7e6)) {
    throw decodeError(section, 17, "a radius of the earth of 6000 to 7000 km", `${radiusMeters} m`);
  }
  return { shape, radiusMeters };
}
