/** A folder of its own for a suite, or for each of its tests, gone afterwards. @module */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `updraft-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes an empty folder at each call, all in one scratch folder. */
export function freshFolders(name: string): () => string {
  const scratch = scratchFolder(name);
  let made = 0;
  return () => {
    const folder = join(scratch, String(made++));
    mkdirSync(folder);
    return folder;
  };
}
