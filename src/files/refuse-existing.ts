/** A file that is there is kept unless its owner says otherwise. @module */
import { existsSync } from "node:fs";
import { RequestError } from "../core/index.ts";

/** @throws RequestError when something is at `path` and `overwrite` is not set. */
export function refuseExisting(path: string, overwrite: boolean): void {
  if (overwrite || !existsSync(path)) return;
  throw new RequestError({
    place: path,
    expected: "a path where nothing is yet",
    got: "an existing file",
    remedy: "add --overwrite or choose another path",
  });
}
