/** Parameter abbreviations. @module */
export interface Parameter {
  readonly discipline: number;
  readonly category: number;
  readonly number: number;
  readonly center: number;
  readonly localTable: number;
}
export function parameterName({ discipline, category, number, center, localTable }: Parameter): string {
  return `var discipline=${discipline} center=${center} local_table=${localTable} parmcat=${category} parm=${number}`;
}
