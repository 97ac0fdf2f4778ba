/** Zarr: Zarr v3 groups in folders, read through zarrita, written shard by shard by ourselves, checksums both ways. */
export {
  discardPartial,
  exists,
  folderStore,
  openFolder,
  partialPath,
  publish,
  readFolderJson,
  recoverStore,
  requireFree,
} from "./folder.ts";
export type { ArrayDescription, Attributes, DataType, Sharding } from "./metadata.ts";
export { arrayMetadata } from "./metadata.ts";
export { openGroup, type ValuesOf, type ZarrArray, type ZarrGroup } from "./read.ts";
export type { ByteRange, ReadableStore } from "./readable-store.ts";
export type { NumberArray } from "./shard.ts";
export { requireSize } from "./stored-metadata.ts";
export { tileOf } from "./tiling.ts";
export { type OpenStore, openStore } from "./unchanged.ts";
export {
  hasShard,
  type Site,
  shardBytes,
  shardPath,
  writeGroup,
  writeShard,
  writeShardBytes,
  writeWhole,
} from "./write.ts";
