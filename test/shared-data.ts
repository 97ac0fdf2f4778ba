/**
 * Where the real data lie that tests read in place: `UPDRAFT_DATA`, else `../shared/data` beside the checkout.
 * Nothing of it is ever copied into the repository; without it the tests say by name what they skipped.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { skippedSuite } from "./skipped-suite.ts";

const candidate = process.env["UPDRAFT_DATA"] ?? join(import.meta.dirname, "..", "..", "shared", "data");

/** The folder of real data, or `undefined` where there is none. */
export const sharedData: string | undefined = existsSync(candidate) ? candidate : undefined;

/** A suite that needs the real data. Skips loudly, by name, where they are absent. */
export function describeWithData(name: string, suite: (folder: string) => void): void {
  if (sharedData !== undefined) {
    describe(name, () => suite(sharedData));
    return;
  }
  skippedSuite(name, "real data (set UPDRAFT_DATA)");
}
