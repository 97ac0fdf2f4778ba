/**
 * Sections 5, 6 and 7: simple packing (template 5.0) with D decimals kept,
 *
 *   X = round(value · 10^D − R)        R = ⌊min · 10^D⌋        as many bits as the largest X needs
 *
 * so that a value comes back within half a step, 0.5 · 10^(−D). A field of one value takes no bits and stores R = value itself.
 * NaN goes into a bitmap. Source: WMO FM 92 GRIB, templates 5.0 and 7.0, regulation 92.9.4.
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
  const isConstant = present === 0 || minimum === maximum;
  const reference = isConstant ? (present === 0 ? 0 : minimum) : Math.floor(minimum * scale);
  const bits = isConstant ? 0 : bitsFor(Math.round(maximum * scale - reference));
  return [
    section(5, u32(present), u16(0), float32(reference), s16(0), s16(decimals), u8(bits), u8(0)),
    present === values.length ? section(6, MISSING8) : section(6, u8(0), bitmap(values)),
    section(7, bits === 0 ? [] : packed(values, present, scale, reference, bits)),
  ];
}

function extent(values: Field): { minimum: number; maximum: number; present: number } {
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
