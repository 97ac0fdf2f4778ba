/**
 * What inventories call a parameter. The name changes with the wgrib2 that wrote the line, and on some days there is none:
 *
 *   CLWMR until 2023, CLMR since      TCOLWold beside TCOLW      "var discipline=0 center=7 local_table=1 parmcat=16 parm=196"
 *
 * so names are compared by the numbers they stand for. Source: wgrib2's gribtables and its "var …" form for what they lack;
 * dynamical-org/reformatters issue 620; NOAA-EMC/UPP pull request 327.
 * @module
 */
import { NCEP_NAMES } from "./parameters.ts";
import { canonicalParameter, NCEP, type ParameterNumbers, parameterSynonyms } from "./same-quantity.ts";

/** Names for one parameter; ours first. */
const RENAMED: readonly (readonly string[])[] = [
  ["CLMR", "CLWMR"],
  ["TCOLW", "TCOLWold"],
  ["TCOLI", "TCOLIold"],
  ["CIMIXR", "CICE"],
];

const UNNAMED = /^var discipline=(\d+) (?:center=(\d+) local_table=\d+ |master_table=\d+ )?parmcat=(\d+) parm=(\d+)$/;

/** The numbers that "var discipline=… parm=…" says, where they mean something: local ones only from NCEP. */
export function numbersSaid(variable: string): ParameterNumbers | undefined {
  const match = UNNAMED.exec(variable);
  if (match === null) return undefined;
  const [discipline, category, number] = [match[1], match[3], match[4]].map(Number);
  const isForeign =
    match[2] !== undefined && Number(match[2]) !== NCEP && [discipline, category, number].some((n) => n >= 192);
  return isForeign ? undefined : { discipline, category, number };
}

/** Every name the variable of a line goes by, its own first. @example aliasesOf("CLWMR") // ["CLWMR", "CLMR"] */
export function aliasesOf(variable: string): string[] {
  const numbers = numbersSaid(variable);
  const names = numbers === undefined ? [] : parameterSynonyms(numbers).flatMap(nameOf);
  const renamed = [variable, ...names].flatMap((name) => RENAMED.find((group) => group.includes(name)) ?? [name]);
  return [...new Set([variable, ...renamed])];
}

/** False only when the line's variable is known to be another parameter: a name nobody here knows may be any. */
export function mayBe(variable: string, parameter: ParameterNumbers): boolean {
  const said = numbersSaid(variable);
  if (said !== undefined) return isSame(said, parameter);
  const meant = aliasesOf(variable).flatMap((name) => PARAMETERS.get(name) ?? []);
  const isNamed = parameterSynonyms(parameter).flatMap(nameOf).length > 0;
  return !isNamed || meant.length === 0 || meant.some((each) => isSame(each, parameter));
}

const nameOf = ({ discipline, category, number }: ParameterNumbers): string[] => {
  const name = NCEP_NAMES[`${discipline}.${category}`]?.[number];
  return name === undefined ? [] : [name];
};

function isSame(a: ParameterNumbers, b: ParameterNumbers): boolean {
  const [x, y] = [canonicalParameter(a), canonicalParameter(b)];
  return x.discipline === y.discipline && x.category === y.category && x.number === y.number;
}

const PARAMETERS: ReadonlyMap<string, readonly ParameterNumbers[]> = (() => {
  const byName = new Map<string, ParameterNumbers[]>();
  for (const [place, names] of Object.entries(NCEP_NAMES)) {
    const [discipline, category] = place.split(".").map(Number);
    for (const [number, name] of Object.entries(names)) {
      byName.set(name, [...(byName.get(name) ?? []), { discipline, category, number: Number(number) }]);
    }
  }
  return byName;
})();
