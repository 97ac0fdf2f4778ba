/**
 * Section 3, grid definition: how many points there are and where they lie, in the WMO's own words. Each template has its file
 * in `grids/`. Source: WMO FM 92 GRIB, section 3 and code tables 3.0, 3.1, 3.11.
 * @module
 */
import { type LambertConformal, readLambertConformal } from "../grids/lambert-conformal.ts";
import { countsMillionths, type LatitudeLongitude, readLatitudeLongitude } from "../grids/latitude-longitude.ts";
import { type OtherGrid, readOtherGrid } from "../grids/other.ts";
import { type PolarStereographic, readPolarStereographic } from "../grids/polar-stereographic.ts";
import { decodeError, type Section, unsigned8, unsigned16, unsigned32 } from "./section.ts";

/** One of the grids this decoder knows, or another of which it knows the points. */
export type GridDefinition = LambertConformal | PolarStereographic | LatitudeLongitude | OtherGrid;

/**
 * The most points a grid may have, 2²⁶ ≈ 67 million: three times the national radar mosaic at 0.01°, and half a gigabyte of
 * float64. A header that claims more is taken for damage before any memory is asked for.
 */
export const MAX_GRID_POINTS: number = 2 ** 26;

/**
 * A grid of any template: one that is not 3.0, 3.20 or 3.30, or is irregular, by its points alone.
 * @throws DecodeError for point counts that contradict each other or are beyond belief.
 */
export function readGridDefinition(section: Section): GridDefinition {
  const points = unsigned32(section, 7, "number of data points");
  const grid = readTemplate(section, points);
  if (grid.nx < 1 || grid.ny < 1 || grid.nx * grid.ny > MAX_GRID_POINTS) {
    throw decodeError(section, 31, `a grid of 1 to ${MAX_GRID_POINTS} points`, `${grid.nx} x ${grid.ny}`);
  }
  if (grid.nx * grid.ny !== points) {
    throw decodeError(section, 7, `${grid.nx} x ${grid.ny} = ${grid.nx * grid.ny} data points`, `${points}`);
  }
  return grid;
}

/** Octet 6: a template says what the grid is; otherwise a center's own list does, or nothing. */
const BY_TEMPLATE = 0;

function readTemplate(section: Section, points: number): GridDefinition {
  const source = unsigned8(section, 6, "source of the grid definition");
  const listOctets = unsigned8(section, 11, "octets per entry of the list of row lengths");
  const template = unsigned16(section, 13, "grid definition template number");
  const isRegular = source === BY_TEMPLATE && listOctets === 0;
  switch (isRegular ? template : undefined) {
    case 0:
      return countsMillionths(section) ? readLatitudeLongitude(section) : readOtherGrid(section, template, points);
    case 20:
      return readPolarStereographic(section);
    case 30:
      return readLambertConformal(section);
    default:
      return readOtherGrid(section, template, points);
  }
}

/** The template's number, whether this decoder reads it or not. */
export function gridTemplateNumber(grid: GridDefinition): number {
  return grid.template === "other" ? grid.templateNumber : grid.template;
}
