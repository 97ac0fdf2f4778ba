/**
 * Section 6, bitmap: which grid points have a value. One bit a point in stored order, 1 = present. Source: WMO FM 92 GRIB,
 * section 6 and code table 6.0.
 * @module
 */
import { decodeError, type Section, unsigned8 } from "./section.ts";

/** The section that holds the bits for a field, or `undefined` when every point has a value. */
export type Bitmap = Section | undefined;

/**
 * What section 6 says, given the bitmap before it in the same message.
 * @throws DecodeError for a bitmap known only to its center, or one that was to be reused and is not there.
 */
export function readBitmap(section: Section, previous: Bitmap, points: number): Bitmap {
  const indicator = unsigned8(section, 6, "bitmap indicator");
  switch (indicator) {
    case 255:
      return undefined;
    case 254:
      if (previous === undefined) throw decodeError(section, 6, "a bitmap earlier in the message", "none to reuse");
      return previous;
    case 0: {
      const octets = section.view.byteLength - 6;
      if (octets < Math.ceil(points / 8)) {
        throw decodeError(section, 7, `${Math.ceil(points / 8)} octets of bitmap for ${points} points`, `${octets}`);
      }
      return section;
    }
    default: {
      const remedy = "bitmaps defined by a center are not supported";
      throw decodeError(section, 6, "bitmap indicator 0, 254 or 255", `${indicator}`, remedy);
    }
  }
}

/** One octet a point: 1 present, 0 missing. */
export function presentPoints(bitmap: Section, points: number): Uint8Array {
  const { view } = bitmap;
  const present = new Uint8Array(points);
  for (let point = 0; point < points; point++) {
    present[point] = (view.getUint8(6 + (point >>> 3)) >>> (7 - (point & 7))) & 1;
  }
  return present;
}
