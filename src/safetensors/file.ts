/**
 * What a safetensors file holds. The format (huggingface/safetensors, format specification):
 *
 *   bytes 0…7      length N of the header, unsigned 64-bit little-endian
 *   bytes 8…7+N    header: JSON {name: {dtype, shape, data_offsets: [begin, end]}, __metadata__?: {key: text}}, space-padded
 *   the rest       the tensors' bytes, little-endian, C order, without holes or overlap; offsets count from here
 *
 * F32 alone is written: it is what the engine computes in. F16 and BF16 are read too, since every one of their numbers is a float32.
 * Bytes are copied as they are, so both sides rely on typed arrays being little-endian, as on every machine ONNX Runtime ships for.
 * @module
 */

/** shape: C order; [] is a scalar. data: one float32 for each element. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface SafetensorsFile {
  /** In the order their bytes lie in the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The free texts of `__metadata__`; empty when the file has none. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The name the format keeps for itself. */
export const METADATA_NAME = "__metadata__";
/** Octets of the header's length. */
export const PREFIX_BYTES = 8;
/** The reference implementation's bound, so that a damaged length cannot make a reader allocate without end. */
export const MAX_HEADER_BYTES = 100_000_000;
