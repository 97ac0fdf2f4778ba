/**
 * Grid definition template 3.20, polar stereographic: HRRR over Alaska, Stage IV precipitation.
 * Source: WMO FM 92 GRIB, template 3.20.
 * @module
 */
import {
  type PolarStereographicGrid,
  type PolarStereographicProjection,
  polarStereographic,
  RequestError,
} from "../../core/index.ts";
import type { Section } from "../sections/section.ts";
import { type ProjectedPlane, readProjectedPlane, southWestCorner, sphereOf } from "./projected-plane.ts";

export interface PolarStereographic extends ProjectedPlane {
  readonly template: 20;
}

export function readPolarStereographic(section: Section): PolarStereographic {
  return { template: 20, ...readProjectedPlane(section) };
}

/** Flag table 3.5, bit 1: the south pole is on the plane. Bit 2: both are, as on no plane that is stereographic. */
const SOUTH_POLE = 0x80;

/**
 * The same grid with row 0 in the south and column 0 in the west.
 * @throws RequestError for a spheroid, or for distances that hold in the other hemisphere or only at its pole's antipode.
 */
export function polarGrid(definition: PolarStereographic, place: string): PolarStereographicGrid {
  const { nx, ny, dxMeters, dyMeters, trueLatitudeDegrees, projectionCenterFlag } = definition;
  const pole = (projectionCenterFlag & SOUTH_POLE) === 0 ? "north" : "south";
  if (pole === "north" ? trueLatitudeDegrees < 0 : trueLatitudeDegrees > 0) {
    throw new RequestError({
      place,
      expected: `Dx and Dy to hold in the hemisphere of the ${pole} pole, which is on the plane`,
      got: `LaD ${trueLatitudeDegrees}`,
      remedy: "regrid the file first",
    });
  }
  const projection: PolarStereographicProjection = {
    radiusMeters: sphereOf(definition, place),
    pole,
    trueLatitudeDegrees,
    centralLongitudeDegrees: definition.orientationLongitudeDegrees,
  };
  const corner = southWestCorner(definition, polarStereographic(projection).forward);
  return { kind: "polar-stereographic", nx, ny, ...corner, dxMeters, dyMeters, projection };
}
