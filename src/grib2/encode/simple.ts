/**
 * Sections 5, 6 and 7: simple packing (template 5.0) with D decimals kept,
 *
 *   X = round(value · 10^D − R)        R = ⌊min · 10^D⌋        as many bits as the largest X needs
 *
 * so that a value comes back within half a step, 0.5 · 10^(−D). NaN goes into a bitmap. Source: WMO FM 92 GRIB, templates 5.0 and 7.0,
 * regulation 92.9.4.
 *
 * Readers part ways where there is nothing to pack. Of a constant in 0 bits ecCodes and g2c make R, GDAL and wgrib2 R · 10^(−D),
 * gribberish 0; of no value at all gribberish makes zeros. So a constant is R with D = 0, in one bit of zeros unless it is 0 everywhere,
 * and a field without values has one octet in section 7 that no value uses: then all of them agree (docs/design/0044).
 * @module
 */
import { type Field, RequestError } from "../../core/index.ts";
import { float32, MISSING8, s16, section, u8, u16, u32 } from "./octets.ts";

/** R and X must be whole numbers a float32 holds. */
const LARGEST = 2 ** 24;

/** @throws RequestError for values that do not fit 24 bits with so many decimals, infinite ones among them. */
export function simplePacking(values: Field, decimals: number): Uint8Array[] {
  const { minimum, maximum, present } = extent(values);
  const scale = 10 ** decimals;
  if (!(Math.abs(minimum) * scale < LARGEST && Math.abs(maximum) * scale < LARGEST) && present > 0) {
    throw new RequestError({
      place: "GRIB2 values",
      expected: `numbers below ${LARGEST / scale}`,
      got: `${minimum} to ${maximum}`,
      remedy: "export NetCDF instead",
    });
  }
  const { reference, decimalScale, bits } = layout(values.length, { minimum, maximum, present }, decimals);
  return [
    section(5, u32(present), u16(0), float32(reference), s16(0), s16(decimalScale), u8(bits), u8(0)),
    present === values.length ? section(6, MISSING8) : section(6, u8(0), bitmap(values)),
    section(7, present === 0 ? UNUSED : packed(values, present, 10 ** decimalScale, reference, bits)),
  ];
}

const UNUSED = [0];

interface Layout {
  readonly reference: number;
  readonly decimalScale: number;
  readonly bits: number;
}

function layout(count: number, { minimum, maximum, present }: Extent, decimals: number): Layout {
  if (present === 0) return { reference: 0, decimalScale: 0, bits: 1 };
  if (minimum === maximum) {
    const isZero = minimum === 0 && present === count;
    return { reference: minimum, decimalScale: 0, bits: isZero ? 0 : 1 };
  }
  const reference = Math.floor(minimum * 10 ** decimals);
  return { reference, decimalScale: decimals, bits: bitsFor(Math.round(maximum * 10 ** decimals - reference)) };
}

interface Extent {
  readonly minimum: number;
  readonly maximum: number;
  readonly present: number;
}

function extent(values: Field): Extent {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let present = 0;
  for (let cell = 0; cell < values.length; cell++) {
    const value = values[cell];
    if (Number.isNaN(value)) continue;
    present++;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { minimum, maximum, present };
}

const bitsFor = (largest: number): number => Math.max(1, Math.ceil(Math.log2(largest + 1)));

/** One bit a point, 1 where there is a value. */
function bitmap(values: Field): Uint8Array {
  const octets = new Uint8Array(Math.ceil(values.length / 8));
  for (let cell = 0; cell < values.length; cell++) {
    if (!Number.isNaN(values[cell])) octets[cell >>> 3] |= 0x80 >>> (cell & 7);
  }
  return octets;
}

/** The X of all present values, one after the other; at most 7 + 25 bits wait at a time. */
function packed(values: Field, present: number, scale: number, reference: number, bits: number): Uint8Array {
  const octets = new Uint8Array(Math.ceil((present * bits) / 8));
  let waiting = 0;
  let width = 0;
  let at = 0;
  for (let cell = 0; cell < values.length; cell++) {
    const value = values[cell];
    if (Number.isNaN(value)) continue;
    waiting = (waiting << bits) | Math.round(value * scale - reference);
    width += bits;
    while (width >= 8) {
      width -= 8;
      octets[at++] = (waiting >>> width) & 255;
    }
  }
  if (width > 0) octets[at] = (waiting << (8 - width)) & 255;
  return octets;
}
