/**
 * Folders are made with all above them, and a refusal is told as what it is: on a read-only disk Node's own recursive `mkdir` says that the path
 * is not there (seen in Node 20 to 26), which sends people looking in the wrong place.
 * @module
 */
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** The first folder that was made, `undefined` where all were there. @throws the system's error, with its true code */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    // The one that fails is the first below what is there; made alone, it tells why.
    await mkdir(await firstAbsent(path));
    return mkdir(path, { recursive: true });
  }
}

async function firstAbsent(path: string): Promise<string> {
  const above = dirname(path);
  if (above === path) return path;
  const isThere = await stat(above).then(
    () => true,
    () => false,
  );
  return isThere ? path : firstAbsent(above);
}
