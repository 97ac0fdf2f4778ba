/**
 * Grid definition template 3.0, regular latitude–longitude: global models, reanalyses, radar mosaics. Angles are in 10⁻⁶
 * degrees. Source: WMO FM 92 GRIB, template 3.0.
 * @module
 */
import { type LatLonGrid, RequestError } from "../../core/index.ts";
import { isMissing, type Section, signed32, unsigned8, unsigned32 } from "../sections/section.ts";
import { degrees, longitudeDegrees } from "./angles.ts";
import { incrementsGiven, type WindComponents, windComponents } from "./components.ts";
import { type Earth, readEarth } from "./earth.ts";
import { scanDirections } from "./scanning.ts";

export interface LatitudeLongitude {
  readonly template: 0;
  readonly earth: Earth;
  readonly nx: number;
  readonly ny: number;
  /** La1, Lo1: the point stored first. −180 ≤ longitude < 180. */
  readonly firstLatitudeDegrees: number;
  readonly firstLongitudeDegrees: number;
  /** La2, Lo2: the point stored last. */
  readonly lastLatitudeDegrees: number;
  readonly lastLongitudeDegrees: number;
  readonly windComponents: WindComponents;
  /** Di, Dj without sign; absent where the message gives none. */
  readonly dLongitudeDegrees?: number;
  readonly dLatitudeDegrees?: number;
  readonly scanningMode: number;
}

export function readLatitudeLongitude(section: Section): LatitudeLongitude {
  const flags = unsigned8(section, 55, "resolution and component flags");
  const given = incrementsGiven(flags);
  const di = unsigned32(section, 64, "Di");
  const dj = unsigned32(section, 68, "Dj");
  return {
    template: 0,
    earth: readEarth(section),
    nx: unsigned32(section, 31, "Ni"),
    ny: unsigned32(section, 35, "Nj"),
    firstLatitudeDegrees: degrees(signed32(section, 47, "La1")),
    firstLongitudeDegrees: longitudeDegrees(signed32(section, 51, "Lo1")),
    lastLatitudeDegrees: degrees(signed32(section, 56, "La2")),
    lastLongitudeDegrees: longitudeDegrees(signed32(section, 60, "Lo2")),
    windComponents: windComponents(flags),
    ...(given.i && !isMissing(di, 32) && { dLongitudeDegrees: degrees(di) }),
    ...(given.j && !isMissing(dj, 32) && { dLatitudeDegrees: degrees(dj) }),
    scanningMode: unsigned8(section, 72, "scanning mode"),
  };
}

/** Whether angles count in millionths of a degree, as they do unless a basic angle and its subdivisions say otherwise; radar mosaics say 1 / 10⁶. */
export function countsMillionths(section: Section): boolean {
  const basicAngle = unsigned32(section, 39, "basic angle");
  const subdivisions = unsigned32(section, 43, "subdivisions of the basic angle");
  return basicAngle === 0 || isMissing(basicAngle, 32) || (basicAngle === 1 && subdivisions === 1e6);
}

/**
 * The same grid with row 0 in the south and column 0 in the west.
 * @throws RequestError where first point, last point and increments contradict each other or do not suffice.
 */
export function latLonGrid(definition: LatitudeLongitude, place: string): LatLonGrid {
  const { nx, ny, firstLatitudeDegrees: firstLatitude, lastLatitudeDegrees: lastLatitude } = definition;
  const { firstLongitudeDegrees: firstLongitude, lastLongitudeDegrees: lastLongitude } = definition;
  const directions = scanDirections(definition);
  const latitudeSpan = directions.j * (lastLatitude - firstLatitude);
  // A grid around the whole globe ends just short of where it began.
  const longitudeSpan = (((directions.i * (lastLongitude - firstLongitude)) % 360) + 360) % 360;
  const southWest = {
    latitude0Degrees: directions.j === 1 ? firstLatitude : lastLatitude,
    longitude0Degrees: directions.i === 1 ? firstLongitude : lastLongitude,
  };
  return {
    kind: "latlon",
    nx,
    ny,
    ...southWest,
    dLatitudeDegrees: increment(definition.dLatitudeDegrees, latitudeSpan, ny, `${place} latitudes`),
    dLongitudeDegrees: increment(definition.dLongitudeDegrees, longitudeSpan, nx, `${place} longitudes`),
  };
}

/** The stated increment, which must fit the span as far as rounding to millionths allows; the span's own where none is stated. */
function increment(stated: number | undefined, span: number, count: number, place: string): number {
  const spanned = count > 1 ? span / (count - 1) : undefined;
  const chosen = stated ?? spanned;
  const rounding = 1e-6 * (count + 1);
  if (
    chosen === undefined ||
    chosen <= 0 ||
    (spanned !== undefined && Math.abs(chosen * (count - 1) - span) > rounding)
  ) {
    const got = `${stated === undefined ? "no increment" : `an increment of ${stated}`} and a span of ${span} degrees`;
    const expected = `${count} points whose increment fits their span`;
    throw new RequestError({ place, expected, got, remedy: "regrid the file first" });
  }
  // Rounded increments add up to less or more than the span; the end points are the better witnesses.
  return Math.abs(chosen * (count - 1) - span) > 1e-9 && spanned !== undefined ? spanned : chosen;
}
