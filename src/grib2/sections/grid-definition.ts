/**
 * Section 3, grid definition: how many points there are and where they lie, in the WMO's own words. Each template has its file
 * in `grids/`. Source: WMO FM 92 GRIB, section 3 and code tables 3.0, 3.1, 3.11.
 * @module
 */
import { type LambertConformal, readLambertConformal } from "../grids/lambert-conformal.ts";
import { type LatitudeLongitude, readLatitudeLongitude } from "../grids/latitude-longitude.ts";
import { type PolarStereographic, readPolarStereographic } from "../grids/polar-stereographic.ts";
import { decodeError, type Section, unsigned8, unsigned16, unsigned32 } from "./section.ts";

/** One of the grids this decoder knows. */
export type GridDefinition = LambertConformal | PolarStereographic | LatitudeLongitude;

/**
 * The most points a grid may have, 2²⁶ ≈ 67 million: three times the national radar mosaic at 0.01°, and half a gigabyte of
 * float64. A header that claims more is taken for damage before any memory is asked for.
 */
export const MAX_GRID_POINTS: number = 2 ** 26;

/** @throws DecodeError for a template that is not 3.0, 3.20 or 3.30, and for point counts that contradict each other. */
export function readGridDefinition(section: Section): GridDefinition {
  const source = unsigned8(section, 6, "source of the grid definition");
  if (source !== 0) throw decodeError(section, 6, "a grid definition by template (0)", `source ${source}`, UNSUPPORTED);
  const points = unsigned32(section, 7, "number of data points");
  const listOctets = unsigned8(section, 11, "octets per entry of the list of row lengths");
  if (listOctets !== 0) {
    throw decodeError(
      section,
      11,
      "a regular grid (0)",
      `row lengths listed in ${listOctets} octets each`,
      UNSUPPORTED,
    );
  }
  const grid = readTemplate(section);
  if (grid.nx < 1 || grid.ny < 1 || grid.nx * grid.ny > MAX_GRID_POINTS) {
    throw decodeError(section, 31, `a grid of 1 to ${MAX_GRID_POINTS} points`, `${grid.nx} x ${grid.ny}`);
  }
  if (grid.nx * grid.ny !== points) {
    throw decodeError(section, 7, `${grid.nx} x ${grid.ny} = ${grid.nx * grid.ny} data points`, `${points}`);
  }
  return grid;
}

const UNSUPPORTED = "this kind of grid is not supported";

function readTemplate(section: Section): GridDefinition {
  const template = unsigned16(section, 13, "grid definition template number");
  switch (template) {
    case 0:
      return readLatitudeLongitude(section);
    case 20:
      return readPolarStereographic(section);
    case 30:
      return readLambertConformal(section);
    default:
      throw decodeError(section, 13, "grid definition template 3.0, 3.20 or 3.30", `3.${template}`, UNSUPPORTED);
  }
}
