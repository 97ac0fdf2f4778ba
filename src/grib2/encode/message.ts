/**
 * One field as one GRIB2 message:
 *
 *   "GRIB" · 1 who and when · 2 in our words · 3 grid · 4 product · 5 packing · 6 bitmap · 7 values · "7777"
 *
 * The centre is 7: the number says whose local tables apply, and reflectivity (196) and neighborhood probability (194) are in NCEP's
 * alone. That we are not NCEP is said by production status 2 (research), and in section 2 in words. Source: WMO FM 92 GRIB.
 * @module
 */
import { cellCount, type Field, type Grid, ShapeError } from "../../core/index.ts";
import { gridSection } from "./grid.ts";
import { section, time, u8, u16, u32 } from "./octets.ts";
import { type EncodedProduct, productSection } from "./product.ts";
import { simplePacking } from "./simple.ts";

export interface EncodedField extends EncodedProduct {
  readonly grid: Grid;
  /** [ny, nx] south-up, NaN where missing. */
  readonly values: Field;
  /** Digits kept behind the point: values come back within half of the last. */
  readonly decimals: number;
  /** For section 2, which has no table: who made it, and how. ASCII. */
  readonly note: string;
}

const NCEP = 7;
const TABLES_VERSION = 30;
const RESEARCH = 2;
const START_OF_FORECAST = 1;

/** Code table 1.4: 1 forecast products, 4 perturbed forecast products, 8 event probability. */
function processedData({ probability, member }: EncodedProduct): number {
  if (probability !== undefined) return 8;
  return member === undefined ? 1 : 4;
}

/**
 * The octets of the message.
 * @throws ShapeError when values and grid differ, RequestError for what the templates cannot say.
 * @example
 *   encodeMessage({ grid: HRRR_GRID, values: mean, decimals: 2, parameter: VARIABLES.t2m.grib, generatingProcess: 4,
 *     derived: 0, ensembleSize: 20, initTime, leadHours: 6, note: "experimental" });
 */
export function encodeMessage(field: EncodedField): Uint8Array {
  const { grid, values, parameter, decimals, note } = field;
  if (values.length !== cellCount(grid)) {
    throw new ShapeError({ place: "GRIB2 field", expected: `${cellCount(grid)} values`, got: `${values.length}` });
  }
  const identification = section(
    1,
    [...u16(NCEP), ...u16(0), TABLES_VERSION, 1, START_OF_FORECAST],
    time(field.initTime),
    [RESEARCH, processedData(field)],
  );
  const sections = [
    identification,
    section(2, new TextEncoder().encode(note)),
    gridSection(grid),
    productSection(field),
    ...simplePacking(values, decimals),
  ];
  const length = sections.reduce((sum, { length: octets }) => sum + octets, 16 + 4);
  const message = new Uint8Array(length);
  message.set([...GRIB, 0, 0, ...u8(parameter.discipline), 2, ...u32(0), ...u32(length)]);
  let at = 16;
  for (const octets of sections) {
    message.set(octets, at);
    at += octets.length;
  }
  message.set(END, at);
  return message;
}

const GRIB = [0x47, 0x52, 0x49, 0x42];
const END = [0x37, 0x37, 0x37, 0x37];
