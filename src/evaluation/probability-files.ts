/**
 * Probabilities that HREF or REFS issued, from the GRIB2 files that `updraft fetch href|refs` keeps. Which event a field is of, its headers
 * say: the variable, "above t" (coded as ≥), and NCEP's generating process 194 for "anywhere near": within 40 km, unless octet 13 states
 * another radius, as what `updraft export` writes does (design/0044). They judge that event alone.
 *
 * A field on another grid comes to ours cell by nearest cell, which keeps every issued probability what it was.
 * @module
 */
import { basename } from "node:path";
import {
  DecodeError,
  type Field,
  type Grid,
  type InitTime,
  type LeadHours,
  RequestError,
  sameGrid,
  VARIABLE_NAMES,
  VARIABLES,
} from "../core/index.ts";
import { contentDigest } from "../files/index.ts";
import { type GribField, matchesQuantity, spansInterval } from "../grib2/index.ts";
import { regridder } from "../regrid/index.ts";
import { type EventProbability, eventName, type VerifiedEvent } from "../verify/index.ts";
import { gribFields, gribFiles, gribValues } from "./grib-folder.ts";
import type { ProbabilitySystem } from "./system.ts";

const PROBABILITY_FILE = /\.prob\..*\.grib2$|\.prob\.f\d+.*grib2$/;
/** NCEP's own entry of code table 4.3. */
const [NCEP, NEIGHBORHOOD] = [7, 194];
const FIRST_LOCAL = 192;
/** HREF: 13 points of 3 km, or 8 of 5 km; both say 40 km, and 0 in octet 13. */
const NEIGHBORHOOD_RADIUS_KM = 40;

interface Issued {
  readonly file: string;
  readonly index: number;
}

/** @throws RequestError for a folder without such files, DecodeError for a damaged one. */
export async function probabilityFiles(name: string, folder: string, grid: Grid): Promise<ProbabilitySystem> {
  const issued = new Map<string, Issued>();
  const covered = new Set<string>();
  const counts = new Map<LeadHours, Set<number>>();
  const files = await gribFiles(folder, PROBABILITY_FILE, "probability files (…prob….grib2)");
  for (const file of files) {
    for (const [index, field] of (await gribFields(file)).entries()) {
      const event = eventOf(field);
      if (event === undefined) continue;
      covered.add(`${field.initTime} ${field.leadHours}`);
      const { ensembleSize } = field;
      if (ensembleSize !== undefined && ensembleSize > 0) {
        counts.set(field.leadHours, (counts.get(field.leadHours) ?? new Set<number>()).add(ensembleSize));
      }
      const key = keyOf(field.initTime, field.leadHours, event);
      const twin = issued.get(key);
      if (twin !== undefined) {
        throw new RequestError({
          place: file,
          expected: `${eventName(event)} once for each init time and lead`,
          got: `it again, after ${basename(twin.file)}`,
          remedy: "give one system a folder",
        });
      }
      issued.set(key, { file, index });
    }
  }
  let toOurs: ReturnType<typeof regridder> | undefined;
  return {
    kind: "probability",
    name,
    path: folder,
    digest: () => contentDigest(files),
    covers: (initTime, leadHours) => covered.has(`${initTime} ${leadHours}`),
    memberCounts: (leadHours) => [...(counts.get(leadHours) ?? [])].sort((a, b) => a - b),
    read: async <E extends VerifiedEvent>(
      initTime: InitTime,
      leadHours: LeadHours,
      event: E,
    ): Promise<EventProbability<E> | undefined> => {
      const held = issued.get(keyOf(initTime, leadHours, event));
      if (held === undefined) return undefined;
      const { grid: own, values } = gribValues((await gribFields(held.file))[held.index]);
      const shares = percentToShare(values, held.file);
      if (sameGrid(own, grid)) return { event, probability: shares };
      toOurs ??= regridder(own, grid);
      return { event, probability: toOurs(shares, "nearest") };
    },
  };
}

/** The event a field is a probability of; `undefined` for anything else. */
function eventOf(field: GribField): VerifiedEvent | undefined {
  const { probability } = field;
  if (field.kind !== "probability" || probability === undefined) return undefined;
  const variable = VARIABLE_NAMES.find(
    (name) => matchesQuantity(field, VARIABLES[name].grib) && spansInterval(field, VARIABLES[name].grib),
  );
  const threshold =
    probability.type === "above upper limit"
      ? probability.upper
      : probability.type === "above lower limit"
        ? probability.lower
        : undefined;
  if (variable === undefined || threshold === undefined) return undefined;
  // Scaled decimals of the header, freed from binary dust.
  const rounded = Number(threshold.toPrecision(7));
  const { center, generatingProcess, backgroundProcess = 0 } = field;
  if (generatingProcess < FIRST_LOCAL || (center === NCEP && generatingProcess !== NEIGHBORHOOD)) {
    return { kind: "cell", variable, threshold: rounded };
  }
  // Another center's own process: nobody here knows whether it is of a cell or of its surroundings.
  if (center !== NCEP) return undefined;
  return { kind: "nearby", variable, threshold: rounded, radiusKm: backgroundProcess || NEIGHBORHOOD_RADIUS_KM };
}

/**
 * A packed 100 % may come back as 100.00001525878906, two steps of float32 above it, and 0 % as a hair below it: that is dust of the
 * packing. A thousandth of a percent is not.
 */
const PERCENT_DUST = 1e-4;

function percentToShare(values: Field, place: string): Field {
  return values.map((value) => {
    if (Number.isNaN(value)) return value;
    if (value >= -PERCENT_DUST && value <= 100 + PERCENT_DUST) return Math.min(Math.max(value, 0), 100) / 100;
    throw new DecodeError({ place, expected: "percent in 0..100", got: String(value), remedy: "fetch the file again" });
  });
}

const keyOf = (initTime: InitTime, leadHours: LeadHours, event: VerifiedEvent): string =>
  `${initTime} ${leadHours} ${eventName(event)}`;
