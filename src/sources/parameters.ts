/**
 * Names for what can be fetched. The seven variables of the archives are in core's registry; this table adds what other work needs
 * of HRRR's surface files and what large-scale forcing needs of GFS. Numbers: NCEP's UPP parameter tables; each row was found in real
 * inventories.
 * @module
 */
import { type GribSelector, type LeadHours, RequestError, VARIABLE_NAMES, VARIABLES } from "../core/index.ts";
import type { FieldSelector } from "../grib2/index.ts";
import type { Want } from "./want.ts";

export interface Parameter {
  readonly longName: string;
  readonly selector: FieldSelector;
  /** The same quantity under other numbers, as older files have it. */
  readonly also?: readonly FieldSelector[];
  /** The interval reaches from the forecast's start to its lead: a run total. */
  readonly sinceStart?: true;
  /** The same in every file: fetched once. */
  readonly fixed?: true;
}

const SURFACE = { levelType: 1 };
const ACCUMULATION = 1;
const MAXIMUM = 2;
const field = (category: number, number: number, rest: Omit<FieldSelector, "discipline" | "category" | "number">) => ({
  discipline: 0,
  category,
  number,
  ...rest,
});
const helicity = (top: number, bottom: number): FieldSelector =>
  field(7, 199, { levelType: 103, levelValue: top, secondLevelValue: bottom, process: MAXIMUM });
const pressureLayer = (number: number, pascals: number): FieldSelector =>
  field(7, number, { levelType: 108, levelValue: pascals, secondLevelValue: 0 });

/** HRRR's, beyond the seven. */
export const HRRR_PARAMETERS: Readonly<Record<string, Parameter>> = {
  mxuphl: { longName: "2-5 km updraft helicity, hourly maximum", selector: helicity(5000, 2000) },
  mxuphl03: { longName: "0-3 km updraft helicity, hourly maximum", selector: helicity(3000, 0) },
  mxuphl02: { longName: "0-2 km updraft helicity, hourly maximum", selector: helicity(2000, 0) },
  apcp: {
    longName: "precipitation since the forecast's start",
    selector: field(1, 8, { ...SURFACE, process: ACCUMULATION }),
    sinceStart: true,
  },
  apcp1h: {
    longName: "precipitation of the last hour",
    selector: field(1, 8, { ...SURFACE, process: ACCUMULATION, intervalHours: 1 }),
  },
  refd1km: {
    longName: "reflectivity 1 km above ground",
    selector: field(16, 195, { levelType: 103, levelValue: 1000 }),
  },
  refd4km: {
    longName: "reflectivity 4 km above ground",
    selector: field(16, 195, { levelType: 103, levelValue: 4000 }),
  },
  pres: { longName: "surface pressure", selector: field(3, 0, SURFACE) },
  // To the cycles of 2016-08-23 HRRR's inventories and headers call it PRMSL (dynamical-org/reformatters issue 901).
  mslma: {
    longName: "mean sea level pressure (MAPS reduction)",
    selector: field(3, 198, { levelType: 101 }),
    also: [field(3, 1, { levelType: 101 })],
  },
  mlcape: { longName: "CAPE of the lowest 90 hPa", selector: pressureLayer(6, 9000) },
  mlcin: { longName: "CIN of the lowest 90 hPa", selector: pressureLayer(7, 9000) },
  mucape: { longName: "CAPE of the most unstable parcel in 255 hPa", selector: pressureLayer(6, 25_500) },
  orog: { longName: "height of the surface", selector: field(3, 5, SURFACE), fixed: true },
  land: { longName: "land mask", selector: { discipline: 2, category: 0, number: 0, ...SURFACE }, fixed: true },
};

const GFS_LEVELS_HPA = [850, 700, 500, 250] as const;
const GFS_QUANTITIES: readonly (readonly [string, number, number, string, string])[] = [
  ["u", 2, 2, "eastward wind", "m s-1"],
  ["v", 2, 3, "northward wind", "m s-1"],
  ["t", 0, 0, "temperature", "K"],
  ["q", 1, 0, "specific humidity", "1"],
  ["z", 3, 5, "geopotential height", "m"],
];

/** GFS's large scale: u, v, t, q, z at four levels, mean sea level pressure and precipitable water. */
export const GFS_PARAMETERS: Readonly<Record<string, Parameter & { readonly units: string }>> = {
  ...Object.fromEntries(
    GFS_QUANTITIES.flatMap(([letter, category, number, longName, units]) =>
      GFS_LEVELS_HPA.map((level) => [
        `${letter}${level}`,
        {
          longName: `${longName} at ${level} hPa`,
          units,
          selector: field(category, number, { levelType: 100, levelValue: level * 100 }),
        },
      ]),
    ),
  ),
  prmsl: { longName: "mean sea level pressure", units: "Pa", selector: field(3, 1, { levelType: 101 }) },
  pwat: { longName: "precipitable water", units: "kg m-2", selector: field(1, 3, { levelType: 200 }) },
};

const isSeven = (name: string): name is keyof typeof VARIABLES => Object.hasOwn(VARIABLES, name);

/** The seven by their registry, the rest by the table. */
export function hrrrParameter(name: string): Parameter | undefined {
  if (isSeven(name)) return { longName: VARIABLES[name].longName, selector: selectorOf(VARIABLES[name].grib) };
  return Object.hasOwn(HRRR_PARAMETERS, name) ? HRRR_PARAMETERS[name] : undefined;
}

const selectorOf = (grib: GribSelector): FieldSelector => grib;

/** True for a maximum or a sum over time: there is none where a forecast begins. */
export const isWindow = ({ selector }: Parameter): boolean => selector.process !== undefined;

/** What to look for in the file of that lead. */
export function wantOf(name: string, parameter: Parameter, leadHours: LeadHours): Want {
  const { selector, also, sinceStart } = parameter;
  const during = sinceStart === true ? { ...selector, intervalHours: leadHours } : selector;
  return { name, selector: during, ...(also !== undefined && { also }) };
}

/**
 * A comma-separated list of names, each once.
 * @throws RequestError for a name that is in neither table.
 */
export function parseNames(text: string, place: string, known: readonly string[]): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  for (const [at, name] of names.entries()) {
    if (!known.includes(name) || names.indexOf(name) !== at) {
      throw new RequestError({
        place,
        expected: `distinct names out of ${known.join(",")}`,
        got: JSON.stringify(text),
      });
    }
  }
  return names;
}

export const HRRR_NAMES: readonly string[] = [...VARIABLE_NAMES, ...Object.keys(HRRR_PARAMETERS)];
