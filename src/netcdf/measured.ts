/**
 * HDF5's own measure of a file that was closed. The library may drop what the disk refuses once nobody asks any more; then the file is shorter
 * than its superblock says, and other programs read fill values or nothing.
 *
 *   signature (8) | version 2 or 3 | size of offsets, 8 | size of lengths | flags | base address (8) | extension (8) | end of file (8) | …
 *
 * Source: HDF5 File Format Specification 3.0, II.A, "Disk Format: Level 0A", version 2.
 * @module
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { RequestError } from "../core/index.ts";

const SIGNATURE = "\x89HDF\r\n\x1a\n";
const END_OF_FILE_OFFSET = 28;

/**
 * `partial` is where it lies, `path` what it will be called.
 * @throws RequestError when it does not end where it says it does
 */
export function requireMeasured(partial: string, path: string): void {
  const file = openSync(partial, "r");
  try {
    const start = Buffer.alloc(END_OF_FILE_OFFSET + 8);
    readSync(file, start, 0, start.length, 0);
    const { size } = fstatSync(file);
    const isOurs = start.toString("latin1", 0, 8) === SIGNATURE && (start[8] === 2 || start[8] === 3) && start[9] === 8;
    const end = isOurs ? Number(start.readBigUInt64LE(END_OF_FILE_OFFSET)) : undefined;
    if (end === size) return;
    throw new RequestError({
      place: path,
      expected: end === undefined ? "HDF5's superblock at its start" : `${end} bytes, as its superblock says`,
      got: `${size} bytes that the disk kept`,
      remedy: "free the disk or choose another path",
    });
  } finally {
    closeSync(file);
  }
}
