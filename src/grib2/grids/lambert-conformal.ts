/**
 * Grid definition template 3.30, Lambert conformal: HRRR's grid.
 * Source: WMO FM 92 GRIB, template 3.30.
 * @module
 */
import { type LambertGrid, type LambertProjection, lambert, RequestError } from "../../core/index.ts";
import { type Section, signed32 } from "../sections/section.ts";
import { degrees } from "./angles.ts";
import { type ProjectedPlane, readProjectedPlane, southWestCorner, sphereOf } from "./projected-plane.ts";

export interface LambertConformal extends ProjectedPlane {
  readonly template: 30;
  /** Latin 1, Latin 2: where the cone cuts the sphere. */
  readonly standardParallel1Degrees: number;
  readonly standardParallel2Degrees: number;
}

export function readLambertConformal(section: Section): LambertConformal {
  return {
    template: 30,
    ...readProjectedPlane(section),
    standardParallel1Degrees: degrees(signed32(section, 66, "Latin 1")),
    standardParallel2Degrees: degrees(signed32(section, 70, "Latin 2")),
  };
}

/**
 * The same grid with row 0 in the south and column 0 in the west.
 * @throws RequestError for a spheroid, or for distances that hold elsewhere than on a standard parallel.
 */
export function lambertGrid(definition: LambertConformal, place: string): LambertGrid {
  const { nx, ny, dxMeters, dyMeters } = definition;
  const radiusMeters = sphereOf(definition, place);
  const { trueLatitudeDegrees, standardParallel1Degrees, standardParallel2Degrees } = definition;
  if (trueLatitudeDegrees !== standardParallel1Degrees && trueLatitudeDegrees !== standardParallel2Degrees) {
    const parallels = `${standardParallel1Degrees} or ${standardParallel2Degrees}`;
    throw new RequestError({
      place,
      expected: `Dx and Dy to hold on a standard parallel (${parallels})`,
      got: `LaD ${trueLatitudeDegrees}`,
      remedy: "regrid the file first",
    });
  }
  const projection: LambertProjection = {
    radiusMeters,
    standardParallel1Degrees,
    standardParallel2Degrees,
    originLatitudeDegrees: trueLatitudeDegrees,
    centralLongitudeDegrees: definition.orientationLongitudeDegrees,
  };
  const corner = southWestCorner(definition, lambert(projection).forward);
  return { kind: "lambert", nx, ny, ...corner, dxMeters, dyMeters, projection };
}
