/** Packings 5.40, 5.41 and 5.42 where they are damaged or lie; that they decode as ecCodes does is in real-data.test.ts. @module */
import { crc32, deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { DecodeError, RequestError } from "../../src/core/index.ts";
import { decodeValues, prepareDecoders } from "../../src/grib2/index.ts";
import { f32, field, lambertGrid, type Octets, type Packed, s16, section, u16, u32 } from "./forge.ts";
import { onlyField, valuesOf } from "./read.ts";

/** Sections 5 and 7 of twelve values. */
const picture = (template: number, stream: Uint8Array | Octets, { bits = 8, rest = [] as Octets } = {}): Packed => [
  section(5, [...u32(12), ...u16(template), ...f32(0), ...s16(0), ...s16(0), bits, 0, ...rest]),
  section(7, [...stream]),
];

const chunk = (type: string, data: Uint8Array | Octets): Octets => {
  const named = Uint8Array.from([...Buffer.from(type), ...data]);
  return [...u32(data.length), ...named, ...u32(crc32(named))];
};
const SIGNATURE: Octets = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

interface PngOptions {
  width?: number;
  height?: number;
  depth?: number;
  color?: number;
  interlace?: number;
  rows?: Octets;
}

/** A PNG of 4 x 3 pixels whose rows use filters 0, 1 and 4. */
const ROWS: Octets = [0, 1, 2, 3, 4, 1, 5, 1, 1, 1, 4, 4, 0, 0, 0];
const png = ({ width = 4, height = 3, depth = 8, color = 0, interlace = 0, rows = ROWS }: PngOptions = {}): Octets => [
  ...SIGNATURE,
  ...chunk("IHDR", [...u32(width), ...u32(height), depth, color, 0, 0, interlace]),
  ...chunk("tEXt", [...Buffer.from("Comment\0passed over")]),
  ...chunk("IDAT", deflateSync(Uint8Array.from(rows))),
  ...chunk("IEND", []),
];
const read = (packed: Packed): number[] => valuesOf(field(packed));
const refuse = (packed: Packed, message: string): void => {
  expect(() => read(packed)).toThrow(DecodeError);
  expect(() => read(packed)).toThrow(message);
};

test("PNG: rows are unfiltered as the standard says", () => {
  // Row 2: 5, then +1 each. Row 3, Paeth: 5 + 4 = 9; then a = 9, b = 6, c = 5: p = 10, nearest is 9; and so on.
  expect(read(picture(41, png()))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9]);
  // Filters 2 and 3: sums with the row above, and with half of both neighbors.
  expect(read(picture(41, png({ rows: [2, 10, 20, 30, 40, 2, 1, 1, 1, 1, 3, 1, 1, 1, 1] })))).toEqual([
    10, 20, 30, 40, 11, 21, 31, 41, 6, 14, 23, 33,
  ]);
});

test("PNG: pixels of fewer than 8 bits share octets, and each row starts a new one", () => {
  const rows = [0, 0b1010_0000, 0, 0b0101_0000, 0, 0b1111_0000];
  expect(read(picture(41, png({ depth: 1, rows })))).toEqual([1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1, 1]);
});

test("PNG: damage and pictures of another kind are refused", () => {
  const good = png();
  for (const at of [20, 40, 75]) {
    const bad = [...good];
    bad[at] ^= 1;
    refuse(picture(41, bad), "PNG chunk");
  }
  refuse(picture(41, good.slice(0, -6)), "expected a PNG chunk of 12 octets, got 6");
  refuse(picture(41, good.slice(1)), "expected a PNG picture, got something else");
  refuse(picture(41, []), "expected a PNG picture, got something else");
  refuse(picture(41, png({ width: 5 })), "section 7 octet 14: expected a picture of 12 pixels, got 5 x 3");
  refuse(picture(41, png({ interlace: 1 })), "methods 0, 0, 1");
  refuse(picture(41, png({ color: 3 })), "color type 3, 8 bits a sample");
  refuse(picture(41, png({ rows: ROWS.slice(0, -1) })), "expected a PNG picture that inflates to 15 octets, got 14");
  refuse(picture(41, png({ rows: [...ROWS, 0] })), "got more than 15");
  refuse(picture(41, png({ rows: [5, ...ROWS.slice(1)] })), "expected PNG row filters 0 to 4, got 5 in row 0");
  const header = chunk("IHDR", [...u32(4), ...u32(3), 8, 0, 0, 0, 0]);
  const ending = chunk("IEND", []);
  refuse(picture(41, [...SIGNATURE, ...header, ...chunk("IDAT", [1, 2, 3]), ...ending]), "expected a PNG picture that");
  refuse(picture(41, [...SIGNATURE, ...ending]), "expected a PNG header of 13 octets, got IEND");
});

