/**
 * Files come into being whole: written aside, as `F.partial`, and renamed. Whoever looks sees the old file or the new one, never half of
 * either, and a kill leaves nothing under a final name.
 * @module
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

export interface WriteAsideOptions {
  /** Several processes may write this path at once: each has an aside of its own, and the last rename wins. Default false. */
  readonly contended?: boolean;
}

/** Writes a file under its name only when it is whole. Folders are made on the way; what failed is removed. */
export async function writeAside(
  path: string,
  content: Uint8Array | string,
  { contended = false }: WriteAsideOptions = {},
): Promise<void> {
  const aside = contended ? `${path}.${process.pid}.partial` : `${path}.partial`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(aside, content);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
