/**
 * Section 3 of our grids: templates 3.30 (Lambert) and 3.20 (polar stereographic) octet for octet as HRRR writes them, template 3.0 for
 * latitude–longitude. Rows are
 * stored south to north (scanning mode 0x40), winds follow the grid (component flag 0x08), angles are whole millionths of a degree.
 * Source: WMO FM 92 GRIB, templates 3.0, 3.20 and 3.30; checked against section 3 of HRRR's messages.
 * @module
 */
import {
  cellCount,
  cellLocator,
  type Grid,
  type LambertGrid,
  type LatLonGrid,
  type PlaneGrid,
  type PolarStereographicGrid,
  RequestError,
} from "../../core/index.ts";
import { type Octets, s32, section, u8, u16, u32 } from "./octets.ts";

const SOUTH_UP = 0x40;
const GRID_RELATIVE = 0x08;
const INCREMENTS_GIVEN = 0x30;

/** @throws RequestError for a projection that template 3.30 cannot say. */
export function gridSection(grid: Grid): Uint8Array {
  const { template, content } = templateOf(grid);
  return section(3, u8(0), u32(cellCount(grid)), u8(0), u8(0), u16(template), content);
}

function templateOf(grid: Grid): { template: number; content: Octets } {
  switch (grid.kind) {
    case "lambert":
      return { template: 30, content: lambert(grid) };
    case "polar-stereographic":
      return { template: 20, content: polarStereographic(grid) };
    case "latlon":
      return { template: 0, content: latLon(grid) };
    default:
      return grid satisfies never;
  }
}

const SOUTH_POLE = 0x80;

function polarStereographic(grid: PolarStereographicGrid): Octets {
  const { radiusMeters, pole, trueLatitudeDegrees, centralLongitudeDegrees } = grid.projection;
  return [
    ...earth(radiusMeters),
    ...plane(grid, trueLatitudeDegrees, centralLongitudeDegrees),
    pole === "north" ? 0 : SOUTH_POLE,
    SOUTH_UP,
  ];
}

/** Octets 31 to 63, which 3.20 and 3.30 share: size, first point, LaD, LoV, Dx and Dy. */
function plane(grid: PlaneGrid, trueLatitudeDegrees: number, orientationLongitudeDegrees: number): Octets {
  const first = cellLocator(grid)(0, 0);
  return [
    ...u32(grid.nx),
    ...u32(grid.ny),
    ...latitude(first.latitudeDegrees),
    ...longitude(first.longitudeDegrees),
    GRID_RELATIVE,
    ...latitude(trueLatitudeDegrees),
    ...longitude(orientationLongitudeDegrees),
    ...u32(Math.round(grid.dxMeters * 1000)),
    ...u32(Math.round(grid.dyMeters * 1000)),
  ];
}

function lambert(grid: LambertGrid): Octets {
  const { radiusMeters, standardParallel1Degrees, standardParallel2Degrees, originLatitudeDegrees } = grid.projection;
  if (originLatitudeDegrees !== standardParallel1Degrees && originLatitudeDegrees !== standardParallel2Degrees) {
    throw new RequestError({
      place: "GRIB2 grid",
      expected: "cell sizes that hold on a standard parallel",
      got: `an origin at ${originLatitudeDegrees} degrees`,
      remedy: "export NetCDF instead",
    });
  }
  return [
    ...earth(radiusMeters),
    ...plane(grid, originLatitudeDegrees, grid.projection.centralLongitudeDegrees),
    0,
    SOUTH_UP,
    ...latitude(standardParallel1Degrees),
    ...latitude(standardParallel2Degrees),
    ...s32(0),
    ...s32(0),
  ];
}

function latLon(grid: LatLonGrid): Octets {
  const last = cellLocator(grid)(grid.nx - 1, grid.ny - 1);
  return [
    ...earth(HRRR_RADIUS_METERS),
    ...u32(grid.nx),
    ...u32(grid.ny),
    ...u32(0),
    ...u32(0xffff_ffff),
    ...latitude(grid.latitude0Degrees),
    ...longitude(grid.longitude0Degrees),
    INCREMENTS_GIVEN | GRID_RELATIVE,
    ...latitude(last.latitudeDegrees),
    ...longitude(last.longitudeDegrees),
    ...u32(millionths(grid.dLongitudeDegrees)),
    ...u32(millionths(grid.dLatitudeDegrees)),
    SOUTH_UP,
  ];
}

const HRRR_RADIUS_METERS = 6_371_229;

/** Shape 6 is HRRR's sphere; any other radius is said in metres (shape 1). */
function earth(radiusMeters: number): Octets {
  const axes = [...u8(0), ...u32(0), ...u8(0), ...u32(0)];
  if (radiusMeters === HRRR_RADIUS_METERS) return [6, ...u8(0), ...u32(0), ...axes];
  return [1, ...u8(0), ...u32(Math.round(radiusMeters)), ...axes];
}

const millionths = (degrees: number): number => Math.round(degrees * 1e6);
const latitude = (degrees: number): Octets => s32(millionths(degrees));
/** 0 ≤ λ < 360. */
const longitude = (degrees: number): Octets => u32(((millionths(degrees) % 360e6) + 360e6) % 360e6);