test("PNG: a picture that would inflate to 32 MiB is stopped when it is full", () => {
  const bomb = deflateSync(new Uint8Array(2 ** 25));
  const header = chunk("IHDR", [...u32(4), ...u32(3), 8, 0, 0, 0, 0]);
  const before = process.memoryUsage().arrayBuffers;
  refuse(picture(41, [...SIGNATURE, ...header, ...chunk("IDAT", bomb), ...chunk("IEND", [])]), "got more than");
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
});

/** SIZ of a JPEG 2000 codestream of 4 x 3 pixels of 8 bits, and no more. */
const siz = ({ width = 4, tile = [4, 3], components = 1, depth = 7, step = 1 } = {}): Octets => [
  0xff,
  0x4f,
  0xff,
  0x51,
  ...u16(41),
  ...u16(0),
  ...u32(width),
  ...u32(3),
  ...u32(0),
  ...u32(0),
  ...u32(tile[0]),
  ...u32(tile[1]),
  ...u32(0),
  ...u32(0),
  ...u16(components),
  depth,
  step,
  step,
];

test("JPEG 2000: it must have been prepared", () => {
  const once = onlyField(field(picture(40, siz())));
  expect(() => decodeValues(once)).toThrow(RequestError);
  expect(() => decodeValues(once)).toThrow("await prepareDecoders() before decoding");
});

test("JPEG 2000: what a picture is said to be is checked before it is decoded, and then what it is", async () => {
  await prepareDecoders();
  refuse(picture(40, []), "expected a JPEG 2000 codestream, got something else");
  refuse(picture(40, [0xff, 0xd8, ...siz().slice(2)]), "expected a JPEG 2000 codestream");
  refuse(picture(40, siz({ width: 5 })), "expected a picture of 12 pixels, got 5 x 3");
  refuse(picture(40, siz({ tile: [2, 3] })), "expected a picture in one tile, got tiles of 2 x 3");
  refuse(picture(40, siz({ components: 3 })), "expected a picture of one component, got 3");
  refuse(picture(40, siz({ depth: 16 })), "expected 1 to 16 bits a pixel, unsigned, got 17, unsigned");
  refuse(picture(40, siz({ depth: 0x87 })), "got 8, signed");
  refuse(picture(40, siz({ step: 2 })), "expected every pixel stored, got every 2 by 2");
  refuse(picture(40, siz()), "expected a whole JPEG 2000 picture, got");
});

const ccsds = (stream: Octets, { flags = 8, length = 8, interval = 2, bits = 8 } = {}): Packed =>
  picture(42, stream, { bits, rest: [flags, length, ...u16(interval)] });

test("CCSDS: a stream by hand", () => {
  // Option 001 (split at 0), reference 5; then seven differences 0; then option 000 0, run 1: zero block.
  const bits = ["001", "00000101", "1111111", "000", "0", "1"].join("");
  const stream = [bits.slice(0, 8), bits.slice(8, 16), bits.slice(16).padEnd(8, "0")].map((octet) =>
    Number.parseInt(octet, 2),
  );
  expect(read(ccsds(stream))).toEqual(Array.from({ length: 12 }, () => 5));
  refuse(ccsds(stream.slice(0, 2)), "section 7 octet 8: expected more compressed samples, got the end of the section");
  refuse(ccsds([]), "expected more compressed samples");
});

test("CCSDS: what cannot be is refused", () => {
  refuse(ccsds([0], { flags: 9 }), "expected unsigned samples, got signed ones");
  refuse(ccsds([0], { length: 12 }), "expected a CCSDS block size of 8, 16, 32 or 64, got 12");
  refuse(ccsds([0], { interval: 0 }), "expected a CCSDS reference sample interval of 1 to 4096, got 0");
  // Zero blocks: option 000 0, run 00000001 is 8 blocks less one, in an interval of 2.
  refuse(ccsds([0b0000_0000, 0b0001_0000], { flags: 0 }), "expected a CCSDS stream, got 7 zero blocks");
  // A split sample whose high part is beyond 2 bits.
  refuse(
    ccsds([0b0010_0000, 0b0100_0000], { flags: 0, bits: 2 }),
    "expected a CCSDS stream, got a sample of more than 2",
  );
  // A pair 0 1 after a run of more than 90.
  refuse(ccsds([0b0001_0000, ...Array.from({ length: 12 }, () => 0), 1], { flags: 0 }), "for a pair");
});

test("a constant field needs no picture", () => {
  for (const template of [40, 41, 42]) {
    const rest = template === 42 ? [8, 8, ...u16(2)] : [];
    const packed = picture(template, [], { bits: 0, rest });
    expect(valuesOf(field(packed, { grid: lambertGrid() }))).toEqual(Array.from({ length: 12 }, () => 0));
  }
});
