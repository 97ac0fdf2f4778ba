/**
 * Forges a GRIB2 message of one field on a small Lambert grid, packing 5.0 with 16 bits and a step of 1/8, so that values that are
 * multiples of 1/8 come back exactly. Source: WMO FM 92 GRIB, templates 3.30, 4.0 and 5.0.
 * @module
 */
import { STATICS, type StaticName } from "../../src/archive/index.ts";
import { VARIABLES, type VariableName } from "../../src/core/index.ts";

export interface ForgedField {
  readonly variable: VariableName | StaticName;
  /** [year, month, day, hour] of the init time. */
  readonly init: readonly [number, number, number, number];
  readonly leadHours: number;
  readonly values: Float32Array;
  readonly nx: number;
  readonly ny: number;
  /** Millidegrees by which the corner is moved, to make another grid. */
  readonly shift?: number;
  /** 0x08: winds along the grid. */
  readonly flags?: number;
}

export function forgeMessage(field: ForgedField): Uint8Array {
  const { nx, ny, values, init, leadHours, shift = 0, flags = 0x38 } = field;
  const { discipline, category, number, levelType, levelValue } = { ...VARIABLES, ...STATICS }[field.variable].grib;
  const [year, month, day, hour] = init;
  const base = Math.min(...values);
  const data = new DataView(new ArrayBuffer(2 * values.length));
  for (const [at, value] of values.entries()) data.setUint16(2 * at, Math.round((value - base) * 8));
  const reference = new DataView(new ArrayBuffer(4));
  reference.setFloat32(0, base);
  const sections = [
    section(1, u16(7), u16(0), [2, 1, 1], u16(year), [month, day, hour, 0, 0, 0, 1]),
    section(
      3,
      [0],
      u32(values.length),
      [0, 0],
      u16(30),
      [6, 0, ...u32(0), 0, ...u32(0), 0, ...u32(0)],
      u32(nx),
      u32(ny),
      u32(38_000_000 + shift * 1000),
      u32(262_000_000),
      [flags],
      u32(38_500_000),
      u32(262_500_000),
      u32(3_000_000),
      u32(3_000_000),
      [0, 0x40],
      u32(38_500_000),
      u32(38_500_000),
      u32(0),
      u32(0),
    ),
    section(
      4,
      u16(0),
      u16(0),
      [category, number, 2, 0, 83, 0, 0, 0, 1],
      u32(leadHours),
      [levelType, 0, ...u32(levelValue ?? 0)],
      [255, 255, ...u32(0xffffffff)],
    ),
    section(5, u32(values.length), u16(0), bytes(reference), u16(0x8003), u16(0), [16, 0]),
    section(6, [255]),
    section(7, bytes(data)),
  ];
  const body = sections.flat();
  const total = 16 + body.length + 4;
  return Uint8Array.from([...ascii("GRIB"), 0, 0, discipline, 2, ...u32(0), ...u32(total), ...body, ...ascii("7777")]);
}

function section(number: number, ...parts: readonly (readonly number[])[]): number[] {
  const body = parts.flat();
  return [...u32(body.length + 5), number, ...body];
}

const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
const bytes = (view: DataView): number[] => [...new Uint8Array(view.buffer)];
const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];
