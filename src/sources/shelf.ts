/** The folder that is filled, and what is known of it. @module */
import type { Clock } from "./clock.ts";
import type { Manifest } from "./manifest.ts";

/** Where files go, and what is known of them. */
export interface Shelf {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly clock: Clock;
  /** Ask again for what was missing last time. */
  readonly retryMissing?: boolean;
  /**
   * Asked before anything gets its name: whether the folder is still this job's.
   * @throws RequestError when another job took it over
   */
  readonly confirm?: () => Promise<void>;
}

/** A file that is not there may still come for so long after its init time. */
export const MISSING_AFTER_HOURS = 3;
