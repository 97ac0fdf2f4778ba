/**
 * Levels in words (code table 4.5), as wgrib2 and NCEP's inventories write them: "2 m above ground", "90-0 mb above ground",
 * "500 mb". Types from 192 up are local to NCEP (7). Source: WMO FM 92 GRIB, code table 4.5; checked against HRRR's .idx files.
 * @module
 */
import type { Level } from "../sections/product-definition.ts";

const NCEP = 7;
const FIRST_LOCAL = 192;
const NO_SURFACE = 255;

/** One line for people. Anything not in the tables is given by its numbers: "level type 150 value 3". */
export function describeLevel({ type, value, second }: Level, center: number): string {
  if (second === undefined || second.type === NO_SURFACE) return describeSurface(type, value, center);
  const layer = LAYERS.get(type);
  if (second.type === type && layer !== undefined && value !== undefined && second.value !== undefined) {
    const scale = layer.scale ?? 1;
    return `${short(value * scale)}-${short(second.value * scale)} ${layer.words}`;
  }
  return `${describeSurface(type, value, center)} - ${describeSurface(second.type, second.value, center)}`;
}

function describeSurface(type: number, value: number | undefined, center: number): string {
  const isLocal = type >= FIRST_LOCAL;
  const named = !isLocal || center === NCEP ? NAMED.get(type) : undefined;
  if (named !== undefined) return named;
  const measured = MEASURED.get(type);
  if (measured !== undefined && value !== undefined) {
    return measured.words.replace("#", short(value * (measured.scale ?? 1)));
  }
  return `level type ${type}${value === undefined ? "" : ` value ${short(value)}`}`;
}

/** Six significant digits, as C's %g. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Surfaces that need no value. */
const NAMED: ReadonlyMap<number, string> = new Map([
  [1, "surface"],
  [2, "cloud base"],
  [3, "cloud top"],
  [4, "0C isotherm"],
  [5, "level of adiabatic condensation from sfc"],
  [6, "max wind"],
  [7, "tropopause"],
  [8, "top of atmosphere"],
  [9, "sea bottom"],
  [10, "entire atmosphere"],
  [11, "cumulonimbus base"],
  [12, "cumulonimbus top"],
  [14, "level of free convection"],
  [101, "mean sea level"],
  [200, "entire atmosphere (considered as a single layer)"],
  [201, "entire ocean (considered as a single layer)"],
  [204, "highest tropospheric freezing level"],
  [206, "grid scale cloud bottom level"],
  [207, "grid scale cloud top level"],
  [209, "boundary layer cloud bottom level"],
  [210, "boundary layer cloud top level"],
  [211, "boundary layer cloud layer"],
  [212, "low cloud bottom level"],
  [213, "low cloud top level"],
  [214, "low cloud layer"],
  [215, "cloud ceiling"],
  [220, "planetary boundary layer"],
  [222, "middle cloud bottom level"],
  [223, "middle cloud top level"],
  [224, "middle cloud layer"],
  [232, "high cloud bottom level"],
  [233, "high cloud top level"],
  [234, "high cloud layer"],
  [242, "convective cloud bottom level"],
  [243, "convective cloud top level"],
  [244, "convective cloud layer"],
  [245, "lowest level of the wet bulb zero"],
  [246, "maximum equivalent potential temperature level"],
  [247, "equilibrium level"],
]);

interface Measure {
  readonly words: string;
  /** From the stored unit to the one written. */
  readonly scale?: number;
}

/** Surfaces at a value, # standing for it. */
const MEASURED: ReadonlyMap<number, Measure> = new Map<number, Measure>([
  [20, { words: "# K level" }],
  [100, { words: "# mb", scale: 0.01 }],
  [102, { words: "# m above mean sea level" }],
  [103, { words: "# m above ground" }],
  [104, { words: "# sigma level" }],
  [105, { words: "# hybrid level" }],
  [106, { words: "# m underground" }],
  [107, { words: "# K isentropic level" }],
  [108, { words: "# mb above ground", scale: 0.01 }],
  [111, { words: "# Eta level" }],
  [160, { words: "# m below sea level" }],
]);

/** Layers between two surfaces of one type. */
const LAYERS: ReadonlyMap<number, Measure> = new Map<number, Measure>([
  [100, { words: "mb", scale: 0.01 }],
  [102, { words: "m above mean sea level" }],
  [103, { words: "m above ground" }],
  [104, { words: "sigma layer" }],
  [105, { words: "hybrid layer" }],
  [106, { words: "m below ground" }],
  [107, { words: "K isentropic layer" }],
  [108, { words: "mb above ground", scale: 0.01 }],
  [111, { words: "Eta layer" }],
  [160, { words: "m below sea level" }],
]);
