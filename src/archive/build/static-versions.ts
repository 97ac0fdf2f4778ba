/**
 * The versions of a static field among messages: the ground and the coast stand in every file, and are the same in most, but not before
 * and after a model's upgrade. Messages with the same packed values are one version, whatever their time or file.
 *
 *   taken: the version of most messages; of several, that with the latest valid time; never by the names of files
 *
 * @module
 */
import type { Grid, ValidTime } from "../../core/index.ts";
import { STATIC_NAMES, type StaticName } from "../statics.ts";
import type { Candidate, CatalogEntry } from "./catalog-file.ts";

export interface StaticVersion {
  /** The latest of its messages. */
  readonly candidate: Candidate;
  readonly grid: Grid;
  readonly latest: ValidTime;
  /** Of the packed values: what makes it a version. */
  readonly packed: string;
  /** Digests of its messages: copies count once. */
  readonly messages: Set<string>;
}

/** By name of the field, then by packed values. */
export type StaticVersions = Map<StaticName, Map<string, StaticVersion>>;

export function isStatic(name: string): name is StaticName {
  return (STATIC_NAMES as readonly string[]).includes(name);
}

/** Counts a message of a static field. @throws RangeError for a message of anything else */
export function countStatic(
  versions: StaticVersions,
  { quantity, candidate, grid, validTime, packed }: CatalogEntry,
): void {
  if (!isStatic(quantity) || packed === undefined) throw new RangeError(`${quantity} is no static field`);
  const own = versions.get(quantity) ?? new Map<string, StaticVersion>();
  versions.set(quantity, own);
  const known = own.get(packed);
  const later = known === undefined || validTime > known.latest;
  const messages = known?.messages ?? new Set<string>();
  messages.add(candidate.digest);
  own.set(packed, {
    candidate: later ? candidate : known.candidate,
    grid,
    latest: later ? validTime : known.latest,
    packed,
    messages,
  });
}

/** The one to take first. */
export function byPreference(versions: Iterable<StaticVersion>): StaticVersion[] {
  return [...versions].sort(
    (a, b) => b.messages.size - a.messages.size || b.latest - a.latest || (a.packed < b.packed ? -1 : 1),
  );
}
