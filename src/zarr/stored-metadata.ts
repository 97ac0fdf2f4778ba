/**
 * What a `zarr.json` on disk says, held against the one form that `metadata.ts` writes before anything is believed or allocated: whole
 * numbers for sides, shards and tiles that divide them, little-endian bytes under zstd under crc32c, a fill value that is missing and not zero.
 * Another form may be sound Zarr, but is none of ours, and where it differs by accident its values would be too.
 *
 * Source: Zarr v3 core specification; ZEP 2 (sharding).
 * @module
 */
import { z } from "zod";
import { DecodeError, issueText, parseJson } from "../core/index.ts";
import { type Attributes, DATA_TYPES, type DataType, fillValue, type Sharding } from "./metadata.ts";

/** Elements of the largest piece of an array that is read at once: HRRR's seven channels are 1.3e7. */
export const MAX_ELEMENTS: number = 2 ** 28;
const REMEDY = "the store is damaged: copy or build it again";
/** Axes of an array; ours have five at most. */
const MAX_RANK = 8;

export interface StoredGroup {
  readonly attributes: Attributes;
  /** The copies of its arrays' documents; absent where it has none. */
  readonly arrays?: Readonly<Record<string, unknown>>;
}

export interface StoredArray {
  readonly dataType: DataType;
  readonly shape: readonly number[];
  readonly dimensions: readonly string[];
  readonly attributes: Attributes;
  /** Absent: the whole array is one chunk. */
  readonly sharding?: Sharding;
  /** As it was read, for the library that goes through the chunks. */
  readonly document: unknown;
}

/** A JSON document. @throws DecodeError */
export function parseJsonBytes(bytes: Uint8Array, place: string): unknown {
  return parseJson(new TextDecoder().decode(bytes), { place, expected: "a JSON document", remedy: REMEDY });
}

/** A group's document. @throws DecodeError */
export function parseGroup(document: unknown, place: string): StoredGroup {
  const { attributes, consolidated_metadata: copies } = parsed(groupSchema, document, place);
  return { attributes, ...(copies !== undefined && copies !== null && { arrays: copies.metadata }) };
}

/** An array's document. `copy`: the group's of it, where the group has copies. @throws DecodeError */
export function parseArray(document: unknown, place: string, copy: { readonly of: unknown } | undefined): StoredArray {
  if (copy !== undefined && canonical(copy.of) !== canonical(document)) {
    throw damaged({ place, expected: "what the group's own zarr.json says of this array", got: "something else" });
  }
  const { shape, data_type: dataType, codecs, attributes, ...rest } = parsed(arraySchema, document, place);
  const chunk = rest.chunk_grid.configuration.chunk_shape;
  const dimensions = rest.dimension_names ?? shape.map(() => null);
  const wrong = (expected: string, got: unknown): DecodeError => damaged({ place, expected, got: JSON.stringify(got) });
  if (chunk.length !== shape.length) throw wrong(`chunks of ${shape.length} axes`, chunk);
  if (dimensions.length !== shape.length) throw wrong(`names of ${shape.length} axes`, dimensions);
  if (rest.fill_value !== fillValue(dataType)) throw wrong(`a fill value of ${fillValue(dataType)}`, rest.fill_value);
  const [first] = codecs;
  const found = {
    dataType,
    shape,
    dimensions: dimensions.map((name) => name ?? ""),
    attributes,
    document: { ...(document as object), attributes },
  };
  if (first.name !== "sharding_indexed") {
    if (chunk.join() !== shape.join()) throw wrong(`one chunk of ${shape.join("x")}`, chunk);
    requireCodecs(codecs, dataType, wrong);
    requireSize(shape, place);
    return found;
  }
  const { chunk_shape: tile, codecs: inner } = first.configuration;
  requireCodecs(inner, dataType, wrong);
  if (codecs.length > 1) throw wrong("no codec after sharding_indexed", codecs[1].name);
  if (tile.length !== shape.length || !divides(tile, chunk)) throw wrong(`tiles that divide ${chunk.join("x")}`, tile);
  if (!divides(chunk, shape)) throw wrong(`shards that divide ${shape.join("x")}`, chunk);
  requireSize(tile, place);
  return { ...found, sharding: { shard: chunk, tile } };
}

/** @throws DecodeError for more elements than are read at once. */
export function requireSize(shape: readonly number[], place: string): number {
  const size = shape.reduce((a, b) => a * b, 1);
  if (size <= MAX_ELEMENTS) return size;
  throw damaged({ place, expected: `at most ${MAX_ELEMENTS} values at once`, got: shape.join(" x ") });
}

function requireCodecs(
  codecs: readonly { readonly name: string }[],
  dataType: DataType,
  wrong: (expected: string, got: unknown) => DecodeError,
): void {
  const wanted = [dataType === "string" ? "vlen-utf8" : "bytes", "zstd", "crc32c"];
  const names = codecs.map(({ name }) => name);
  if (names.join() !== wanted.join()) throw wrong(`the codecs ${wanted.join(", ")}`, names);
}

const divides = (parts: readonly number[], whole: readonly number[]): boolean =>
  parts.every((part, axis) => whole[axis] % part === 0);

function damaged(complaint: { place: string; expected: string; got: string }): DecodeError {
  return new DecodeError({ ...complaint, remedy: REMEDY });
}

/** Keys in order, so that two documents that say the same are the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) =>
    typeof held === "object" && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
}

function parsed<T>(schema: z.ZodType<T>, document: unknown, place: string): T {
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  throw damaged({ place, expected: "metadata of this format", got: issueText(result.error) });
}

const attributes = z.record(z.string(), z.unknown()).default({});
const side = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const sides = z.array(side).max(MAX_RANK);

const groupSchema = z.object({
  zarr_format: z.literal(3),
  node_type: z.literal("group"),
  attributes,
  consolidated_metadata: z.object({ kind: z.literal("inline"), metadata: z.record(z.string(), z.unknown()) }).nullish(),
});

const codec = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("bytes"), configuration: z.strictObject({ endian: z.literal("little") }) }),
  z.strictObject({ name: z.literal("vlen-utf8"), configuration: z.strictObject({}).optional() }),
  z.strictObject({
    name: z.literal("zstd"),
    configuration: z.strictObject({ level: z.int(), checksum: z.boolean() }).optional(),
  }),
  z.strictObject({ name: z.literal("crc32c"), configuration: z.strictObject({}).optional() }),
]);

const sharding = z.strictObject({
  name: z.literal("sharding_indexed"),
  configuration: z.strictObject({
    chunk_shape: sides,
    codecs: z.array(codec).min(1),
    index_codecs: z.tuple([
      z.strictObject({ name: z.literal("bytes"), configuration: z.strictObject({ endian: z.literal("little") }) }),
      z.strictObject({ name: z.literal("crc32c"), configuration: z.strictObject({}).optional() }),
    ]),
    index_location: z.literal("end").default("end"),
  }),
});

const arraySchema = z.strictObject({
  zarr_format: z.literal(3),
  node_type: z.literal("array"),
  shape: sides,
  data_type: z.enum(DATA_TYPES),
  chunk_grid: z.strictObject({
    name: z.literal("regular"),
    configuration: z.strictObject({ chunk_shape: sides }),
  }),
  chunk_key_encoding: z.strictObject({
    name: z.literal("default"),
    configuration: z.strictObject({ separator: z.literal("/") }).optional(),
  }),
  fill_value: z.unknown(),
  codecs: z.array(z.union([codec, sharding])).min(1),
  attributes,
  dimension_names: z.array(z.string().nullable()).optional(),
  storage_transformers: z.tuple([]).optional(),
});
