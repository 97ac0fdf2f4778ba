/**
 * The task of a file that is fetched whole: first it asks its own shelf, and only what is not known is asked of the world. A typed error is
 * this file's failure, not the job's.
 * @module
 */
import { isUpdraftError } from "../core/index.ts";
import type { Estimate, Ledger, Result, Task } from "./task.ts";

export interface KnownFirst {
  readonly path: string;
  /** The result, when it is held or was noted as missing before. */
  readonly known: () => Promise<Result | undefined>;
  readonly fetch: (ledger: Ledger) => Promise<Result>;
  /** What fetching would take. */
  readonly survey: () => Promise<Estimate>;
}

export function knownFirst({ path, known, fetch, survey }: KnownFirst): Task {
  return {
    path,
    run: async (ledger) => {
      const before = await known();
      if (before !== undefined) return before;
      try {
        return await fetch(ledger);
      } catch (error) {
        if (isUpdraftError(error)) return { kind: "failed", path, error };
        throw error;
      }
    },
    estimate: async () => {
      const before = await known();
      if (before?.kind === "kept") return { kind: "kept", bytes: before.record.bytes };
      return before === undefined ? await survey() : { kind: "missing" };
    },
  };
}
