/**
 * A path names a file of this machine; `s3://bucket/x.zarr` would name a folder `s3:` in the folder one is in, without a word.
 * @module
 */
import { RequestError } from "./errors.ts";

const ADDRESS = /^[a-z][a-z0-9+.-]+:\/\/|^(?:https?|ftp|s3|gs|gcs|az|abfss?|hdfs|file):/i;

/** True for `https://…`, `s3://…` and the like, also where a slash got lost; `C:\data` and `a:b` are paths. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** The text. `place`: what it was given as. @throws RequestError for an address, without the password or key in it */
export function requireLocalPath(text: string, place: string = addressAlone(text)): string {
  if (!isAddress(text)) return text;
  throw new RequestError({
    place,
    expected: "a path on this machine",
    got: place === addressAlone(text) ? "an address" : `the address ${addressAlone(text)}`,
    remedy: /^file:/i.test(text)
      ? "leave file:// out"
      : "Updraft reads and writes files alone: mount it, or copy it from or to a folder",
  });
}

/** An address without user, password, query and fragment: they hold keys. */
function addressAlone(text: string): string {
  return text.replace(/^([^:]+:\/*)[^/]*@/, "$1").replace(/[?#].*$/s, "");
}
