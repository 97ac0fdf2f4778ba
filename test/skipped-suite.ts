/**
 * A suite that cannot run here, said loudly and by name. Its body is never run: bodies list folders and read files to name their tests,
 * and what they read is just what is missing.
 * @module
 */
import { describe, it } from "vitest";

/** `want` says what is missing and how to have it: "real data (set UPDRAFT_DATA)". */
export function skippedSuite(name: string, want: string): void {
  process.stderr.write(`SKIPPED for want of ${want}: ${name}\n`);
  describe.skip(`${name} [no ${want}]`, () => {
    it("is skipped whole", () => {});
  });
}
