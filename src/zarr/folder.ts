/**
 * A Zarr group as a folder: bounded reads, atomic writes, and the rename that makes a finished store appear at once.
 *
 *   X.zarr.partial/…   while it is written        X.zarr/…   from then on
 *
 * The only file of this room that knows the disk. zarrita has a file store of its own, but it pads a short read with zeros and
 * allocates whatever length a damaged index asks for; here both are errors.
 * @module
 */
import { open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { DecodeError, fileKind, parseJson, RequestError, requireLocalPath } from "../core/index.ts";
import { removeTree } from "../files/index.ts";
import { openGroup, type ZarrGroup } from "./read.ts";
import type { ByteRange, ReadableStore } from "./readable-store.ts";

/** What `openGroup` reads from: the contract of `ReadableStore`, over a folder. */
export function folderStore(folder: string): ReadableStore {
  return {
    get: (key) => ifPresent(readBounded(join(folder, key), key.endsWith("zarr.json") ? MAX_METADATA : MAX_CHUNK)),
    getRange: (key, range) => ifPresent(readRange(join(folder, key), range)),
  };
}

/** Opens the group in a folder; errors as `openGroup`, and one that tells when the store was begun but never finished. */
export async function openFolder(path: string): Promise<ZarrGroup> {
  requireLocalPath(path);
  const found = await fileAt(path);
  if (found !== undefined) {
    const remedy = "name the folder of a store, such as X.zarr";
    throw new RequestError({ place: path, expected: "a Zarr store, which is a folder", got: found, remedy });
  }
  if (!(await exists(join(path, "zarr.json"))) && (await exists(partialPath(path)))) {
    throw new RequestError({
      place: path,
      expected: "a finished store",
      got: `only ${partialPath(path)}`,
      remedy: "run the command that writes it to its end",
    });
  }
  return openGroup(folderStore(path), path);
}

/** What the file there is; undefined for a folder, or where nothing is. */
async function fileAt(path: string): Promise<string | undefined> {
  const there = await ifPresent(stat(path));
  if (there?.isFile() !== true) return undefined;
  const start = await readRange(path, { offset: 0, length: Math.min(there.size, KIND_SHOWS) });
  return fileKind(start) ?? "a file of another kind";
}

/** Octets by which `fileKind` tells. */
const KIND_SHOWS = 512;

/** Bytes of the largest zarr.json: an archive lists its files there, a year of hours takes 2 MB. */
export const MAX_METADATA: number = 2 ** 27;

/** A JSON document in the folder. @throws DecodeError when it is absent or no JSON. */
export async function readFolderJson(folder: string, name: string): Promise<unknown> {
  const place = join(folder, name);
  const bytes = await ifPresent(readFile(place, "utf8"));
  if (bytes !== undefined) return parseJson(bytes, { place, expected: "a JSON document" });
  throw new DecodeError({ place, expected: "a JSON document", got: "no such file" });
}

/** Bytes of the largest file of a whole array: moments of two centuries of hours. */
const MAX_CHUNK = 2 ** 30;

async function readBounded(path: string, most: number): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size <= most) return readFile(path);
  throw new DecodeError({ place: path, expected: `at most ${most} bytes`, got: `${size}`, remedy: "check the path" });
}

async function readRange(path: string, range: ByteRange): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = "suffixLength" in range ? range.suffixLength : range.length;
    const offset = "suffixLength" in range ? size - range.suffixLength : range.offset;
    if (offset < 0 || offset + length > size) {
      throw new DecodeError({
        place: path,
        expected: `bytes ${offset} to ${offset + length}`,
        got: `a file of ${size} bytes`,
        remedy: "the file is damaged: copy or build it again",
      });
    }
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    if (bytesRead !== length) throw new DecodeError({ place: path, expected: `${length} bytes`, got: `${bytesRead}` });
    return bytes;
  } finally {
    await file.close();
  }
}

/** What reading gives; undefined where nothing is. */
export async function ifPresent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

/** Where a store lies while it is being written. @throws RequestError for an address */
export function partialPath(path: string): string {
  return `${requireLocalPath(path).replace(/\/+$/, "")}${PARTIAL}`;
}

const PARTIAL = ".partial";

/** True when there is something at the path, whatever it is. */
export async function exists(path: string): Promise<boolean> {
  return (await ifPresent(stat(path))) !== undefined;
}

/** @throws RequestError when something is already at the path. */
export async function requireFree(path: string, remedy: string): Promise<void> {
  if (await exists(path))
    throw new RequestError({ place: path, expected: "nothing there yet", got: "a file or folder", remedy });
}

/** Removes a store that was never finished; nothing happens when there is none. */
export async function discardPartial(path: string): Promise<void> {
  await rm(partialPath(path), { recursive: true, force: true });
}

/** Where a store waits while another takes its place. */
function oldPath(path: string): string {
  return `${path.replace(/\/+$/, "")}.old${PARTIAL}`;
}

/** What a kill left aside while `publish` replaced a store: put back between the two renames, removed after the second. */
export async function recoverStore(path: string): Promise<void> {
  if (await exists(path)) await removeTree(oldPath(path));
  else if (await exists(oldPath(path))) await rename(oldPath(path), path);
}

/** Sweeps what killed writers left inside, then gives the store its name, taking the place of `path` if asked to. */
export async function publish(path: string, { overwrite = false }: { overwrite?: boolean } = {}): Promise<void> {
  const partial = partialPath(path);
  await sweep(partial);
  if (overwrite && (await exists(path))) {
    const old = oldPath(path);
    await removeTree(old);
    await rename(path, old);
    await rename(partial, path);
    await removeTree(old);
    return;
  }
  await requireFree(path, "remove it or choose another path");
  await rename(partial, path);
}

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (name.endsWith(PARTIAL)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
