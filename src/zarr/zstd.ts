/**
 * Zstandard, as the "zstd" codec of Zarr v3 has it: one frame a chunk, which states its content's size.
 *
 * The module is the reference implementation compiled to WebAssembly. It is handed its input in one copy, where numcodecs hands it over
 * byte by byte (docs/design/0020).
 * @module
 */
import zstd from "@foxglove/wasm-zstd";

/** Measured on five full HRRR fields: 3 takes a third longer for 10 % fewer bytes, −1 is no faster. */
export const ZSTD_LEVEL = 1;

/** One frame of these bytes. */
export async function compressZstd(bytes: Uint8Array): Promise<Uint8Array> {
  await zstd.isLoaded;
  return zstd.compress(bytes, ZSTD_LEVEL);
}

/** What the content of a frame must be: known to the byte, or bounded. */
export type ContentSize = { readonly exactly: number } | { readonly atMost: number };

/**
 * The content of one frame, whose header is looked at before anything is allocated.
 * @throws Error when it is damaged, followed by anything, or promises another size than it must have
 */
export async function decompressZstd(frame: Uint8Array, wanted: ContentSize): Promise<Uint8Array> {
  const size = contentSize(frame);
  if ("exactly" in wanted ? size !== wanted.exactly : size > wanted.atMost) {
    const due = "exactly" in wanted ? `${wanted.exactly}` : `at most ${wanted.atMost}`;
    throw new Error(`a zstd frame of ${size} bytes, where ${due} are due`);
  }
  await zstd.isLoaded;
  const content = zstd.decompress(frame, size);
  if (content.length !== size) throw new Error(`${content.length} bytes in a zstd frame that promises ${size}`);
  // A copy of its own: small results lie in a pool, and readers take the buffer from its beginning.
  return new Uint8Array(content);
}

/** What the frame's header says of its content. Source: RFC 8878 section 3.1.1.1. */
function contentSize(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 6 || view.getUint32(0, true) !== 0xfd2fb528) throw new Error("no zstd frame");
  const descriptor = frame[4];
  const single = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3];
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6];
  const at = 5 + (single ? 0 : 1) + dictionaryBytes;
  if (sizeBytes === 0 || frame.length < at + sizeBytes) throw new Error("a zstd frame that does not state its size");
  if (sizeBytes === 1) return view.getUint8(at);
  if (sizeBytes === 2) return view.getUint16(at, true) + 256;
  return sizeBytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}
