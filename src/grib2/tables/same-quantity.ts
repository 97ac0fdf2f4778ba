/**
 * One quantity under two numbers. NCEP defined radar parameters and a level of its own before WMO had them, and is going over from its
 * numbers to WMO's (RRFS in December 2023, GEFS v13, GFS later) while inventories keep the name:
 *
 *   0/16/192 … 197 = 0/16/0, 1, 2, 4, 5, 3 (REFZR, REFZI, REFZC, REFD, REFC, RETOP)      level type 200 = 10, the whole atmosphere
 *
 * Local numbers mean this from NCEP only; WMO's mean it from any center. Source: WMO FM 92 GRIB, code tables 4.2 and 4.5; NCEP's local
 * tables 4.2-0-16 and 4.5; NOAA-EMC/UPP pull requests 826, 827, 1013.
 * @module
 */

/** A parameter (code table 4.2). */
export interface ParameterNumbers {
  readonly discipline: number;
  readonly category: number;
  readonly number: number;
}

export const NCEP = 7;
export const FIRST_LOCAL = 192;

/** Discipline 0, category 16: NCEP's number and WMO's. */
const RADAR: ReadonlyMap<number, number> = new Map([
  [192, 0],
  [193, 1],
  [194, 2],
  [195, 4],
  [196, 5],
  [197, 3],
]);

/** NCEP's "entire atmosphere considered as a single layer", and WMO's "entire atmosphere". */
const NCEP_COLUMN = 200;
const COLUMN = 10;

/** The parameter in WMO's numbers where it has any, else as it is. */
export function canonicalParameter({ discipline, category, number }: ParameterNumbers): ParameterNumbers {
  const isRadar = discipline === 0 && category === 16;
  return { discipline, category, number: (isRadar ? RADAR.get(number) : undefined) ?? number };
}

/** The type of a fixed surface in WMO's numbers where it has one, else as it is. */
export function canonicalLevelType(type: number): number {
  return type === NCEP_COLUMN ? COLUMN : type;
}

/** All numbers a parameter goes by, those given first. */
export function parameterSynonyms(parameter: ParameterNumbers): ParameterNumbers[] {
  const { discipline, category, number } = parameter;
  const canonical = canonicalParameter(parameter);
  const local = [...RADAR].find(([, wmo]) => discipline === 0 && category === 16 && wmo === canonical.number)?.[0];
  const others = [canonical.number, local].filter((each) => each !== undefined && each !== number) as number[];
  return [number, ...others].map((each) => ({ discipline, category, number: each }));
}

/** All types a fixed surface goes by, the one given first. */
export function levelTypeSynonyms(type: number): number[] {
  if (type === COLUMN) return [COLUMN, NCEP_COLUMN];
  return type === NCEP_COLUMN ? [NCEP_COLUMN, COLUMN] : [type];
}

/** Whether any of these numbers is a center's own. */
export function isLocal({ discipline, category, number }: ParameterNumbers): boolean {
  return discipline >= FIRST_LOCAL || category >= FIRST_LOCAL || number >= FIRST_LOCAL;
}
