/**
 * Reads a Zarr v3 group through zarrita, and believes nothing it is told: checksums are verified, sizes are bounded before
 * anything is allocated, and a chunk that is not there is an error, not a field of fill values.
 * @module
 */
import * as zarrita from "zarrita";
import { DecodeError, isRefusal, isUpdraftError, RequestError, TransferError } from "../core/index.ts";
import { useStrictCodecs } from "./codecs.ts";
import type { Attributes, DataType } from "./metadata.ts";
import type { ByteRange, ReadableStore } from "./readable-store.ts";
import { parseArray, parseGroup, parseJsonBytes, requireSize, type StoredGroup } from "./stored-metadata.ts";

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

/** Chunks of one read; a state of HRRR has 147. */
const MAX_CHUNKS = 2 ** 16;

/**
 * Opens a group. @throws RequestError when nothing is there, DecodeError when what is there is not a Zarr v3 group.
 * @example const group = await openGroup(folderStore("x.zarr"), "x.zarr");
 */
export async function openGroup(store: ReadableStore, place: string): Promise<ZarrGroup> {
  useStrictCodecs();
  const strict = strictStore(store, place);
  const bytes = await strict.get("/zarr.json");
  if (bytes === undefined) {
    throw new RequestError({ place, expected: "a Zarr v3 group", got: "no zarr.json there", remedy: "check the path" });
  }
  const group = parseGroup(parseJsonBytes(bytes, `${place}/zarr.json`), `${place}/zarr.json`);
  return { place, attributes: group.attributes, array: (name) => openArray(strict, group, place, name) };
}

async function openArray(
  store: zarrita.AsyncReadable,
  { arrays }: StoredGroup,
  place: string,
  name: string,
): Promise<ZarrArray> {
  const file = `${place}/${name}/zarr.json`;
  const bytes = await store.get(`/${name}/zarr.json`);
  if (bytes === undefined) {
    throw new DecodeError({ place: file, expected: "an array", got: "no such file", remedy: REBUILD });
  }
  const copy = arrays && { of: Object.hasOwn(arrays, name) ? arrays[name] : undefined };
  const stored = parseArray(parseJsonBytes(bytes, file), file, copy);
  const { shape, dataType, dimensions, attributes, sharding } = stored;
  const array = new zarrita.Array(store, `/${name}`, stored.document as ArrayMetadata);
  return {
    name,
    shape,
    dataType,
    dimensions,
    attributes,
    read: async (wanted, selection = shape.map(() => null)) => {
      const where = `${place}/${name}[${selection.map((at) => at ?? ":").join(", ")}]`;
      if (dataType !== wanted) throw new DecodeError({ place: where, expected: wanted, got: dataType });
      const whole = (sides: readonly number[]): number[] => sides.filter((_, axis) => selection[axis] === null);
      const size = requireSize(whole(shape), where);
      const chunks = sharding === undefined ? 1 : size / requireSize(whole(sharding.tile), where);
      if (chunks > MAX_CHUNKS) {
        throw new DecodeError({ place: where, expected: `at most ${MAX_CHUNKS} chunks at once`, got: `${chunks}` });
      }
      const got: unknown = await decoding(where, () => zarrita.get(array, [...selection]));
      return valuesIn(got, size, where) as ValuesOf[typeof wanted];
    },
  };
}

type ArrayMetadata = ConstructorParameters<typeof zarrita.Array>[2];

const REBUILD = "copy or build the store again";

/** zarrita gives a chunk of an array, or the bare value of a scalar. */
function valuesIn(got: unknown, size: number, place: string): unknown {
  if (typeof got !== "object" || got === null || !("data" in got)) return [got];
  const { data } = got as { data: ArrayLike<unknown> };
  if (data.length !== size) throw new DecodeError({ place, expected: `${size} values`, got: String(data.length) });
  return data;
}

/**
 * The same store, except that an absent chunk is damage: our writers store every chunk that holds anything. And a piece is as long as was
 * asked for: some servers answer the question for a part of a file with the whole of it.
 */
function strictStore(store: ReadableStore, place: string): zarrita.AsyncReadable {
  const required = (key: string, bytes: Uint8Array | undefined): Uint8Array | undefined => {
    if (bytes !== undefined || key.endsWith("zarr.json")) return bytes;
    throw new DecodeError({ place: `${place}${key}`, expected: "a chunk", got: "no such file", remedy: REBUILD });
  };
  return {
    get: async (key) => required(key, await store.get(key)),
    getRange: async (key, range) => {
      const part =
        store.getRange === undefined ? partOf(await store.get(key), range) : await store.getRange(key, range);
      const bytes = required(key, part);
      const length = "suffixLength" in range ? range.suffixLength : range.length;
      if (bytes === undefined || bytes.length === length) return bytes;
      const [expected, got] = [`the ${length} bytes that were asked for`, `${bytes.length}`];
      if (bytes.length < length) throw new DecodeError({ place: `${place}${key}`, expected, got, remedy: REBUILD });
      throw new TransferError({
        place: `${place}${key}`,
        expected,
        got,
        remedy:
          "the server, or a proxy on the way, ignores Range headers: the store is not to blame, read it from elsewhere",
      });
    },
  };
}

/** Of a store that gives whole values alone. */
function partOf(whole: Uint8Array | undefined, range: ByteRange): Uint8Array | undefined {
  if ("suffixLength" in range) return whole?.slice(Math.max(0, whole.length - range.suffixLength));
  return whole?.slice(range.offset, range.offset + range.length);
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
  const [line] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  return line.slice(0, LONGEST_TROUBLE);
}

const LONGEST_TROUBLE = 200;
