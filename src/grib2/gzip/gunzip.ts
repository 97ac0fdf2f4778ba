/**
 * Unpacks gzip'd GRIB2: one member or several, one behind the other, each proved by its CRC-32 and length. What unpacks to more
 * than is allowed is stopped there. Source: RFC 1952.
 * @module
 */
import { gunzipSync } from "node:zlib";
import { DecodeError } from "../../core/index.ts";

/** Four times a whole HRRR surface file. */
export const MAX_UNPACKED_BYTES: number = 2 ** 29;

/**
 * The bytes inside; bytes that are not gzip'd are given back themselves.
 * @throws DecodeError when they are damaged, cut off, followed by anything but zeros, or unpack to more than `maxBytes`.
 */
export function gunzipGrib(bytes: Uint8Array, place: string, maxBytes: number = MAX_UNPACKED_BYTES): Uint8Array {
  if (!isGzipped(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    const expected = `gzip'd data of at most ${maxBytes} bytes unpacked`;
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new DecodeError({ place, expected, got, remedy: "fetch the file again" }, { cause });
  }
}

/** True for bytes that begin as gzip does. */
export function isGzipped(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
