/** @module */
import type { Archive } from "./archive.ts";

/** Opens an archive. @throws RequestError when there is none at the path, DecodeError when its metadata or bytes are damaged. */
export function openArchive(_path: string): Promise<Archive> {
  throw new RangeError("not built yet");
}

/** True when the folder holds an archive of ours, whatever its version. */
export function isArchive(_path: string): Promise<boolean> {
  throw new RangeError("not built yet");
}
