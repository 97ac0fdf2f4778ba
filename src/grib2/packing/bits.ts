/**
 * Reads runs of equally wide unsigned integers, most significant bit first, from any bit position.
 *
 * A value of up to 32 bits lies within 5 octets. It is taken from one big-endian 32-bit load, and one octet more where it
 * reaches beyond. The loads may look up to 3 octets past the last value: section 7 is always followed by the four of "7777".
 * @module
 */

/**
 * `count` integers of `width` bits (0 to 32) from bit `from` of `view`, each with `plus` added, into `out[at …]`. The caller has
 * checked that the bits are there and that 4 readable octets follow them; there are less than 2³² of them.
 */
export function unpackBits(
  view: DataView,
  from: number,
  count: number,
  width: number,
  out: Float64Array,
  at: number,
  plus = 0,
): void {
  const end = at + count;
  if (width === 0) {
    out.fill(plus, at, end);
    return;
  }
  const octet = Math.floor(from / 8);
  let bit = from - 8 * octet;
  const drop = 32 - width;
  if (width <= 25) {
    // With at most 7 bits before it, the value lies within one load. Nothing here waits for the value before.
    for (let index = at; index < end; index++, bit += width) {
      out[index] = ((view.getUint32(octet + (bit >>> 3)) << (bit & 7)) >>> drop) + plus;
    }
    return;
  }
  for (let index = at; index < end; index++, bit += width) {
    const start = octet + (bit >>> 3);
    const skip = bit & 7;
    const word = view.getUint32(start) << skip;
    const rest = skip === 0 ? 0 : view.getUint8(start + 4) >>> (8 - skip);
    out[index] = ((word | rest) >>> drop) + plus;
  }
}
