/**
 * CRC-32C (Castagnoli), the checksum of Zarr's chunks and of TensorBoard's records.
 *
 *   reflected polynomial 0x82F63B78, start and final xor 0xFFFFFFFF; "123456789" → 0xE3069283
 *
 * Source: RFC 3720 appendix B.4; Zarr v3 codec "crc32c".
 * @module
 */

const POLYNOMIAL = 0x82f63b78;

/** table[k][b]: the remainder of byte b followed by k zero bytes, so that eight bytes are folded in one step. */
const TABLES: readonly Uint32Array[] = buildTables();

/** The checksum of some bytes, as an unsigned 32-bit integer. */
export function crc32c(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  let crc = 0xffffffff;
  let at = 0;
  for (const end = bytes.length - (bytes.length % 8); at < end; at += 8) {
    crc ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    crc =
      t7[crc & 0xff] ^
      t6[(crc >>> 8) & 0xff] ^
      t5[(crc >>> 16) & 0xff] ^
      t4[crc >>> 24] ^
      t3[bytes[at + 4]] ^
      t2[bytes[at + 5]] ^
      t1[bytes[at + 6]] ^
      t0[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}

function buildTables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    return crc;
  });
  const tables = [first];
  for (let k = 1; k < 8; k++) tables.push(tables[k - 1].map((crc) => (crc >>> 8) ^ first[crc & 0xff]));
  return tables;
}
