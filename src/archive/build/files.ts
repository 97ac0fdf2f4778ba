/**
 * GRIB2 files on disk: found in folders, read whole for their headers and in parts for their values, gunzipped where needed.
 * @module
 */
import { createHash } from "node:crypto";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { DecodeError, RequestError } from "../../core/index.ts";
import { gunzipGrib } from "../../grib2/gzip/index.ts";

export interface GribFile {
  readonly path: string;
  /** Below the folder that was named, for messages and provenance: no archive should tell whose disk it was made on. */
  readonly name: string;
}

const GRIB_NAME = /\.(?:grib2?|grb2?)(?:\.gz)?$/i;

/**
 * The files that are named, and those below the folders that are, in order of name.
 * @throws RequestError for a path that is not there, or when there is no GRIB2 file at all.
 */
export async function findGribFiles(paths: readonly string[]): Promise<GribFile[]> {
  const found: GribFile[] = [];
  for (const path of paths) {
    const entry = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (entry === undefined) {
      throw new RequestError({
        place: path,
        expected: "a GRIB2 file or a folder of them",
        got: "nothing",
        remedy: "check the path",
      });
    }
    if (entry.isDirectory()) found.push(...(await filesBelow(path)));
    else found.push({ path, name: basename(path) });
  }
  if (found.length > 0) return found;
  throw new RequestError({
    place: paths.join(", "),
    expected: "files named *.grib2, *.grb2 or with .gz behind",
    got: "none",
    remedy: "check the path",
  });
}

async function filesBelow(folder: string): Promise<GribFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && GRIB_NAME.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path, name: relative(folder, path) }));
}

/** All bytes of a file. @throws DecodeError when a .gz is damaged, or unpacks to more than `grib2 ls` would take. */
export async function readWhole({ path, name }: GribFile): Promise<Uint8Array> {
  const bytes = await readFile(path);
  return isZipped(path) ? gunzipGrib(bytes, name) : bytes;
}

/** A reader of parts of files. It keeps the last .gz it unzipped, since the parts of one file are wanted one after the other. */
export function partReader(): (file: GribFile, offset: number, length: number) => Promise<Uint8Array> {
  let unzipped: { path: string; bytes: Uint8Array } | undefined;
  return async (file, offset, length) => {
    if (isZipped(file.path)) {
      if (unzipped?.path !== file.path) unzipped = { path: file.path, bytes: await readWhole(file) };
      return unzipped.bytes.subarray(offset, offset + length);
    }
    const handle = await open(file.path, "r");
    try {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      if (bytesRead === length) return bytes;
      throw new DecodeError({
        place: `${file.name} byte ${offset}`,
        expected: `${length} octets`,
        got: `${bytesRead}`,
        remedy: "the file changed while it was read: build again",
      });
    } finally {
      await handle.close();
    }
  };
}

/** What tells a copy of a message from another message. */
export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const isZipped = (path: string): boolean => path.toLowerCase().endsWith(".gz");
