/**
 * What is asked of every forecast: thresholds, neighborhoods and windows, fixed before anything is scored. Distances are kilometers, so that
 * grids of different spacing are asked the same; a window is the odd number of cells nearest to its width.
 *
 *   native   our own: HRRR's grid, the thresholds of HREF, REFS and SPC, windows of 3, 15, 27, 45 and 87 km
 *   evs      NOAA EVS for convection-allowing ensembles: reflectivity ≥ 20, 30, 40, 50 dBZ; windows of 1 and 17 cells of 5.08 km; probabilities
 *            of the event within 40 km against observations taken as maxima within 40 km, and smoothed by a Gaussian of 25.4 km; CAPE ≥ 250, 500, 1000, 2000 J/kg
 *
 * Source: NOAA-EMC/EVS, parm/metplus_config/stats/cam (December 2024). EVS brings forecasts to a 5.08 km grid first; we stay on ours.
 * @module
 */
import { ConfigError, cellSizeKm, type Grid, type VariableName } from "../core/index.ts";

export interface Protocol {
  readonly name: "native" | "evs";
  /** Events "≥ threshold", in the variable's unit. A variable that is absent is judged by its values alone. */
  readonly thresholds: Readonly<Partial<Record<VariableName, readonly number[]>>>;
  /** Variables whose events are also judged "anywhere within" this distance. */
  readonly nearby: { readonly variables: readonly VariableName[]; readonly radiusKm: number };
  /** Widths of FSS windows. */
  readonly windowsKm: readonly number[];
  /** Standard deviation of the Gaussian under which shares are compared too; absent when they are not. */
  readonly gaussianKm?: number;
  /** Connected areas at or above a threshold, matched within a distance. */
  readonly objects: {
    readonly variable: VariableName;
    readonly threshold: number;
    readonly leastKm2: number;
    readonly withinKm: number;
  };
  /** Storm reports: a report within this distance in the hour before, against the probability of the event nearby. */
  readonly reports: { readonly threshold: number; readonly radiusKm: number };
}

/** Where weather begins, for ranks of cells that are not at the floor. */
export const ACTIVE_FROM: Readonly<Partial<Record<VariableName, number>>> = { refc: 20, cape: 100 };

/** What a unit is for energy and variogram scores of several variables at once: about their spread over a season. */
export const VECTOR_SCALE: Readonly<Record<VariableName, number>> = {
  refc: 10,
  t2m: 10,
  d2m: 10,
  u10: 5,
  v10: 5,
  cape: 1000,
  cin: 100,
};

/** 55, 60, 65 °F and 90, 100 °F in K, as HREF and REFS have them. */
const DEW_POINTS = [285.93, 288.71, 291.48];
const TEMPERATURES = [305.372, 310.928];

export const PROTOCOLS: Readonly<Record<Protocol["name"], Protocol>> = {
  native: {
    name: "native",
    thresholds: {
      refc: [20, 30, 40, 50],
      cape: [500, 1000, 2000],
      cin: [-50],
      t2m: TEMPERATURES,
      d2m: DEW_POINTS,
    },
    nearby: { variables: ["refc"], radiusKm: 40 },
    windowsKm: [3, 15, 27, 45, 87],
    objects: { variable: "refc", threshold: 40, leastKm2: 108, withinKm: 40 },
    reports: { threshold: 40, radiusKm: 40 },
  },
  evs: {
    name: "evs",
    thresholds: { refc: [20, 30, 40, 50], cape: [250, 500, 1000, 2000] },
    nearby: { variables: ["refc"], radiusKm: 40 },
    windowsKm: [5.08, 86.36],
    gaussianKm: 25.4,
    objects: { variable: "refc", threshold: 40, leastKm2: 108, withinKm: 40 },
    reports: { threshold: 40, radiusKm: 40 },
  },
};

/** @throws ConfigError for a name there is not */
export function parseProtocol(text: string, place: string): Protocol {
  if (text === "native" || text === "evs") return PROTOCOLS[text];
  throw new ConfigError({ place, expected: Object.keys(PROTOCOLS).join(" or "), got: JSON.stringify(text) });
}

/** Cells of a window: odd, at least one. */
export function windowCells(widthKm: number, cellKm: number): number {
  return 2 * Math.round((widthKm / cellKm - 1) / 2) + 1;
}

/** Side of a cell; `undefined` on a grid of degrees, which has none: what is asked in kilometers is then not asked. */
export function cellKmOf(grid: Grid): number | undefined {
  return cellSizeKm(grid);
}

/** Side of a cell. @throws ConfigError for a grid that has none in kilometers: distances would mean nothing. */
export function requireCellKm(grid: Grid, place: string): number {
  const cellKm = cellKmOf(grid);
  if (cellKm !== undefined) return cellKm;
  throw new ConfigError({ place, expected: "a grid in a projection, with cells of some kilometers", got: grid.kind });
}
