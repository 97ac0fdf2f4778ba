/**
 * Writes a Zarr v3 group into a folder: its metadata once, then its arrays file by file in any order.
 * @module
 */
import { join } from "node:path";
import { writeAside } from "../files/index.ts";
import { exists } from "./folder.ts";
import { type ArrayDescription, type Attributes, arrayMetadata, groupMetadata } from "./metadata.ts";
import { encodeChunk, encodeShard, type NumberArray } from "./shard.ts";

/** Any number of processes may write one store. */
function writePart(path: string, content: Uint8Array | string): Promise<void> {
  return writeAside(path, content, { contended: true });
}

/** The group's `zarr.json` and one for each array; no values yet. The group's comes last: with it the group exists. */
export async function writeGroup(
  folder: string,
  attributes: Attributes,
  arrays: readonly ArrayDescription[],
): Promise<void> {
  for (const array of arrays) await writePart(join(folder, array.name, "zarr.json"), text(arrayMetadata(array)));
  await writePart(join(folder, "zarr.json"), text(groupMetadata(attributes, arrays)));
}

/** All values of an array that is one chunk. @throws RangeError when their number is not the array's. */
export async function writeWhole(
  folder: string,
  array: ArrayDescription,
  values: NumberArray | readonly string[],
): Promise<void> {
  const expected = array.shape.reduce((a, b) => a * b, 1);
  if (values.length !== expected) throw new RangeError(`${array.name} holds ${expected} values, got ${values.length}`);
  await writePart(
    shardPath(
      folder,
      array,
      array.shape.map(() => 0),
    ),
    await encodeChunk(values),
  );
}

/** The shard at some place of the shard grid. */
export async function writeShard(
  folder: string,
  array: ArrayDescription,
  at: readonly number[],
  values: Float32Array,
): Promise<void> {
  await writeShardBytes(folder, array, at, await shardBytes(array, values));
}

/** The bytes of a shard's file, for those who look at them before they write them. */
export function shardBytes(array: ArrayDescription, values: Float32Array): Promise<Uint8Array> {
  if (array.sharding === undefined) throw new RangeError(`${array.name} is not sharded`);
  return encodeShard(values, array.sharding);
}

/** Writes what `shardBytes` made. */
export async function writeShardBytes(
  folder: string,
  array: ArrayDescription,
  at: readonly number[],
  bytes: Uint8Array,
): Promise<void> {
  await writePart(shardPath(folder, array, at), bytes);
}

/** True when the shard was written. */
export function hasShard(folder: string, array: ArrayDescription, at: readonly number[]): Promise<boolean> {
  return exists(shardPath(folder, array, at));
}

/** Where the file of a chunk or shard lies. */
export function shardPath(folder: string, array: ArrayDescription, at: readonly number[]): string {
  return join(folder, array.name, "c", ...at.map(String));
}

const text = (document: Attributes): string => `${JSON.stringify(document, undefined, 2)}\n`;
