/** Small GRIB2 files with inventories in the way NCEP lays them out, forged from the manual. @module */
import { formatTime, type InitTime, VARIABLES, type VariableName } from "../../src/core/index.ts";
import { fieldsOf, formatInventory, scanMessages } from "../../src/grib2/index.ts";
import { HRRR_PARAMETERS } from "../../src/sources/index.ts";
import {
  field,
  identification,
  interval,
  lambertGrid,
  type Octets,
  product,
  s32,
  simple,
  time,
  u32,
} from "../grib2/forge.ts";

export interface ForgedFile {
  readonly bytes: Uint8Array;
  /** As the .idx would say. */
  readonly inventory: string;
}

const GRID = { nx: 20, ny: 10 };

const octetsOf = (at: number): Octets => {
  const [year, month, day, hour] = formatTime(at)
    .split(/[-T:Z]/)
    .map(Number);
  return time(year, month, day, hour);
};

/** One field; its values depend on name, time and lead, so that no two messages are alike. */
export function forgeField(name: string, initTime: InitTime, leadHours: number): Uint8Array {
  const { discipline, category, number, levelType, levelValue, secondLevelValue, process } = selectorOf(name);
  const seed = Buffer.from(name).reduce((sum, octet) => sum + octet, initTime / 3600 + 31 * leadHours);
  const values = Array.from({ length: GRID.nx * GRID.ny }, (_, at) => (seed * 7 + at * 13) % 251);
  const surface = (value: number | undefined): Octets => [
    levelType,
    ...(value === undefined ? [255, ...u32(0xffffffff)] : [0, ...s32(value)]),
  ];
  return field(simple(values, { r: 250, e: -3 }), {
    discipline,
    grid: lambertGrid(GRID),
    identify: identification({ referenceTime: octetsOf(initTime) }),
    describe: product({
      category,
      number,
      level: surface(levelValue),
      ...(secondLevelValue !== undefined && { second: surface(secondLevelValue) }),
      ...(process === undefined
        ? { forecastTime: u32(leadHours) }
        : {
            template: 8,
            forecastTime: u32(Math.max(0, leadHours - 1)),
            rest: interval(octetsOf(initTime + leadHours * 3600), process),
          }),
    }),
  });
}

function selectorOf(name: string): (typeof HRRR_PARAMETERS)[string]["selector"] {
  if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name as VariableName].grib;
  if (Object.hasOwn(HRRR_PARAMETERS, name)) return HRRR_PARAMETERS[name].selector;
  throw new Error(`nobody forges ${name}`);
}

/** HRRR's surface file in small: the seven in HRRR's order, with others between them, so that ranges lie apart and side by side. */
const HRRR_ORDER = [
  "refc",
  "refd1km",
  "mslma",
  "mxuphl",
  "pres",
  "orog",
  "t2m",
  "d2m",
  "u10",
  "v10",
  "apcp1h",
  "cape",
  "cin",
  "mlcape",
  "land",
];

export function hrrrFile(initTime: InitTime, leadHours: number, names: readonly string[] = HRRR_ORDER): ForgedFile {
  return fileOf(names.map((name) => forgeField(name, initTime, leadHours)));
}

/** The messages one after the other, and what wgrib2 would say of them. */
export function fileOf(messages: readonly Uint8Array[]): ForgedFile {
  const bytes = Buffer.concat(messages);
  return { bytes, inventory: inventoryOf(bytes) };
}

/** What wgrib2 would say of a file. */
export function inventoryOf(bytes: Uint8Array): string {
  const messages = [...scanMessages(bytes, "forged")].filter((part) => part.kind === "message");
  return formatInventory(messages.flatMap(fieldsOf));
}
