/**
 * Zarr's codec "crc32c": a checksum at the end of every chunk and shard index we write and check.
 *
 * Source: Zarr v3 specification, codec "crc32c".
 * @module
 */
import { crc32c } from "../core/index.ts";

/** The bytes followed by their checksum, little-endian: what the Zarr codec writes. */
export function withChecksum(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 4);
  out.set(bytes);
  new DataView(out.buffer).setUint32(bytes.length, crc32c(bytes), true);
  return out;
}

/** The inverse of `withChecksum`. @throws Error when the checksum is not the one stored. */
export function withoutChecksum(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 4) throw new Error(`a checksum of 4 bytes, but only ${bytes.length} are there`);
  const body = bytes.slice(0, -4);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + body.length, 4).getUint32(0, true);
  const computed = crc32c(body);
  if (stored !== computed) throw new Error(`crc32c ${hex(computed)} where ${hex(stored)} is stored`);
  return body;
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;
