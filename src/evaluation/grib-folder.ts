/**
 * GRIB2 files of a folder, found by name and read one at a time: plain or gzip'd, headers apart from values.
 * @module
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Field, type Grid, RequestError } from "../core/index.ts";
import { gunzipGrib } from "../grib2/gzip/index.ts";
import {
  decodeValues,
  fieldsOf,
  type GribField,
  prepareDecoders,
  scanMessages,
  toGrid,
  toSouthUp,
} from "../grib2/index.ts";

/** Larger than any file of probabilities or mosaic; a whole HRRR file is not read by mistake. */
const LARGEST_FILE = 2 ** 29;

/** Paths below a folder whose name matches, sorted. @throws RequestError when there are none. */
export async function gribFiles(folder: string, name: RegExp, what: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => undefined);
  const files = (names ?? []).filter((file) => name.test(file)).sort();
  if (files.length > 0) return files.map((file) => join(folder, file));
  throw new RequestError({
    place: folder,
    expected: `a folder with ${what}`,
    got: names === undefined ? "no folder" : "none",
    remedy: "get them with updraft fetch",
  });
}

/** The fields of a file, their values still packed. @throws DecodeError, RequestError for one that is too large */
export async function gribFields(file: string): Promise<GribField[]> {
  const { size } = await stat(file);
  if (size > LARGEST_FILE) {
    throw new RequestError({ place: file, expected: `at most ${LARGEST_FILE} bytes`, got: `${size}` });
  }
  await prepareDecoders();
  const bytes = gunzipGrib(await readFile(file), file);
  return [...scanMessages(bytes, file)].flatMap((part) => (part.kind === "message" ? fieldsOf(part) : []));
}

/** Values in our order, with the grid they lie on. */
export function gribValues(field: GribField): { readonly grid: Grid; readonly values: Field } {
  return { grid: toGrid(field.grid, field.file), values: toSouthUp(decodeValues(field), field.grid) };
}
