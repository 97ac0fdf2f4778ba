/**
 * Writes named tensors as safetensors. The same tensors in the same order give the same bytes, so a checkpoint's hash
 * says whether two trainings agree.
 * @module
 */
import { ShapeError } from "../core/index.ts";
import { METADATA_NAME, PREFIX_BYTES, type StoredTensor } from "./file.ts";

/**
 * One file's bytes: the tensors in the order given, the header padded with spaces to a multiple of 8 so that data are aligned.
 * @throws ShapeError when a shape does not multiply out to the number of values; RangeError for the name `__metadata__`.
 * @example
 *   encodeSafetensors(new Map([["conv.weight", { shape: [8, 4, 3, 3], data }]]), { step: "1200" })
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  // Written entry by entry: an object would move names like "0" to the front.
  const entries: string[] = [];
  if (Object.keys(metadata).length > 0) entries.push(`"${METADATA_NAME}":${JSON.stringify(metadata)}`);
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    checkTensor(name, shape, data);
    const begin = end;
    end += data.byteLength;
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype: "F32", shape, data_offsets: [begin, end] })}`);
  }
  const header = new TextEncoder().encode(`{${entries.join(",")}}`);
  const headerBytes = Math.ceil(header.length / 8) * 8;

  const out = new Uint8Array(PREFIX_BYTES + headerBytes + end);
  new DataView(out.buffer).setBigUint64(0, BigInt(headerBytes), true);
  out.set(header, PREFIX_BYTES);
  out.fill(0x20, PREFIX_BYTES + header.length, PREFIX_BYTES + headerBytes);
  let at = PREFIX_BYTES + headerBytes;
  for (const { data } of tensors.values()) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return out;
}

function checkTensor(name: string, shape: readonly number[], data: Float32Array): void {
  if (name === METADATA_NAME) throw new RangeError(`the name ${METADATA_NAME} belongs to the format`);
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements !== data.length) {
    throw new ShapeError({
      place: `tensor "${name}"`,
      expected: `${elements} values for shape [${shape.join(", ")}]`,
      got: `${data.length}`,
    });
  }
}
