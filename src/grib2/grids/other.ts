/**
 * A grid this decoder has no template for: rotated, Gaussian, unstructured, whatever comes. Its messages are listed, and their values read in
 * stored order, by what section 3 says of every grid: how many points there are, and for most templates their number along i and j.
 * Source: WMO FM 92 GRIB, section 3 and code table 3.1; NCEP's local templates 3.32768 and 3.32769.
 * @module
 */
import { RequestError } from "../../core/index.ts";
import { isMissing, type Section, unsigned32 } from "../sections/section.ts";

export interface OtherGrid {
  readonly template: "other";
  /** N of 3.N. */
  readonly templateNumber: number;
  /** Points along i and j; all points and 1 where there are no two such numbers, as on reduced and unstructured grids. */
  readonly nx: number;
  readonly ny: number;
}

/** Names of templates; those of `REGULAR` say Ni in octets 31–34 and Nj in 35–38. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, "irregular latitude-longitude"],
  [1, "rotated latitude-longitude"],
  [2, "stretched latitude-longitude"],
  [3, "stretched and rotated latitude-longitude"],
  [4, "variable resolution latitude-longitude"],
  [5, "variable resolution rotated latitude-longitude"],
  [10, "Mercator"],
  [12, "transverse Mercator"],
  [31, "Albers equal area"],
  [40, "Gaussian"],
  [41, "rotated Gaussian"],
  [42, "stretched Gaussian"],
  [43, "stretched and rotated Gaussian"],
  [50, "spherical harmonics"],
  [90, "space view"],
  [100, "icosahedral"],
  [101, "unstructured"],
  [140, "Lambert azimuthal equal area"],
  [204, "curvilinear"],
  [32768, "rotated latitude-longitude, Arakawa E"],
  [32769, "rotated latitude-longitude, Arakawa non-E"],
]);
const REGULAR: ReadonlySet<number> = new Set([
  0, 1, 2, 3, 4, 5, 10, 12, 20, 30, 31, 40, 41, 42, 43, 90, 140, 204, 32768, 32769,
]);

/** @param points octets 7–10 of section 3 */
export function readOtherGrid(section: Section, templateNumber: number, points: number): OtherGrid {
  if (REGULAR.has(templateNumber) && section.view.byteLength >= 38) {
    const [nx, ny] = [unsigned32(section, 31, "Ni"), unsigned32(section, 35, "Nj")];
    if (!isMissing(nx, 32) && !isMissing(ny, 32) && nx * ny === points) {
      return { template: "other", templateNumber, nx, ny };
    }
  }
  return { template: "other", templateNumber, nx: points, ny: 1 };
}

/** "rotated latitude-longitude (3.1)", "unknown (3.150)". */
export function describeOtherGrid({ templateNumber }: OtherGrid): string {
  return `${NAMES.get(templateNumber) ?? "unknown"} (3.${templateNumber})`;
}

/** Nothing of ours lives on such a grid. */
export function notHeld(grid: OtherGrid, place: string): RequestError {
  return new RequestError({
    place,
    expected: "a Lambert (3.30), polar stereographic (3.20) or regular latitude-longitude (3.0) grid",
    got: `a grid that is ${describeOtherGrid(grid)}`,
    remedy: "regrid the file first",
  });
}
