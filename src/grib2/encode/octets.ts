/**
 * Octets under construction, as the WMO manual counts them: big-endian, signed numbers as sign and magnitude (regulation 92.1.5).
 * @module
 */

export type Octets = readonly number[];

/** All bits set: how GRIB2 says "missing" in a header. */
export const MISSING8: Octets = [255];
export const MISSING32: Octets = [255, 255, 255, 255];

export const u8 = (value: number): Octets => [value & 255];
export const u16 = (value: number): Octets => [(value >>> 8) & 255, value & 255];
export const u32 = (value: number): Octets => [...u16(Math.floor(value / 65_536)), ...u16(value % 65_536)];
export const s8 = (value: number): Octets => u8(value < 0 ? 0x80 - value : value);
export const s16 = (value: number): Octets => u16(value < 0 ? 0x8000 - value : value);
export const s32 = (value: number): Octets => u32(value < 0 ? 0x8000_0000 - value : value);

export function float32(value: number): Octets {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return [...new Uint8Array(view.buffer)];
}

/** Year (2), month, day, hour, minute, second of seconds since 1970, UTC. */
export function time(seconds: number): Octets {
  const date = new Date(seconds * 1000);
  return [
    ...u16(date.getUTCFullYear()),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
}

/** Length (4), number, content. */
export function section(number: number, ...content: readonly (Octets | Uint8Array)[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 5);
  const octets = new Uint8Array(length);
  octets.set([...u32(length), number]);
  let at = 5;
  for (const part of content) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}
