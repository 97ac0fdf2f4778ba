/** Small GRIB2 files with inventories in the way NCEP lays them out, forged from the manual. @module */
import { formatTime, type InitTime, VARIABLES, type VariableName } from "../../src/core/index.ts";
import { fieldsOf, formatInventory, scanMessages } from "../../src/grib2/index.ts";
import { GFS_PARAMETERS, HRRR_PARAMETERS } from "../../src/sources/index.ts";
import {
  field,
  identification,
  interval,
  lambertGrid,
  message,
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

const CELLS = GRID.nx * GRID.ny;

/** How stored numbers of 0 to 250 become values that weather can have; of others than these, 250 to 281. */
const SCALES: Readonly<Record<string, { readonly r: number; readonly e: number }>> = {
  refc: { r: -10, e: -2 },
  t2m: { r: 280, e: -4 },
  d2m: { r: 260, e: -4 },
  u10: { r: -15, e: -3 },
  v10: { r: -15, e: -3 },
  cape: { r: 0, e: 3 },
  cin: { r: -260, e: 0 },
};

/** One field; its values depend on name, time and lead, so that no two messages are alike. */
export function forgeField(name: string, initTime: InitTime, leadHours: number): Uint8Array {
  const { discipline, category, number, levelType, levelValue, secondLevelValue, process } = selectorOf(name);
  const seed = Buffer.from(name).reduce((sum, octet) => sum + octet, initTime / 3600 + 31 * leadHours);
  const values = Array.from({ length: CELLS }, (_, at) => (seed * 7 + at * 13) % 251);
  const surface = (value: number | undefined): Octets => [
    levelType,
    ...(value === undefined ? [255, ...u32(0xffffffff)] : [0, ...s32(value)]),
  ];
  return field(simple(values, SCALES[name] ?? { r: 250, e: -3 }), {
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

/** Several fields of one discipline in one message, as NCEP puts a wind's two components. */
export function forgeFields(names: readonly string[], initTime: InitTime, leadHours: number): Uint8Array {
  const [first, ...others] = names.map((name) => sectionsOf(forgeField(name, initTime, leadHours)));
  return message([...first, ...others.flatMap((sections) => sections.filter(([, , , , number]) => number >= 4))]);
}

function sectionsOf(bytes: Uint8Array): Octets[] {
  const sections: Octets[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 16; at < bytes.length - 4; at += view.getUint32(at)) {
    sections.push([...bytes.subarray(at, at + view.getUint32(at))]);
  }
  return sections;
}

function selectorOf(name: string): (typeof HRRR_PARAMETERS)[string]["selector"] {
  if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name as VariableName].grib;
  if (Object.hasOwn(HRRR_PARAMETERS, name)) return HRRR_PARAMETERS[name].selector;
  if (Object.hasOwn(GFS_PARAMETERS, name)) return GFS_PARAMETERS[name].selector;
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

/** An MRMS mosaic of composite reflectivity, valid at YYYYMMDDhhmmss; `last` is its last value, to tell it by. */
export function mosaic(valid: string, last: number): Uint8Array {
  const [month, day, hour, minute, second] = [4, 6, 8, 10, 12].map((at) => Number(valid.slice(at, at + 2)));
  const values = Array.from({ length: CELLS }, (_, at) => (at + 1 === CELLS ? last : (7 * at + day + hour) % 60));
  return field(simple(values), {
    grid: lambertGrid(GRID),
    identify: identification({
      center: 161,
      significance: 3,
      referenceTime: time(Number(valid.slice(0, 4)), month, day, hour, minute, second),
    }),
    describe: product({ category: 10, number: 0, forecastTime: u32(0), level: [102, 0, ...s32(500)] }),
    discipline: 209,
  });
}

/** How HREF and REFS differ in the same product: the level of reflectivity, its number (WMO's to come), and the members. */
export interface EnsembleStyle {
  readonly levelType?: number;
  readonly number?: number;
  readonly members?: number;
  /** Percent in the cell `at`. */
  readonly percent?: (threshold: number, at: number) => number;
}

/** As REFS writes it. */
export const REFS_STYLE: EnsembleStyle = { levelType: 200, members: 14 };

/** Probabilities in percent of composite reflectivity above some thresholds, product template 4.5, as NCEP's ensembles give them. */
export function probabilityFile(
  init: InitTime,
  leadHours: number,
  thresholds: readonly number[],
  {
    levelType = 10,
    number = 196,
    members = 10,
    percent = (threshold, at) => (threshold + at) % 101,
  }: EnsembleStyle = {},
): ForgedFile {
  const messages = thresholds.map((threshold) =>
    field(simple(Array.from({ length: CELLS }, (_, at) => percent(threshold, at))), {
      grid: lambertGrid(GRID),
      identify: identification({ referenceTime: octetsOf(init) }),
      describe: product({
        template: 5,
        category: 16,
        number,
        forecastTime: u32(leadHours),
        level: [levelType, 0, ...u32(0)],
        // Probability 0 of so many, above the upper limit: no lower one, the upper one as it is.
        rest: [0, members, 1, 255, ...u32(0xffffffff), 0, ...s32(threshold)],
      }),
    }),
  );
  const { bytes, inventory } = fileOf(messages);
  const lines = inventory.trim().split("\n");
  // As NCEP's inventories say it, in the shape of real HREF and REFS lines.
  const extra = (at: number): string => `prob >${thresholds[at]}:prob fcst 0/${members}:Neighborhood Probability`;
  const plain = /^(.*fcst:).*$/;
  return { bytes, inventory: `${lines.map((line, at) => line.replace(plain, `$1${extra(at)}`)).join("\n")}\n` };
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
