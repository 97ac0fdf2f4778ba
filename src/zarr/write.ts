/**
 * Writes a Zarr v3 group into a folder: its metadata once, then its arrays file by file in any order.
 * @module
 */
import { join } from "node:path";
import { type Tree, writeAside, writeInto } from "../files/index.ts";
import { exists } from "./folder.ts";
import { type ArrayDescription, type Attributes, arrayMetadata, groupMetadata } from "./metadata.ts";
import { encodeChunk, encodeShard, type NumberArray } from "./shard.ts";

/** Where a group is written: a folder, made on the way, or a tree that must be there. Any number of processes may write one. */
export type Site = string | Tree;

const folderOf = (site: Site): string => (typeof site === "string" ? site : site.root);

function writePart(site: Site, path: string, content: Uint8Array | string): Promise<void> {
  return typeof site === "string" ? writeAside(path, content) : writeInto(site, path, content);
}

/** The group's `zarr.json` and one for each array; no values yet. The group's comes last: with it the group exists. */
export async function writeGroup(
  site: Site,
  attributes: Attributes,
  arrays: readonly ArrayDescription[],
): Promise<void> {
  const folder = folderOf(site);
  for (const array of arrays) await writePart(site, join(folder, array.name, "zarr.json"), text(arrayMetadata(array)));
  await writePart(site, join(folder, "zarr.json"), text(groupMetadata(attributes, arrays)));
}

/** All values of an array that is one chunk. @throws RangeError when their number is not the array's. */
export async function writeWhole(
  site: Site,
  array: ArrayDescription,
  values: NumberArray | readonly string[],
): Promise<void> {
  const expected = array.shape.reduce((a, b) => a * b, 1);
  if (values.length !== expected) throw new RangeError(`${array.name} holds ${expected} values, got ${values.length}`);
  const first = array.shape.map(() => 0);
  await writePart(site, shardPath(folderOf(site), array, first), await encodeChunk(values));
}

/** The shard at some place of the shard grid. */
export async function writeShard(
  site: Site,
  array: ArrayDescription,
  at: readonly number[],
  values: Float32Array,
): Promise<void> {
  await writeShardBytes(site, array, at, await shardBytes(array, values));
}

/** The bytes of a shard's file, for those who look at them before they write them. */
export function shardBytes(array: ArrayDescription, values: Float32Array): Promise<Uint8Array> {
  if (array.sharding === undefined) throw new RangeError(`${array.name} is not sharded`);
  return encodeShard(values, array.sharding);
}

/** Writes what `shardBytes` made. */
export async function writeShardBytes(
  site: Site,
  array: ArrayDescription,
  at: readonly number[],
  bytes: Uint8Array,
): Promise<void> {
  await writePart(site, shardPath(folderOf(site), array, at), bytes);
}

/** True when the shard was written. */
export function hasShard(folder: string, array: ArrayDescription, at: readonly number[]): Promise<boolean> {
  return exists(shardPath(folder, array, at));
}

/** Where the file of a chunk or shard lies. */
export function shardPath(folder: string, array: Pick<ArrayDescription, "name">, at: readonly number[]): string {
  return join(folder, array.name, "c", ...at.map(String));
}

const text = (document: Attributes): string => `${JSON.stringify(document, undefined, 2)}\n`;
