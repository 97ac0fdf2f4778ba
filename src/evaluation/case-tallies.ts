/**
 * All that is remembered of one case of one system: a tally for every question of the protocol, by kind and name. It is plain JSON and adds,
 * so a day, a lead or a season is a sum of these.
 *
 *   values     by variable               "refc"
 *   events     by event                  "refc>=40", "refc>=40@40km"
 *   fractions  by event and window       "refc>=40 square 15km", "refc>=40 gaussian 25.4km"
 *   spectra    by variable
 *   objects    by what an object is      "refc>=40"
 *   vectors    by what they span         "variables", or a variable for places
 *   reports    by event                  "report@40km"
 * @module
 */
import {
  addTallies,
  type EnsembleTally,
  type FractionsTally,
  type ObjectTally,
  type ProbabilityTable,
  type Tally,
  type VectorTally,
} from "../verify/index.ts";

/** Variance by band, summed over cases: of the truth, of one member, of the mean of all. */
export type SpectrumTally = {
  readonly cases: number;
  readonly truth: readonly number[];
  readonly member: readonly number[];
  readonly mean: readonly number[];
};

export interface CaseTallies {
  readonly values: Readonly<Record<string, EnsembleTally>>;
  readonly events: Readonly<Record<string, ProbabilityTable>>;
  readonly fractions: Readonly<Record<string, FractionsTally>>;
  readonly spectra: Readonly<Record<string, SpectrumTally>>;
  readonly objects: Readonly<Record<string, ObjectTally>>;
  readonly vectors: Readonly<Record<string, VectorTally>>;
  readonly reports: Readonly<Record<string, ProbabilityTable>>;
}

export type TallyKind = keyof CaseTallies;
export const TALLY_KINDS: readonly TallyKind[] = [
  "values",
  "events",
  "fractions",
  "spectra",
  "objects",
  "vectors",
  "reports",
];

/** Both together; what only one has, a probability a system issues now and then, is kept as it is. */
export function addCases(a: CaseTallies, b: CaseTallies): CaseTallies {
  return Object.fromEntries(TALLY_KINDS.map((kind) => [kind, addNamed(a[kind], b[kind])])) as unknown as CaseTallies;
}

function addNamed(a: Readonly<Record<string, Tally>>, b: Readonly<Record<string, Tally>>): Record<string, Tally> {
  const sum: Record<string, Tally> = { ...a };
  for (const [name, tally] of Object.entries(b)) {
    const known = sum[name];
    sum[name] = known === undefined ? tally : addTallies(known, tally);
  }
  return sum;
}
