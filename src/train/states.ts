/**
 * Normalised states of an archive by valid time, the recent ones kept in memory: a small archive is read once, a large one streams.
 * @module
 */
import type { Archive } from "../archive/index.ts";
import { cellCount, type ValidTime } from "../core/index.ts";
import { type NormalizedState, type RunCodec, readChannels } from "../run/index.ts";

const CACHE_BYTES = 2 ** 30;

export type StateReader = (time: ValidTime) => Promise<NormalizedState>;

/** Reads the channels of a run, in its order, whatever others the archive holds. */
export function stateReader(archive: Archive, channels: Archive["channels"], codec: RunCodec): StateReader {
  const capacity = Math.max(2, Math.floor(CACHE_BYTES / (4 * cellCount(archive.grid) * channels.length)));
  const cache = new Map<ValidTime, NormalizedState>();
  return async (time) => {
    const held = cache.get(time);
    if (held !== undefined) return held;
    const normalized = codec.encode(await readChannels(archive, channels, time));
    // Maps keep the order of insertion, so the first key is the oldest.
    if (cache.size >= capacity) cache.delete(cache.keys().next().value as ValidTime);
    cache.set(time, normalized);
    return normalized;
  };
}
