/**
 * The `zarr.json` documents of a group and of its arrays, Zarr v3, with the group's consolidated copy inline.
 *
 * Two layouts are enough for us. A coordinate is whole, in one chunk. A state is sharded: one file per leading index, inside it
 * one zstd tile per plane and place, each with its crc32c, and an index of (offset, length) at the end.
 *
 * Source: Zarr v3 core specification; ZEP 2 (sharding); zarr-python's inline consolidated metadata.
 * @module
 */

import { ZSTD_LEVEL } from "./zstd.ts";

export const DATA_TYPES = ["float32", "float64", "int32", "int64", "uint16", "string"] as const;
export type DataType = (typeof DATA_TYPES)[number];

export type Attributes = Readonly<Record<string, unknown>>;

export interface ArrayDescription {
  readonly name: string;
  readonly dataType: DataType;
  /** One name an axis; xarray reads them. */
  readonly dimensions: readonly string[];
  readonly shape: readonly number[];
  readonly attributes: Attributes;
  /** Absent: the whole array is one chunk. */
  readonly sharding?: Sharding;
}

/** Both divide the array's shape exactly; all but the last two sides of a tile are 1. */
export interface Sharding {
  readonly shard: readonly number[];
  readonly tile: readonly number[];
}

const COMPRESSED = [{ name: "zstd", configuration: { level: ZSTD_LEVEL, checksum: false } }, { name: "crc32c" }];
const LITTLE_ENDIAN = { name: "bytes", configuration: { endian: "little" } };

/** The `zarr.json` of one array. */
export function arrayMetadata(array: ArrayDescription): Attributes {
  const { dataType, shape, sharding } = array;
  return {
    zarr_format: 3,
    node_type: "array",
    shape,
    data_type: dataType,
    chunk_grid: { name: "regular", configuration: { chunk_shape: sharding?.shard ?? shape } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: fillValue(dataType),
    codecs: sharding === undefined ? chunkCodecs(dataType) : [shardingCodec(dataType, sharding)],
    attributes: array.attributes,
    dimension_names: array.dimensions,
    storage_transformers: [],
  };
}

/** The `zarr.json` of a group, holding those of its arrays so that a reader opens one file. */
export function groupMetadata(attributes: Attributes, arrays: readonly ArrayDescription[]): Attributes {
  return {
    zarr_format: 3,
    node_type: "group",
    attributes,
    consolidated_metadata: {
      kind: "inline",
      must_understand: false,
      metadata: Object.fromEntries(arrays.map((array) => [array.name, arrayMetadata(array)])),
    },
  };
}

/** A float that was never written is missing, not zero. */
export function fillValue(dataType: DataType): number | string {
  if (dataType === "float32" || dataType === "float64") return "NaN";
  return dataType === "string" ? "" : 0;
}

function chunkCodecs(dataType: DataType): readonly unknown[] {
  return [dataType === "string" ? { name: "vlen-utf8" } : LITTLE_ENDIAN, ...COMPRESSED];
}

function shardingCodec(dataType: DataType, { tile }: Sharding): unknown {
  return {
    name: "sharding_indexed",
    configuration: {
      chunk_shape: tile,
      codecs: chunkCodecs(dataType),
      index_codecs: [LITTLE_ENDIAN, { name: "crc32c" }],
      index_location: "end",
    },
  };
}
