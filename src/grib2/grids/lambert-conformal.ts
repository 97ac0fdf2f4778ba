/**
 * Grid definition template 3.30, Lambert conformal: HRRR's grid.
 * Source: WMO FM 92 GRIB, template 3.30.
 * @module
 */
import { type LambertGrid, type LambertProjection, lambert, RequestError } from "../../core/index.ts";
import { type Section, signed32 } from "../sections/section.ts";
import { degrees } from "./angles.ts";
import { type ProjectedPlane, readProjectedPlane } from "./projected-plane.ts";
import { scanDirections } from "./scanning.ts";

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
  const { earth, nx, ny, dxMeters, dyMeters } = definition;
  const { radiusMeters } = earth;
  if (radiusMeters === undefined) throw notOurs(place, "a spherical earth", `shape of the earth ${earth.shape}`);
  const { trueLatitudeDegrees, standardParallel1Degrees, standardParallel2Degrees } = definition;
  if (trueLatitudeDegrees !== standardParallel1Degrees && trueLatitudeDegrees !== standardParallel2Degrees) {
    const parallels = `${standardParallel1Degrees} or ${standardParallel2Degrees}`;
    throw notOurs(place, `Dx and Dy to hold on a standard parallel (${parallels})`, `LaD ${trueLatitudeDegrees}`);
  }
  const projection: LambertProjection = {
    radiusMeters,
    standardParallel1Degrees,
    standardParallel2Degrees,
    originLatitudeDegrees: trueLatitudeDegrees,
    centralLongitudeDegrees: definition.orientationLongitudeDegrees,
  };
  const first = lambert(projection).forward({
    latitudeDegrees: definition.firstLatitudeDegrees,
    longitudeDegrees: definition.firstLongitudeDegrees,
  });
  const directions = scanDirections(definition);
  const x0Meters = directions.i === 1 ? first.xMeters : first.xMeters - (nx - 1) * dxMeters;
  const y0Meters = directions.j === 1 ? first.yMeters : first.yMeters - (ny - 1) * dyMeters;
  return { kind: "lambert", nx, ny, x0Meters, y0Meters, dxMeters, dyMeters, projection };
}

function notOurs(place: string, expected: string, got: string): RequestError {
  return new RequestError({ place, expected, got, remedy: "regrid the file first" });
}
