/**
 * What an archive holds of some of its hours, as one short text: for whoever goes on tomorrow with what was computed from them today.
 *
 *   of an hour   its lead and flags, and its shard as `files/content-digest.ts` looks at it
 *   of none      that it is not there
 *
 * Hours that nobody asked for do not count: an archive that has grown at its end is the same to those who saw its beginning.
 * @module
 */
import type { ValidTime } from "../core/index.ts";
import { contentDigest } from "../files/index.ts";
import { shardPath } from "../zarr/index.ts";
import type { Archive } from "./archive.ts";
import { MISSING } from "./quality.ts";

/**
 * The digest of hours of an archive, all by default, in the order of time; of one that lives in memory, and cannot be another tomorrow,
 * undefined. Errors are those of the disk.
 * @example const before = await hoursDigest(archive, [time]);
 */
export async function hoursDigest(
  archive: Archive,
  wanted: readonly ValidTime[] = archive.times,
): Promise<string | undefined> {
  const { channels, grid, times, rounding, path, identity } = archive;
  if (identity === undefined) return undefined;
  const places = new Map(times.map((time, at) => [time, at]));
  const shards: string[] = [];
  const hours = [...new Set(wanted)]
    .sort((a, b) => a - b)
    .map((time) => {
      const at = places.get(time);
      const flags = at === undefined ? [] : [...archive.quality(time)];
      // The place on the axis is not what the hour holds: earlier hours move it.
      if (at === undefined || flags.every((mask) => (mask & MISSING) !== 0)) return [time];
      shards.push(shardPath(path, { name: "state" }, [at, 0, 0, 0]));
      return [time, archive.leadHours(time), flags];
    });
  return contentDigest(shards, { channels, grid, rounding, hours });
}
