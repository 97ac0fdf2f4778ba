/**
 * Writes GRIB2 messages octet by octet, for tests: the other direction of `src/grib2`, written from the manual and not from the
 * decoder. Everything can be overridden, also with nonsense.
 * @module
 */

/** A run of octets under construction. */
export type Octets = readonly number[];

export const u8 = (value: number): Octets => [value & 255];
export const u16 = (value: number): Octets => [(value >>> 8) & 255, value & 255];
export const u32 = (value: number): Octets => [...u16(Math.floor(value / 65536)), ...u16(value % 65536)];
/** Sign and magnitude. */
export const s8 = (value: number): Octets => u8(value < 0 ? 0x80 - value : value);
export const s16 = (value: number): Octets => u16(value < 0 ? 0x8000 - value : value);
export const s32 = (value: number): Octets => u32(value < 0 ? 0x80000000 - value : value);
export const f32 = (value: number): Octets => {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return [...new Uint8Array(view.buffer)];
};

/** Integers of given widths one after the other, filled up with zeros to a whole octet. */
export function packBits(values: readonly { readonly value: number; readonly width: number }[]): Octets {
  let text = "";
  for (const { value, width } of values) if (width > 0) text += value.toString(2).padStart(width, "0");
  const octets: number[] = [];
  for (let at = 0; at < text.length; at += 8) octets.push(Number.parseInt(text.slice(at, at + 8).padEnd(8, "0"), 2));
  return octets;
}

const sameWidth = (values: readonly number[], width: number): Octets =>
  packBits(values.map((value) => ({ value, width })));

export function section(number: number, content: Octets): Octets {
  return [...u32(content.length + 5), number, ...content];
}

/** A whole message around sections. */
export function message(
  sections: readonly Octets[],
  { discipline = 0, edition = 2, length }: { discipline?: number; edition?: number; length?: number } = {},
): Uint8Array {
  const body = sections.flat();
  const total = length ?? 16 + body.length + 4;
  const head = [...Buffer.from("GRIB"), 0, 0, discipline, edition, ...u32(Math.floor(total / 2 ** 32)), ...u32(total)];
  return Uint8Array.from([...head, ...body, ...Buffer.from("7777")]);
}

export const time = (year: number, month: number, day: number, hour = 0, minute = 0, second = 0): Octets => [
  ...u16(year),
  month,
  day,
  hour,
  minute,
  second,
];

export function identification({
  center = 7,
  significance = 1,
  referenceTime = time(2018, 7, 22, 0),
}: {
  center?: number;
  significance?: number;
  referenceTime?: Octets;
} = {}): Octets {
  return section(1, [...u16(center), ...u16(0), 2, 1, significance, ...referenceTime, 0, 1]);
}

interface GridOptions {
  nx?: number;
  ny?: number;
  scanningMode?: number;
  points?: number;
  template?: number;
}

const EARTH = [6, 255, ...u32(0xffffffff), 255, ...u32(0xffffffff), 255, ...u32(0xffffffff)];

/** HRRR's cone with a small corner of its grid. */
export function lambertGrid({
  nx = 4,
  ny = 3,
  scanningMode = 0x40,
  points = nx * ny,
  template = 30,
  firstLatitude = 21_138_123,
  firstLongitude = 237_280_472,
  flags = 0x08,
  latitudeD = 38_500_000,
  earth = EARTH,
}: GridOptions & {
  firstLatitude?: number;
  firstLongitude?: number;
  flags?: number;
  latitudeD?: number;
  earth?: Octets;
} = {}): Octets {
  return section(3, [
    0,
    ...u32(points),
    0,
    0,
    ...u16(template),
    ...earth,
    ...u32(nx),
    ...u32(ny),
    ...s32(firstLatitude),
    ...s32(firstLongitude),
    flags,
    ...s32(latitudeD),
    ...s32(262_500_000),
    ...u32(3_000_000),
    ...u32(3_000_000),
    0,
    scanningMode,
    ...s32(38_500_000),
    ...s32(38_500_000),
    ...s32(-90_000_000),
    ...s32(0),
  ]);
}

