/**
 * The bytes of one file of an array.
 *
 *   chunk   crc32c(zstd(values))
 *   shard   chunk₀ chunk₁ … chunkₙ₋₁  crc32c(offset₀ length₀ … offsetₙ₋₁ lengthₙ₋₁)      uint64 little-endian, tiles in C order
 *
 * A tile that holds nothing but NaN is not stored: its offset and length are 2⁶⁴ − 1, which every reader takes for the fill value.
 * Source: Zarr v3 codec "sharding_indexed". zarrita reads shards but does not write them.
 * @module
 */
import { withChecksum } from "./crc32c.ts";
import type { Sharding } from "./metadata.ts";
import { compressZstd } from "./zstd.ts";

const ABSENT = 2n ** 64n - 1n;

export type NumberArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint16Array;

/** A sharded array's file: values [...shard] in C order. @throws RangeError when the tiles do not fit the shard. */
export async function encodeShard(values: Float32Array, { shard, tile }: Sharding): Promise<Uint8Array> {
  const [ny, nx] = shard.slice(-2);
  const [ty, tx] = tile.slice(-2);
  const cells = shard.reduce((a, b) => a * b, 1);
  if (ny % ty !== 0 || nx % tx !== 0 || tile.slice(0, -2).some((side) => side !== 1) || values.length !== cells) {
    throw new RangeError(`tiles ${tile.join("x")} do not fit a shard ${shard.join("x")} of ${values.length} values`);
  }
  const room = new Float32Array(ty * tx);
  const parts: Uint8Array[] = [];
  const index: bigint[] = [];
  let offset = 0;
  for (let plane = 0; plane < cells / (ny * nx); plane++) {
    for (let row = 0; row < ny; row += ty) {
      for (let column = 0; column < nx; column += tx) {
        const cut = cutTile(room, values, (plane * ny + row) * nx + column, { nx, ty, tx });
        if (cut.every(Number.isNaN)) {
          index.push(ABSENT, ABSENT);
          continue;
        }
        const part = await encodeChunk(cut);
        index.push(BigInt(offset), BigInt(part.length));
        parts.push(part);
        offset += part.length;
      }
    }
  }
  parts.push(withChecksum(bytesOf(BigUint64Array.from(index))));
  return concatenate(parts);
}

/** An unsharded array's one file. */
export async function encodeChunk(values: NumberArray | readonly string[]): Promise<Uint8Array> {
  return withChecksum(await compressZstd(ArrayBuffer.isView(values) ? bytesOf(values) : encodeStrings(values)));
}

function cutTile(
  tile: Float32Array,
  values: Float32Array,
  start: number,
  { nx, ty, tx }: { nx: number; ty: number; tx: number },
): Float32Array {
  for (let j = 0; j < ty; j++) tile.set(values.subarray(start + j * nx, start + j * nx + tx), j * tx);
  return tile;
}

/** The "vlen-utf8" codec: a count, then each string's byte length and bytes, uint32 little-endian. */
function encodeStrings(values: readonly string[]): Uint8Array {
  const parts = values.flatMap((value) => {
    const text = new TextEncoder().encode(value);
    return [uint32(text.length), text];
  });
  return concatenate([uint32(values.length), ...parts]);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** Every machine JavaScript runs on today is little-endian, as the metadata promises. */
function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
