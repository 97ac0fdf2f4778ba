/**
 * Reads safetensors, trusting nothing: a file from another machine may be cut short, damaged or made to mislead.
 * @module
 */
import { DecodeError } from "../core/index.ts";
import { MAX_HEADER_BYTES, METADATA_NAME, PREFIX_BYTES, type SafetensorsFile, type StoredTensor } from "./file.ts";
import { type ElementType, isElementType, OCTETS, widen } from "./widen.ts";

/**
 * The tensors and texts of one file. Data are copied, so the bytes may be reused afterwards.
 * @param place names the file in errors.
 * @throws DecodeError when the bytes are not whole, well-formed safetensors of F32, F16 or BF16, or leave a byte unaccounted for.
 */
export function decodeSafetensors(bytes: Uint8Array, place: string): SafetensorsFile {
  const header = readHeader(bytes, place);
  const { [METADATA_NAME]: rawMetadata = {}, ...rawTensors } = header.json;
  const data = bytes.subarray(header.end);
  const tensors = new Map<string, StoredTensor>();
  let expectedBegin = 0;
  for (const entry of byOffset(rawTensors, data.length, place)) {
    if (entry.begin !== expectedBegin) {
      throw damaged(`${place}, tensor "${entry.name}"`, `data to begin at ${expectedBegin}`, `${entry.begin}`);
    }
    const values = widen(data.subarray(entry.begin, entry.end), entry.type);
    tensors.set(entry.name, { shape: entry.shape, data: values });
    expectedBegin = entry.end;
  }
  if (expectedBegin !== data.length) {
    throw damaged(place, `${expectedBegin} bytes of tensors after the header`, `${data.length}`);
  }
  return { tensors, metadata: readMetadata(rawMetadata, place) };
}

/** Octets of the file before its tensors, from its first `PREFIX_BYTES`. @throws DecodeError when no header may be so long */
export function headerEnd(prefix: Uint8Array, place: string): number {
  if (prefix.length < PREFIX_BYTES) throw damaged(place, `at least ${PREFIX_BYTES} bytes`, `${prefix.length}`);
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw damaged(`${place}, byte 0`, `a header of at most ${MAX_HEADER_BYTES} bytes`, `${length}`);
  }
  return PREFIX_BYTES + Number(length);
}

/** The shapes of a file's tensors by name, from its bytes up to `headerEnd`; the tensors themselves are not looked at. */
export function decodeShapes(head: Uint8Array, place: string): ReadonlyMap<string, readonly number[]> {
  const { [METADATA_NAME]: _, ...rawTensors } = readHeader(head, place).json;
  return new Map(byOffset(rawTensors, Number.POSITIVE_INFINITY, place).map(({ name, shape }) => [name, shape]));
}

interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array, place: string): { json: Record<string, unknown>; end: number } {
  if (bytes.length < PREFIX_BYTES) throw damaged(place, `at least ${PREFIX_BYTES} bytes`, `${bytes.length}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const room = Math.min(bytes.length - PREFIX_BYTES, MAX_HEADER_BYTES);
  if (length > BigInt(room)) throw damaged(`${place}, byte 0`, `a header of at most ${room} bytes`, `${length}`);
  const end = PREFIX_BYTES + Number(length);
  if (bytes[PREFIX_BYTES] !== 0x7b)
    throw damaged(`${place}, byte ${PREFIX_BYTES}`, 'a header that begins with "{"', "another byte");
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(PREFIX_BYTES, end)));
  } catch (cause) {
    throw damaged(`${place}, byte ${PREFIX_BYTES}`, "a header of JSON in UTF-8", "text that does not parse", cause);
  }
  return { json: json as Record<string, unknown>, end };
}

/** Every entry, validated on its own, in the order its bytes lie. */
function byOffset(raw: Record<string, unknown>, dataBytes: number, place: string): Entry[] {
  return Object.entries(raw)
    .map(([name, value]) => readEntry(name, value, dataBytes, `${place}, tensor "${name}"`))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
}

function readEntry(name: string, value: unknown, dataBytes: number, place: string): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (!isElementType(dtype)) {
    const remedy = "write the tensors as one of these";
    throw new DecodeError({ place, expected: "dtype F32, F16 or BF16", got: JSON.stringify(dtype) ?? "none", remedy });
  }
  if (!isCounts(shape)) throw damaged(place, "a shape of whole numbers", JSON.stringify(shape) ?? "nothing");
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw damaged(place, "data_offsets [begin, end]", JSON.stringify(offsets) ?? "nothing");
  }
  const [begin, end] = offsets as [number, number];
  const elements = shape.reduce((product, size) => product * size, 1);
  if (end > dataBytes) throw damaged(place, `data within the file's ${dataBytes} bytes of tensors`, `end ${end}`);
  const octets = OCTETS[dtype] * elements;
  if (end - begin !== octets) {
    throw damaged(place, `${octets} bytes for shape [${shape.join(", ")}]`, `${end - begin}`);
  }
  return { name, type: dtype, shape, begin, end };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

function readMetadata(raw: unknown, place: string): Record<string, string> {
  const isTexts =
    typeof raw === "object" &&
    raw !== null &&
    !Array.isArray(raw) &&
    Object.values(raw).every((v) => typeof v === "string");
  if (!isTexts) throw damaged(`${place}, ${METADATA_NAME}`, "texts by name", JSON.stringify(raw) ?? "nothing");
  return raw as Record<string, string>;
}

function damaged(place: string, expected: string, got: string, cause?: unknown): DecodeError {
  return new DecodeError({ place, expected, got, remedy: "fetch or write the file again" }, { cause });
}