/** HRRR's plane over Alaska with a small corner of its grid. */
export function polarGrid({
  nx = 4,
  ny = 3,
  scanningMode = 0x40,
  firstLatitude = 41_612_949,
  firstLongitude = 185_117_126,
  latitudeD = 60_000_000,
  orientation = 225_000_000,
  center = 0,
  earth = EARTH,
}: {
  nx?: number;
  ny?: number;
  scanningMode?: number;
  firstLatitude?: number;
  firstLongitude?: number;
  latitudeD?: number;
  orientation?: number;
  center?: number;
  earth?: Octets;
} = {}): Octets {
  const plane = [...s32(firstLatitude), ...s32(firstLongitude), 0x08, ...s32(latitudeD), ...s32(orientation)];
  const steps = [...u32(3_000_000), ...u32(3_000_000), center, scanningMode];
  return section(3, [0, ...u32(nx * ny), 0, 0, ...u16(20), ...earth, ...u32(nx), ...u32(ny), ...plane, ...steps]);
}

/** A grid of any template, of which octets 31 on are given. */
export function otherGrid(
  template: number,
  points: number,
  rest: Octets,
  { listOctets = 0, source = 0 }: { listOctets?: number; source?: number } = {},
): Octets {
  return section(3, [source, ...u32(points), listOctets, 0, ...u16(template), ...EARTH, ...rest]);
}

/** Latitudes and longitudes in millionths of a degree. */
export function latLonGrid({
  nx = 4,
  ny = 3,
  scanningMode = 0,
  points = nx * ny,
  first = [50_000_000, 359_000_000],
  last = [49_000_000, 500_000],
  increments = [500_000, 500_000],
  flags = 0x30,
  basicAngle = [0, 0xffffffff],
}: GridOptions & {
  first?: readonly number[];
  last?: readonly number[];
  increments?: readonly number[];
  flags?: number;
  basicAngle?: readonly number[];
} = {}): Octets {
  return section(3, [
    0,
    ...u32(points),
    0,
    0,
    ...u16(0),
    ...EARTH,
    ...u32(nx),
    ...u32(ny),
    ...u32(basicAngle[0]),
    ...u32(basicAngle[1]),
    ...s32(first[0]),
    ...s32(first[1]),
    flags,
    ...s32(last[0]),
    ...s32(last[1]),
    ...u32(increments[0]),
    ...u32(increments[1]),
    scanningMode,
  ]);
}

/** Octets 10–34, which most product templates share, after their number. */
export function product({
  template = 0,
  category = 0,
  number = 0,
  unit = 1,
  forecastTime = u32(1),
  level = [103, 0, ...s32(2)],
  second = [255, 255, ...u32(0xffffffff)],
  rest = [],
}: {
  template?: number;
  category?: number;
  number?: number;
  unit?: number;
  forecastTime?: Octets;
  level?: Octets;
  second?: Octets;
  rest?: Octets;
} = {}): Octets {
  return section(4, [
    ...u16(0),
    ...u16(template),
    category,
    number,
    2,
    0,
    83,
    ...u16(0),
    0,
    unit,
    ...forecastTime,
    ...level,
    ...second,
    ...rest,
  ]);
}

/** What a statistical template adds: when the interval ends, and one range. */
export function interval(end: Octets, process = 1): Octets {
  return [...end, 1, ...u32(0), process, 2, 1, ...u32(1), 255, ...u32(0)];
}

export const noBitmap: Octets = section(6, [255]);
export const sameBitmap: Octets = section(6, [254]);
export const bitmap = (bits: readonly number[]): Octets => section(6, [0, ...sameWidth(bits, 1)]);

/** Sections 5 and 7. */
export type Packed = readonly [Octets, Octets];

interface ScalingOptions {
  r?: number;
  e?: number;
  d?: number;
  bits?: number;
  count?: number;
}

const scalingOctets = ({ r = 0, e = 0, d = 0, bits = 8 }: ScalingOptions): Octets => [
  ...f32(r),
  ...s16(e),
  ...s16(d),
  bits,
  0,
];

