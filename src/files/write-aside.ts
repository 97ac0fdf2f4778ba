/**
 * Files come into being whole: written under a name aside that nobody shares, and renamed. Whoever looks sees the old file or the new one,
 * never half of either; a kill leaves nothing under a final name; and of several who write one path at once, the last rename wins.
 * @module
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { asideName, newAside } from "./aside.ts";

/** A folder that others may rename or remove at any moment, so that it must not come into being again by a write into it. */
export interface Tree {
  readonly root: string;
  /** Where its files lie until they are whole: outside of it, on the same disk. Must be there. */
  readonly asides: string;
}

/** Writes a file under its name only when it is whole. Folders are made on the way; what failed is removed. */
export async function writeAside(path: string, content: Uint8Array | string): Promise<void> {
  await putBy(await newAside(path), path, content);
}

/**
 * As `writeAside`, into a tree that must be there. `path` is below its root.
 * @throws the system's ENOENT when the tree is gone, and nothing was made then
 */
export async function writeInto({ root, asides }: Tree, path: string, content: Uint8Array | string): Promise<void> {
  let folder = root;
  for (const part of relative(root, dirname(path)).split(sep)) {
    if (part === "") continue;
    folder = join(folder, part);
    await mkdir(folder).catch(ignoreThere);
  }
  await putBy(join(asides, asideName(basename(path))), path, content);
}

async function putBy(aside: string, path: string, content: Uint8Array | string): Promise<void> {
  try {
    await writeFile(aside, content);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw namedFor(path, aside, error as NodeJS.ErrnoException);
  }
}

function ignoreThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

/** The system's no is about the file that was asked for: nobody knows its name aside. */
function namedFor(path: string, aside: string, error: NodeJS.ErrnoException): Error {
  error.message = error.message.replaceAll(aside, path);
  if (error.path === aside || error.path === undefined) error.path = path;
  return error;
}
