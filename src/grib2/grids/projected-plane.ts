/**
 * What grid templates 3.20 and 3.30 share, octets 15 to 65: a regular grid on a plane, its first point, where its distances hold, and the
 * meridian that runs straight up the grid. Angles are stored in 10⁻⁶ degrees, lengths in 10⁻³ m.
 * Source: WMO FM 92 GRIB, templates 3.20 and 3.30.
 * @module
 */
import { type GeographicPoint, type ProjectedPoint, RequestError } from "../../core/index.ts";
import { type Section, signed32, unsigned8, unsigned32 } from "../sections/section.ts";
import { degrees, longitudeDegrees } from "./angles.ts";
import { type WindComponents, windComponents } from "./components.ts";
import { type Earth, readEarth } from "./earth.ts";
import { scanDirections } from "./scanning.ts";

export interface ProjectedPlane {
  readonly earth: Earth;
  readonly nx: number;
  readonly ny: number;
  /** La1, Lo1: the point stored first, whichever corner that is. −180 ≤ longitude < 180. */
  readonly firstLatitudeDegrees: number;
  readonly firstLongitudeDegrees: number;
  readonly windComponents: WindComponents;
  /** LaD: where Dx and Dy hold. */
  readonly trueLatitudeDegrees: number;
  /** LoV: the meridian that runs straight up the grid. */
  readonly orientationLongitudeDegrees: number;
  readonly dxMeters: number;
  readonly dyMeters: number;
  /** Flag table 3.5: bit 1 set when the south pole is on the plane. */
  readonly projectionCenterFlag: number;
  readonly scanningMode: number;
}

export function readProjectedPlane(section: Section): ProjectedPlane {
  return {
    earth: readEarth(section),
    nx: unsigned32(section, 31, "Nx"),
    ny: unsigned32(section, 35, "Ny"),
    firstLatitudeDegrees: degrees(signed32(section, 39, "La1")),
    firstLongitudeDegrees: longitudeDegrees(signed32(section, 43, "Lo1")),
    windComponents: windComponents(unsigned8(section, 47, "resolution and component flags")),
    trueLatitudeDegrees: degrees(signed32(section, 48, "LaD")),
    orientationLongitudeDegrees: longitudeDegrees(signed32(section, 52, "LoV")),
    dxMeters: unsigned32(section, 56, "Dx") / 1000,
    dyMeters: unsigned32(section, 60, "Dy") / 1000,
    projectionCenterFlag: unsigned8(section, 64, "projection centre flag"),
    scanningMode: unsigned8(section, 65, "scanning mode"),
  };
}

/** The sphere's radius. @throws RequestError for a spheroid, on which our projections are not. */
export function sphereOf({ earth }: ProjectedPlane, place: string): number {
  if (earth.radiusMeters !== undefined) return earth.radiusMeters;
  throw new RequestError({
    place,
    expected: "a spherical earth",
    got: `shape of the earth ${earth.shape}`,
    remedy: "regrid the file first",
  });
}

/** Where the south-west cell lies, whichever corner is stored first. */
export function southWestCorner(
  plane: ProjectedPlane,
  forward: (point: GeographicPoint) => ProjectedPoint,
): { x0Meters: number; y0Meters: number } {
  const { nx, ny, dxMeters, dyMeters, firstLatitudeDegrees, firstLongitudeDegrees } = plane;
  const first = forward({ latitudeDegrees: firstLatitudeDegrees, longitudeDegrees: firstLongitudeDegrees });
  const directions = scanDirections(plane);
  return {
    x0Meters: directions.i === 1 ? first.xMeters : first.xMeters - (nx - 1) * dxMeters,
    y0Meters: directions.j === 1 ? first.yMeters : first.yMeters - (ny - 1) * dyMeters,
  };
}
