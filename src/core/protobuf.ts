/**
 * The part of the Protocol Buffers wire format that writing a message needs.
 *
 *   field = varint(number · 8 + wire type), then the payload; wire type 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes
 *
 * A message under construction is a list of chunks, so that megabytes of weights are copied once, at the very end.
 * Source: https://protobuf.dev/programming-guides/encoding
 * @module
 */

/** The bytes of a message, in pieces. */
export type Chunks = readonly Uint8Array[];

const VARINT = 0;
const EIGHT_BYTES = 1;
const DELIMITED = 2;
const FOUR_BYTES = 5;

/** An integer field; negative numbers are 64-bit two's complement, ten bytes. */
export function integerField(number: number, value: number): Chunks {
  return [varint(number * 8 + VARINT), varint(value)];
}

export function floatField(number: number, value: number): Chunks {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [varint(number * 8 + FOUR_BYTES), bytes];
}

export function doubleField(number: number, value: number): Chunks {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return [varint(number * 8 + EIGHT_BYTES), bytes];
}

export function bytesField(number: number, bytes: Uint8Array): Chunks {
  return [varint(number * 8 + DELIMITED), varint(bytes.length), bytes];
}

export function textField(number: number, text: string): Chunks {
  return bytesField(number, new TextEncoder().encode(text));
}

/** A message within a message. */
export function messageField(number: number, ...fields: readonly Chunks[]): Chunks {
  const body = fields.flat();
  return [varint(number * 8 + DELIMITED), varint(byteLength(body)), ...body];
}

/** The whole message as one array. */
export function joinChunks(...fields: readonly Chunks[]): Uint8Array {
  const chunks = fields.flat();
  const joined = new Uint8Array(byteLength(chunks));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

export function byteLength(chunks: Chunks): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

/** Seven bits a byte, lowest first, the high bit set on all but the last. */
function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new RangeError(`a varint needs a safe integer, got ${value}`);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
