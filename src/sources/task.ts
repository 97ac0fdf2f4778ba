/**
 * One file to be had, whatever its source: what it would take, and having it. A job runs many.
 * @module
 */
import type { HeldRecord, MissingRecord } from "./manifest.ts";

/** What came of it. Only `failed` is trouble; it carries the error that says what to do. */
export type Result =
  | {
      readonly kind: "fetched";
      readonly record: HeldRecord;
      readonly fetchedBytes: number;
      readonly remarks?: readonly string[];
    }
  /** Was there already. */
  | { readonly kind: "kept"; readonly record: HeldRecord; readonly remarks?: readonly string[] }
  /** Nowhere to be had; recorded. */
  | { readonly kind: "missing"; readonly record: MissingRecord }
  /** Nowhere to be had yet: the init time is young. */
  | { readonly kind: "pending"; readonly path: string }
  /** The file is there and what was wanted of it is not, or the cycle is there under other names: not recorded. */
  | { readonly kind: "lacking"; readonly path: string; readonly why: string }
  /** Nobody was asked: no archive reaches that far. */
  | { readonly kind: "outside"; readonly path: string; readonly why: string }
  | { readonly kind: "failed"; readonly path: string; readonly error: Error };

/** What having it would take. */
export type Estimate =
  | {
      readonly kind: "fetch";
      readonly source: string;
      readonly bytes: number;
      readonly requests: number;
      readonly absent: readonly string[];
    }
  | { readonly kind: "kept"; readonly bytes: number }
  | { readonly kind: "missing" | "pending" }
  | { readonly kind: "lacking" | "outside"; readonly why: string }
  | { readonly kind: "failed"; readonly error: Error };

/** Told how many bytes a file will take, and of those that are there. */
export interface Ledger {
  readonly expect: (bytes: number) => void;
  readonly gain: (bytes: number) => void;
}

export interface Task {
  /** Below the output folder. */
  readonly path: string;
  /** Asks for inventories and sizes only, and writes nothing. */
  readonly estimate: () => Promise<Estimate>;
  readonly run: (ledger: Ledger) => Promise<Result>;
}