/** Template 5.0. */
export function simple(x: readonly number[], options: ScalingOptions = {}): Packed {
  const { bits = 8, count = x.length } = options;
  return [section(5, [...u32(count), ...u16(0), ...scalingOctets(options)]), section(7, sameWidth(x, bits))];
}

export interface Group {
  readonly reference: number;
  readonly width: number;
  /** Stored numbers, reference taken off, missing marks included; zeros for width 0. */
  readonly stored: readonly number[];
}

interface GroupOptions extends ScalingOptions {
  management?: number;
  /** Template 5.3 instead of 5.2. */
  differencing?: { order: number; octets: number; first: readonly number[]; minimum: number };
  widthReference?: number;
  lengthReference?: number;
  lengthIncrement?: number;
}

/** Templates 5.2 and 5.3. The last group's true length is stated, the others' are scaled. */
export function complex(groups: readonly Group[], options: GroupOptions = {}): Packed {
  const { management = 0, differencing, bits = 8 } = options;
  const { widthReference = 0, lengthReference = 0, lengthIncrement = 1 } = options;
  const count = options.count ?? groups.reduce((sum, group) => sum + group.stored.length, 0);
  const lengths = groups.map(({ stored }, at) =>
    at === groups.length - 1 ? 0 : (stored.length - lengthReference) / lengthIncrement,
  );
  const wide = (value: number, octets: number): Octets => u32(value).slice(4 - octets);
  const descriptors =
    differencing === undefined
      ? []
      : [
          ...differencing.first.flatMap((value) => wide(value, differencing.octets)),
          ...wide(
            differencing.minimum < 0 ? 2 ** (8 * differencing.octets - 1) - differencing.minimum : differencing.minimum,
            differencing.octets,
          ),
        ];
  const representation = [
    ...u32(count),
    ...u16(differencing === undefined ? 2 : 3),
    ...scalingOctets(options),
    1,
    management,
    ...f32(9.999e20),
    ...u32(0xffffffff),
    ...u32(groups.length),
    widthReference,
    5,
    ...u32(lengthReference),
    lengthIncrement,
    ...u32(groups.at(-1)?.stored.length ?? 0),
    7,
    ...(differencing === undefined ? [] : [differencing.order, differencing.octets]),
  ];
  const data = [
    ...descriptors,
    ...sameWidth(
      groups.map(({ reference }) => reference),
      bits,
    ),
    ...sameWidth(
      groups.map(({ width }) => width - widthReference),
      5,
    ),
    ...sameWidth(lengths, 7),
    ...packBits(groups.flatMap(({ stored, width }) => stored.map((value) => ({ value, width })))),
  ];
  return [section(5, representation), section(7, data)];
}

/**
 * A field that stores no value, in any packing, as NCEP's g2c leaves it: what would describe the packing is whatever was in memory.
 * Section 7 is empty.
 */
export function nothingStored(
  template: number,
  count: number,
  { r = 3.5, e = 0, d = 0, bits = 0, unset = 0 }: ScalingOptions & { unset?: number } = {},
): Packed {
  const junk = (octets: number): Octets => Array.from({ length: octets }, () => unset);
  const grouping = [1, ...junk(9), ...u32(0), ...junk(12)];
  const rest: Readonly<Record<number, Octets>> = {
    2: grouping,
    3: [...grouping, ...junk(2)],
    40: junk(2),
    42: junk(4),
  };
  const head = [...u32(count), ...u16(template), ...f32(r), ...s16(e), ...s16(d), bits, 0];
  return [section(5, [...head, ...(rest[template] ?? [])]), section(7, [])];
}

/** One field in one message. */
export function field(
  packed: Packed,
  {
    identify = identification(),
    grid = lambertGrid(),
    describe = product(),
    mask = noBitmap,
    discipline = 0,
  }: { identify?: Octets; grid?: Octets; describe?: Octets; mask?: Octets; discipline?: number } = {},
): Uint8Array {
  return message([identify, grid, describe, packed[0], mask, packed[1]], { discipline });
}
