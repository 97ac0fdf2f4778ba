/** Folders of forged GRIB2 files, an hour a file, with values that differ by hour and variable and come back exactly. @module */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { utcSeconds, type ValidTime, type VariableName } from "../../src/core/index.ts";
import { type ForgedField, forgeMessage } from "./forge-grib.ts";

export const NX = 6;
export const NY = 5;

/** Multiples of 1/8 within every range. */
export function values(variable: VariableName, hour: number): Float32Array {
  const base = { refc: 10, t2m: 290, d2m: 280, u10: 4, v10: -4, cape: 200, cin: -60 }[variable];
  return Float32Array.from({ length: NX * NY }, (_, cell) => base + ((cell * 3 + hour) % 16) / 8);
}

export const at = (hour: number): ValidTime => (utcSeconds(2020, 5, 1) + 3600 * hour) as ValidTime;

export function message(variable: VariableName, hour: number, more: Partial<ForgedField> = {}): Uint8Array {
  const init = new Date((at(hour) - 3600) * 1000);
  return forgeMessage({
    variable,
    init: [init.getUTCFullYear(), init.getUTCMonth() + 1, init.getUTCDate(), init.getUTCHours()],
    leadHours: 1,
    values: values(variable, hour),
    nx: NX,
    ny: NY,
    ...more,
  });
}

/** Writes `folder/hNN.grib2` for each hour. */
export function putHours(folder: string, hours: readonly number[], variables: readonly VariableName[]): void {
  for (const hour of hours) {
    const path = join(folder, `h${String(hour).padStart(3, "0")}.grib2`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.concat(variables.map((variable) => message(variable, hour))));
  }
}

/** Every file below a folder, by its path. */
export function contents(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return new Map(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name))]),
  );
}
