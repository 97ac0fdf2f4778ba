/**
 * HDF5 stamps every object with the second in which it was made, so that two files of the same content differ. Ours do not: the four times
 * of each object header are set to 0 once the file is closed, and the header's checksum made anew.
 *
 *   "OHDR" | version 2 | flags | access, change, modification, birth time: 4 x 4 octets, if flag 0x20 | … | checksum of all before
 *
 * Source: HDF5 File Format Specification 3.0, IV.A.1.b (version 2 object header) and appendix A (Jenkins's lookup3). The library's own switch,
 * H5Pset_obj_track_times, is out of reach in h5wasm.
 * @module
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { DecodeError } from "../core/index.ts";

const TIMES_STORED = 0x20;
const ATTRIBUTE_LIMITS_STORED = 0x10;
const TIMES_OFFSET = 6;
const TIMES_BYTES = 16;
const CHECKSUM_BYTES = 4;
/** Headers of ours hold a page of attributes; more is no header. */
const MOST_HEADER_BYTES = 1 << 20;

/**
 * Sets the times of the objects whose headers begin at these addresses to 0. The file must be closed.
 * @throws DecodeError when there is no object header of version 2 with a right checksum.
 */
export function clearObjectTimes(path: string, addresses: readonly number[]): void {
  const file = openSync(path, "r+");
  try {
    for (const address of addresses) clearTimes(file, path, address);
  } finally {
    closeSync(file);
  }
}

function clearTimes(file: number, path: string, address: number): void {
  const place = `${path}, object header at ${address}`;
  const start = Buffer.alloc(64);
  readSync(file, start, 0, start.length, address);
  if (start.toString("latin1", 0, 4) !== "OHDR" || start[4] !== 2) {
    throw new DecodeError({ place, expected: "an object header of version 2", got: "something else" });
  }
  const flags = start[5];
  if ((flags & TIMES_STORED) === 0) return;
  const sizeOffset = TIMES_OFFSET + TIMES_BYTES + ((flags & ATTRIBUTE_LIMITS_STORED) === 0 ? 0 : 4);
  const sizeBytes = 1 << (flags & 3);
  const messages = Number(
    sizeBytes === 8 ? start.readBigUInt64LE(sizeOffset) : start.readUIntLE(sizeOffset, sizeBytes),
  );
  const length = sizeOffset + sizeBytes + messages;
  if (length > MOST_HEADER_BYTES) {
    throw new DecodeError({ place, expected: `at most ${MOST_HEADER_BYTES} bytes`, got: `${length}` });
  }
  const header = Buffer.alloc(length + CHECKSUM_BYTES);
  readSync(file, header, 0, header.length, address);
  const sum = header.readUInt32LE(length);
  const own = lookup3(header.subarray(0, length));
  if (sum !== own) throw new DecodeError({ place, expected: `checksum ${own}`, got: `${sum}` });
  header.fill(0, TIMES_OFFSET, TIMES_OFFSET + TIMES_BYTES);
  header.writeUInt32LE(lookup3(header.subarray(0, length)), length);
  writeSync(file, header, 0, header.length, address);
}

/** Bob Jenkins's `hashlittle` with initial value 0 (lookup3.c, 2006, public domain), as HDF5 uses it on its metadata. */
function lookup3(bytes: Uint8Array): number {
  const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
  let a = (0xdeadbeef + bytes.length) | 0;
  let b = a;
  let c = a;
  const word = (at: number): number =>
    (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  let at = 0;
  for (; bytes.length - at > 12; at += 12) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 4)) | 0;
    c = (c + word(at + 8)) | 0;
    a = ((a - c) | 0) ^ rotated(c, 4);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotated(a, 6);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotated(b, 8);
    b = (b + a) | 0;
    a = ((a - c) | 0) ^ rotated(c, 16);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotated(a, 19);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotated(b, 4);
    b = (b + a) | 0;
  }
  if (at === bytes.length) return c >>> 0;
  a = (a + word(at)) | 0;
  b = (b + word(at + 4)) | 0;
  c = (c + word(at + 8)) | 0;
  c = ((c ^ b) - rotated(b, 14)) | 0;
  a = ((a ^ c) - rotated(c, 11)) | 0;
  b = ((b ^ a) - rotated(a, 25)) | 0;
  c = ((c ^ b) - rotated(b, 16)) | 0;
  a = ((a ^ c) - rotated(c, 4)) | 0;
  b = ((b ^ a) - rotated(a, 14)) | 0;
  c = ((c ^ b) - rotated(b, 24)) | 0;
  return c >>> 0;
}
