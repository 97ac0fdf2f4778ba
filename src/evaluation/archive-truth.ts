/** An archive as the judge wants it. An hour serves without a flag that rejects, but for cells without a value: those count for nobody. @module */
import { type Archive, NON_FINITE, REJECTING } from "../archive/index.ts";
import type { Truth } from "./truth.ts";

export function archiveTruth(archive: Archive): Truth {
  const { path, source, synthetic, channels, grid } = archive;
  const known = new Set(archive.times);
  return {
    path,
    source,
    synthetic,
    channels,
    grid,
    refusal: (time) => {
      if (!known.has(time)) return "outside the archive";
      const damaged = archive.quality(time).some((flags) => (flags & REJECTING & ~NON_FINITE) !== 0);
      return damaged ? "missing or damaged in the archive" : undefined;
    },
    readField: (time, channel) => archive.readField(time, channel),
  };
}
