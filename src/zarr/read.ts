/**
 * Reads a Zarr v3 group through zarrita, and believes nothing it is told: checksums are verified, sizes are bounded before
 * anything is allocated, and a chunk that is not there is an error, not a field of fill values.
 * @module
 */
import * as zarrita from "zarrita";
import { DecodeError, isRefusal, isUpdraftError, jsonTrouble, RequestError } from "../core/index.ts";
import { withChecksum, withoutChecksum } from "./crc32c.ts";
import type { Attributes, DataType } from "./metadata.ts";
import type { ReadableStore } from "./readable-store.ts";
import { compressZstd, decompressZstd } from "./zstd.ts";

export interface ValuesOf {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint16: Uint16Array;
  string: string[];
}

export interface ZarrArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dataType: string;
  readonly dimensions: readonly string[];
  readonly attributes: Attributes;
  /**
   * Values in C order. An integer fixes an axis, `null` takes the whole of it; absent, everything is read.
   * @throws DecodeError when the type is another, a chunk is absent, or its checksum or length is wrong.
   */
  read<D extends DataType>(dataType: D, selection?: readonly (number | null)[]): Promise<ValuesOf[D]>;
}

export interface ZarrGroup {
  /** The path or address, for messages. */
  readonly place: string;
  readonly attributes: Attributes;
  /** @throws DecodeError when the group has no such array or its metadata are damaged. */
  array(name: string): Promise<ZarrArray>;
}

/** Elements of the largest array piece that is read at once: HRRR's seven channels are 1.3e7. */
const MAX_ELEMENTS = 2 ** 28;

/**
 * Opens a group. @throws RequestError when nothing is there, DecodeError when what is there is not a Zarr v3 group.
 * @example const group = await openGroup(folderStore("x.zarr"), "x.zarr");
 */
export async function openGroup(store: ReadableStore, place: string): Promise<ZarrGroup> {
  // zarrita's own crc32c codec cuts the checksum off without looking at it.
  zarrita.registry.set("crc32c", () => Promise.resolve(verifyingCrc32c));
  zarrita.registry.set("zstd", () => Promise.resolve(boundedZstd));
  const strict = withoutHoles(store, place);
  if ((await strict.get("/zarr.json")) === undefined) {
    throw new RequestError({ place, expected: "a Zarr v3 group", got: "no zarr.json there", remedy: "check the path" });
  }
  const group = await decoding(`${place}/zarr.json`, () => zarrita.open.v3(strict, { kind: "group" }));
  return {
    place,
    attributes: checkedAttributes(group.attrs, `${place}/zarr.json`),
    array: (name) => openArray(group, place, name),
  };
}

async function openArray(group: zarrita.Group<zarrita.AsyncReadable>, place: string, name: string): Promise<ZarrArray> {
  const array = await decoding(`${place}/${name}`, () => zarrita.open.v3(group.resolve(name), { kind: "array" }));
  const shape = checkedShape(array.shape, `${place}/${name}/zarr.json`);
  checkedSize(checkedShape(array.chunks, `${place}/${name}/zarr.json`), `${place}/${name}/zarr.json`);
  return {
    name,
    shape,
    dataType: array.dtype,
    dimensions: checkedNames(array.dimensionNames ?? [], `${place}/${name}/zarr.json`),
    attributes: checkedAttributes(array.attrs, `${place}/${name}/zarr.json`),
    read: async (dataType, selection = shape.map(() => null)) => {
      const where = `${place}/${name}[${selection.map((at) => at ?? ":").join(", ")}]`;
      if (array.dtype !== dataType) throw new DecodeError({ place: where, expected: dataType, got: array.dtype });
      const size = checkedSize(
        shape.filter((_, axis) => selection[axis] === null),
        where,
      );
      const got: unknown = await decoding(where, () => zarrita.get(array, [...selection]));
      return valuesIn(got, size, where) as ValuesOf[typeof dataType];
    },
  };
}

/** zarrita gives a chunk of an array, or the bare value of a scalar. */
function valuesIn(got: unknown, size: number, place: string): unknown {
  if (typeof got !== "object" || got === null || !("data" in got)) return [got];
  const { data } = got as { data: ArrayLike<unknown> };
  if (data.length !== size) throw new DecodeError({ place, expected: `${size} values`, got: String(data.length) });
  return data;
}

/** A dimension may go without a name. */
function checkedNames(names: unknown, place: string): string[] {
  const isName = (name: unknown): name is string | null => typeof name === "string" || name === null;
  if (Array.isArray(names) && names.every(isName)) return names.map((name) => name ?? "");
  throw new DecodeError({ place, expected: "a list of dimension names", got: typeof names });
}

function checkedAttributes(attributes: unknown, place: string): Attributes {
  if (typeof attributes === "object" && attributes !== null && !Array.isArray(attributes))
    return attributes as Attributes;
  throw new DecodeError({ place, expected: "attributes by their names", got: typeof attributes });
}

function checkedShape(shape: readonly number[], place: string): readonly number[] {
  if (Array.isArray(shape) && shape.every((side) => Number.isSafeInteger(side) && side >= 0)) return shape;
  throw new DecodeError({ place, expected: "a shape of whole numbers", got: JSON.stringify(shape) });
}

function checkedSize(shape: readonly number[], place: string): number {
  const size = shape.reduce((a, b) => a * b, 1);
  if (size <= MAX_ELEMENTS) return size;
  throw new DecodeError({ place, expected: `at most ${MAX_ELEMENTS} values at once`, got: shape.join(" x ") });
}

/** The same store, except that an absent chunk is damage: our writers store every chunk that holds anything. */
function withoutHoles(store: ReadableStore, place: string): zarrita.AsyncReadable {
  const required = (key: string, bytes: Uint8Array | undefined): Uint8Array | undefined => {
    if (bytes !== undefined || key.endsWith("zarr.json")) return bytes;
    throw new DecodeError({
      place: `${place}${key}`,
      expected: "a chunk",
      got: "no such file",
      remedy: "copy or build the store again",
    });
  };
  return {
    get: async (key) => required(key, await store.get(key)),
    getRange: async (key, range) => required(key, await store.getRange?.(key, range)),
  };
}

/** Our own errors pass; everything else that goes wrong while bytes are read is damage at this place. */
async function decoding<T>(place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // A disk that refuses is no damage.
    if (isUpdraftError(error) || isRefusal(error)) throw error;
    const cause = zarrita.isZarritaError(error, "CodecPipelineError") ? error.cause : error;
    throw new DecodeError(
      {
        place,
        expected: "whole Zarr v3 data",
        got: troubleOf(cause),
        remedy: "the store is damaged: copy or build it again",
      },
      { cause: error },
    );
  }
}

/** In one line, without the bytes that were read. */
function troubleOf(cause: unknown): string {
  if (cause instanceof SyntaxError) return jsonTrouble(cause, Number.POSITIVE_INFINITY);
  const [line] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  return line.slice(0, LONGEST_TROUBLE);
}

const LONGEST_TROUBLE = 200;

const verifyingCrc32c = {
  fromConfig: () => ({
    kind: "bytes_to_bytes" as const,
    encode: withChecksum,
    decode: withoutChecksum,
    computeEncodedSize: (size: number) => size + 4,
  }),
};

const boundedZstd = {
  fromConfig: () => ({ kind: "bytes_to_bytes" as const, encode: compressZstd, decode: decompressZstd }),
};
