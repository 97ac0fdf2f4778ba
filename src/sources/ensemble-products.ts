/**
 * Which fields of an ensemble's products are wanted. Means, spreads and the like are chosen by variable, probabilities by event:
 *
 *   refc>=40        composite reflectivity at or above 40 dBZ, as HREF and REFS count it (their ">" is coded as ≥)
 *
 * The inventory says it as ":REFC:entire atmosphere:6 hour fcst:prob >40:prob fcst 0/10:Neighborhood Probability".
 * Source: NCEP's enspost tables of HREF v3 and REFS v1.
 * @module
 */
import { RequestError } from "../core/index.ts";
import { parseNames } from "./parameters.ts";
import type { Want } from "./want.ts";

/** Files there are: mean, spread, probability, probability-matched means (whole and local), their average, fractional coverage, flood. */
export const ENSEMBLE_PRODUCTS = ["mean", "sprd", "prob", "pmmn", "lpmm", "avrg", "eas", "ffri"] as const;
export type EnsembleProduct = (typeof ENSEMBLE_PRODUCTS)[number];

/** Products whose fields are probabilities of an event. */
const OF_EVENTS: readonly EnsembleProduct[] = ["prob", "eas", "ffri"];

/** What inventories call our variables: name and level, as regular expressions. */
const WORDS: Readonly<Record<string, string>> = {
  refc: ":REFC:entire atmosphere:",
  refd1km: ":REFD:1000 m above ground:",
  mxuphl: ":MXUPHL:5000-2000 m above ground:",
  t2m: ":TMP:2 m above ground:",
  d2m: ":DPT:2 m above ground:",
  // Ensembles hold speed, not components.
  wind10: ":WIND:10 m above ground:",
  cape: ":CAPE:surface:",
  cin: ":CIN:surface:",
  mlcape: ":CAPE:90-0 mb above ground:",
  mlcin: ":CIN:90-0 mb above ground:",
  apcp: ":APCP:surface:",
};

export const ENSEMBLE_NAMES: readonly string[] = Object.keys(WORDS);

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
    if (match === null || !Object.hasOwn(WORDS, match[1])) {
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

/** What to look for in a file of that product. */
export function ensembleWants(product: EnsembleProduct, { names, events, searches }: EnsembleSelection): Want[] {
  const bySearch = searches.map((search) => ({ name: search, search }));
  if (!OF_EVENTS.includes(product)) return [...names.map((name) => ({ name, search: WORDS[name] })), ...bySearch];
  const wanted = events.map(({ name, operator, threshold }) => ({
    name: `${name}${operator}=${threshold}`,
    // Inventories write thresholds with as many digits as they need: 10.3, 40, 18.01.
    search: `${WORDS[name]}[^:]*:prob ${operator}${threshold.replace(".", "\\.")}(:|$)`,
  }));
  const any = names
    .filter((name) => !events.some((event) => event.name === name))
    .map((name) => ({ name, search: `${WORDS[name]}[^:]*:prob ` }));
  return [...wanted, ...any, ...bySearch];
}
