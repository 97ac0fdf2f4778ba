/** A folder of its own for a suite, gone afterwards. @module */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `updraft-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
