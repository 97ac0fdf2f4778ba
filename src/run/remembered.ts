/**
 * A reader of hours that remembers the last ones it read: a small archive is read once, a large one streams.
 * @module
 */
import type { ValidTime } from "../core/index.ts";

/** `size` float32 values each, as many times as fit into `bytes`, at least two. What failed is read again by whoever asks again. */
export function remembered<T>(
  read: (time: ValidTime) => Promise<T>,
  { size, bytes }: { readonly size: number; readonly bytes: number },
): (time: ValidTime) => Promise<T> {
  const capacity = Math.max(2, Math.floor(bytes / (4 * size)));
  const cache = new Map<ValidTime, Promise<T>>();
  return (time) => {
    const held = cache.get(time);
    if (held !== undefined) return held;
    const reading = read(time);
    // Maps keep the order of insertion, so the first key is the oldest.
    if (cache.size >= capacity) cache.delete(cache.keys().next().value as ValidTime);
    cache.set(time, reading);
    // Until it is asked for again nobody may be listening.
    reading.catch(() => cache.delete(time));
    return reading;
  };
}
