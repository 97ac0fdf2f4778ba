/** An archive as the judge wants it: whole hours serve. @module */
import type { Archive } from "../archive/index.ts";
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
      return archive.isWhole(time) ? undefined : "missing or damaged in the archive";
    },
    readField: (time, channel) => archive.readField(time, channel),
  };
}
