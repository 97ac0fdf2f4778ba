/**
 * The codecs of our chunks as zarrita is to use them, each of which knows how large its result must be. zarrita's own cut the checksum off
 * without looking at it, take what length a header promises, and leave zeros where a chunk is short.
 *
 *   content of a chunk of numbers   its cells times the bytes of one, neither more nor less
 *   content of a chunk of strings   a count and for each a length, which must come out exactly
 * @module
 */
import * as zarrita from "zarrita";
import { withChecksum, withoutChecksum } from "./crc32c.ts";
import { compressZstd, decompressZstd } from "./zstd.ts";

interface ChunkMeta {
  readonly dataType: string;
  readonly shape: readonly number[];
}

/** Bytes of one value; `undefined` for strings. */
const BYTES: Readonly<Record<string, number>> = { float32: 4, float64: 8, int32: 4, int64: 8, uint16: 2, uint64: 8 };
/** Of one string: names and units. */
const LONGEST_STRING = 2 ** 12;

const cellsOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Puts them in the place of zarrita's, for every store this process reads. */
export function useStrictCodecs(): void {
  zarrita.registry.set("crc32c", () => Promise.resolve(crc32c));
  zarrita.registry.set("zstd", () => Promise.resolve(zstd));
  zarrita.registry.set("vlen-utf8", () => Promise.resolve(strings));
}

const crc32c = {
  fromConfig: () => ({
    kind: "bytes_to_bytes" as const,
    encode: withChecksum,
    decode: withoutChecksum,
    computeEncodedSize: (size: number) => size + 4,
  }),
};

const zstd = {
  fromConfig: (_: unknown, { dataType, shape }: ChunkMeta) => ({
    kind: "bytes_to_bytes" as const,
    encode: compressZstd,
    decode: (frame: Uint8Array) => {
      const bytes = BYTES[dataType];
      const cells = cellsOf(shape);
      return bytes === undefined
        ? decompressZstd(frame, { atMost: 4 + cells * (4 + LONGEST_STRING) })
        : decompressZstd(frame, { exactly: cells * bytes });
    },
  }),
};

const strings = {
  fromConfig: (_: unknown, { shape }: ChunkMeta) => ({
    kind: "array_to_bytes" as const,
    encode: (): never => {
      throw new RangeError("strings are written by shard.ts");
    },
    decode: (bytes: Uint8Array) => ({ data: decodeStrings(bytes, cellsOf(shape)), shape, stride: strides(shape) }),
  }),
};

/** The inverse of `encodeStrings` in shard.ts. @throws Error unless lengths and count come out exactly */
function decodeStrings(bytes: Uint8Array, count: number): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let at = 4;
  if (bytes.length < at || view.getUint32(0, true) !== count)
    throw new Error(`another number of strings than ${count}`);
  const out: string[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) throw new Error(`${bytes.length} bytes for ${count} strings`);
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) throw new Error(`a string that ends at byte ${end} of ${bytes.length}`);
    out.push(decoder.decode(bytes.subarray(at + 4, end)));
    at = end;
  }
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes after the last string`);
  return out;
}

function strides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => cellsOf(shape.slice(axis + 1)));
}
