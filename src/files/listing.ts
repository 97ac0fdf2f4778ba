/**
 * What a folder holds, asked by listing it. A client of a network file system remembers for half a minute that a name was absent, and then
 * denies a file that another machine has made meanwhile; a listing it asks for anew when something was just made in the folder.
 * @module
 */
import { readdir } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";

/** Names in a folder; none where there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

/** Whether something is at the path, by the listing of its folder. */
export async function isListed(path: string): Promise<boolean> {
  const full = resolve(path);
  return (await namesIn(dirname(full))).includes(basename(full));
}
