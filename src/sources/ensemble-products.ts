/**
 * Which fields of an ensemble's products are wanted. Means, spreads and the like are chosen by variable, probabilities by event:
 *
 *   refc>=40        composite reflectivity at or above 40 dBZ, as HREF and REFS count it (their ">" is coded as ≥)
 *
 * Inventories say it as ":REFC:entire atmosphere:6 hour fcst:prob >40:prob fcst 0/10:Neighborhood Probability" (HREF), or with
 * "entire atmosphere (considered as a single layer)" and 0/14 (REFS). Source: NCEP's enspost tables of HREF v3 and REFS v1.
 * @module
 */
import { RequestError, VARIABLES } from "../core/index.ts";
import type { EventText, FieldSelector } from "../grib2/index.ts";
import { parseNames } from "./parameters.ts";
import type { Want } from "./want.ts";

/** Files there are: mean, spread, probability, probability-matched means (whole and local), their average, fractional coverage, flood. */
export const ENSEMBLE_PRODUCTS = ["mean", "sprd", "prob", "pmmn", "lpmm", "avrg", "eas", "ffri"] as const;
export type EnsembleProduct = (typeof ENSEMBLE_PRODUCTS)[number];

/** Products whose fields are probabilities of an event. */
const OF_EVENTS: readonly EnsembleProduct[] = ["prob", "eas", "ffri"];

export const issuesEvents = (product: EnsembleProduct): boolean => OF_EVENTS.includes(product);

const at = (category: number, number: number, levelType: number, levelValue?: number): FieldSelector => ({
  discipline: 0,
  category,
  number,
  levelType,
  ...(levelValue !== undefined && { levelValue }),
});
const ABOVE_GROUND = 103;

/** Our names for quantities that ensembles make products of, in numbers: words for them change with the writer of an inventory. */
const QUANTITIES: Readonly<Record<string, FieldSelector>> = {
  refc: VARIABLES.refc.grib,
  refd1km: at(16, 195, ABOVE_GROUND, 1000),
  maxref: at(16, 198, ABOVE_GROUND, 1000),
  // HREF and REFS have it for the whole atmosphere, where HRRR has it at cloud top.
  retop: at(16, 197, 10),
  mxuphl: { ...at(7, 199, ABOVE_GROUND, 5000), secondLevelValue: 2000 },
  t2m: VARIABLES.t2m.grib,
  d2m: VARIABLES.d2m.grib,
  u10: VARIABLES.u10.grib,
  v10: VARIABLES.v10.grib,
  wind10: at(2, 1, ABOVE_GROUND, 10),
  cape: VARIABLES.cape.grib,
  cin: VARIABLES.cin.grib,
  mlcape: { ...at(7, 6, 108, 9000), secondLevelValue: 0 },
  mlcin: { ...at(7, 7, 108, 9000), secondLevelValue: 0 },
  hlcy: { ...at(7, 8, ABOVE_GROUND, 3000), secondLevelValue: 0 },
  ltng: at(17, 192, 10),
  pwat: at(1, 3, 200),
  apcp: at(1, 8, 1),
  asnow: at(1, 29, 1),
};

export const ENSEMBLE_NAMES: readonly string[] = Object.keys(QUANTITIES);

export interface EnsembleSelection {
  readonly names: readonly string[];
  /** Thresholds by variable; a variable without any is wanted at every threshold. */
  readonly events: readonly EnsembleEvent[];
  readonly searches: readonly string[];
}

export interface EnsembleEvent {
  readonly name: string;
  readonly operator: ">" | "<";
  readonly threshold: string;
}

const EVENT = /^([a-z0-9]+)(>=?|<=?)(-?\d+(?:\.\d+)?)$/;

/** "refc>=40,mlcape>1000". @throws RequestError */
export function parseEvents(text: string, place: string): EnsembleEvent[] {
  return text.split(",").map((part) => {
    const match = EVENT.exec(part.trim().toLowerCase());
    if (match === null || !Object.hasOwn(QUANTITIES, match[1])) {
      const expected = `events like refc>=40 of ${ENSEMBLE_NAMES.join(",")}`;
      throw new RequestError({ place, expected, got: JSON.stringify(part) });
    }
    return { name: match[1], operator: match[2].startsWith(">") ? ">" : "<", threshold: match[3] };
  });
}

export function parseEnsembleNames(text: string, place: string): string[] {
  return parseNames(text, place, ENSEMBLE_NAMES);
}

/** @throws RequestError for a product there is not */
export function parseProducts(text: string, place: string): EnsembleProduct[] {
  return parseNames(text, place, ENSEMBLE_PRODUCTS) as EnsembleProduct[];
}

/** "refc>=40": as it is asked for, and as manifests name it. */
export const describeEvent = ({ name, operator, threshold }: EnsembleEvent): string =>
  `${name}${operator}=${threshold}`;

/** What to look for in a file of that product. */
export function ensembleWants(product: EnsembleProduct, { names, events, searches }: EnsembleSelection): Want[] {
  const bySearch = searches.map((search) => ({ name: search, search }));
  if (!issuesEvents(product)) {
    return [...names.map((name) => ({ name, product: { quantity: QUANTITIES[name] } })), ...bySearch];
  }
  const wanted = events.map((event) => ({
    name: describeEvent(event),
    product: { quantity: QUANTITIES[event.name], event: limitOf(event) },
  }));
  const any = names
    .filter((name) => !events.some((event) => event.name === name))
    .map((name) => ({ name, product: { quantity: QUANTITIES[name], event: "any" as const } }));
  return [...wanted, ...any, ...bySearch];
}

const limitOf = ({ operator, threshold }: EnsembleEvent): EventText =>
  operator === ">" ? { above: Number(threshold) } : { below: Number(threshold) };
