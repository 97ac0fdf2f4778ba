/**
 * What files hold, as one short text, without reading all of them: their sizes and the last 64 KiB of each.
 *
 * A shard of ours ends in its index, with the compressed length of every tile, and a GRIB2 file in its last message: other content that
 * agrees in all of that is not made by accident. Neither the name nor the time of a file counts, so that a copy is the same.
 * @module
 */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

const TAIL = 2 ** 16;

/**
 * The sha256 of files in the order in which they are given, and of what is known of them already. A file that is not there counts as such.
 * Errors are those of the disk.
 * @example await contentDigest(["a.grib2", "b.grib2"]);
 */
export async function contentDigest(paths: readonly string[], known: unknown = null): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(known));
  const tail = Buffer.alloc(TAIL);
  for (const path of paths) {
    const file = await opened(path);
    if (file === undefined) {
      hash.update("absent\n");
      continue;
    }
    try {
      const { size } = await file.stat();
      const { bytesRead } = await file.read(tail, 0, TAIL, Math.max(0, size - TAIL));
      hash.update(`${size} ${bytesRead}\n`).update(tail.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  }
  return hash.digest("hex");
}

async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
