/**
 * Grid definition template 3.20, polar stereographic: HRRR over Alaska, Stage IV precipitation. Its fields decode like any
 * other; Updraft has no model on such a grid, so there is no core grid for it yet.
 * Source: WMO FM 92 GRIB, template 3.20.
 * @module
 */
import type { Section } from "../sections/section.ts";
import { type ProjectedPlane, readProjectedPlane } from "./projected-plane.ts";

export interface PolarStereographic extends ProjectedPlane {
  readonly template: 20;
}

export function readPolarStereographic(section: Section): PolarStereographic {
  return { template: 20, ...readProjectedPlane(section) };
}
