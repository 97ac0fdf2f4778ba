/** A folder goes whole or not at all: it loses its name before its parts, so that a kill leaves no half of it to be taken for what it was. @module */
import { rename, rm } from "node:fs/promises";
import { newAside } from "./aside.ts";

/** Removes a file or folder with all that is in it; nothing happens when there is none. */
export async function removeTree(path: string): Promise<void> {
  const nameless = await newAside(path);
  try {
    await rename(path, nameless);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  await rm(nameless, { recursive: true, force: true });
}
