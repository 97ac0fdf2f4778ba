/**
 * Numbers of 16 bits as the float32 that they are: both kinds are float32s with bits left out, so nothing is lost.
 *
 *   BF16   the upper half of a float32 (sign, 8 bits of exponent, 7 of fraction)
 *   F16    IEEE 754 binary16: sign s, 5 bits of exponent e, 10 of fraction f
 *          e = 0: ±f · 2⁻²⁴    e = 31: ±∞, NaN    else ±(1 + f/1024) · 2^(e − 15)
 *
 * @module
 */

/** The element types that are read, and the octets of one number. */
export const OCTETS = { F32: 4, F16: 2, BF16: 2 } as const;

export type ElementType = keyof typeof OCTETS;

export function isElementType(value: unknown): value is ElementType {
  return typeof value === "string" && Object.hasOwn(OCTETS, value);
}

/** The numbers of little-endian bytes, which may begin at any address. */
export function widen(bytes: Uint8Array, type: ElementType): Float32Array {
  const values = new Float32Array(bytes.length / OCTETS[type]);
  if (type === "F32") {
    new Uint8Array(values.buffer).set(bytes);
    return values;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === "F16") return values.map((_, i) => ofBinary16(view.getUint16(2 * i, true)));
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < bits.length; i++) bits[i] = view.getUint16(2 * i, true) << 16;
  return values;
}

function ofBinary16(bits: number): number {
  const sign = bits < 0x8000 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
