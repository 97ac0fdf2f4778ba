import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DecodeError } from "../../src/core/index.ts";
import { decodeValues } from "../../src/grib2/index.ts";
import { unpackBits } from "../../src/grib2/packing/bits.ts";
import {
  bitmap,
  complex,
  field,
  type Group,
  lambertGrid,
  nothingStored,
  packBits,
  section,
  simple,
  u16,
  u32,
} from "./forge.ts";
import { onlyField, valuesOf } from "./read.ts";

const NAN = Number.NaN;
const grid = (points: number): { grid: ReturnType<typeof lambertGrid> } => ({
  grid: lambertGrid({ nx: points, ny: 1 }),
});

describe("bits", () => {
  test("integers of any width at any bit are read exactly", () => {
    const run = fc.integer({ min: 0, max: 32 }).chain((width) =>
      fc.record({
        width: fc.constant(width),
        before: fc.integer({ min: 0, max: 40 }),
        values: fc.array(fc.integer({ min: 0, max: 2 ** width - 1 }), { maxLength: 40 }),
      }),
    );
    fc.assert(
      fc.property(run, ({ width, before, values }) => {
        const padding = Array.from({ length: before }, () => ({ value: 1, width: 1 }));
        const octets = packBits([...padding, ...values.map((value) => ({ value, width }))]);
        const view = new DataView(Uint8Array.from([...octets, 0x37, 0x37, 0x37, 0x37]).buffer);
        const out = new Float64Array(values.length + 1).fill(-1);
        unpackBits(view, before, values.length, width, out, 1);
        expect([...out]).toEqual([-1, ...values]);
      }),
      { seed: 20180722, numRuns: 500 },
    );
  });
});

describe("simple packing (5.0)", () => {
  test("value = (R + X 2^E) / 10^D", () => {
    // (-3 + X / 2) / 10
    const values = valuesOf(field(simple([0, 1, 2, 255], { r: -3, e: -1, d: 1 }), grid(4)));
    expect(values).toEqual([-3 * 0.1, -2.5 * 0.1, -2 * 0.1, 124.5 * 0.1]);
  });

  test("a power of ten is ecCodes' chain of divisions, to its last bit", () => {
    // 0.1 * 0.1 would be 0.010000000000000002.
    expect(valuesOf(field(simple([1, 7], { d: 2 }), grid(2)))).toEqual([0.01, 7 * 0.01]);
    expect(valuesOf(field(simple([1, 7], { d: -2 }), grid(2)))).toEqual([100, 700]);
  });

  test("float32 values are the float64 ones rounded once", () => {
    const tmp = onlyField(field(simple([0, 1, 2, 255], { r: 273.15, e: -3, d: 2 }), grid(4)));
    const single = decodeValues(tmp);
    expect(single).toBeInstanceOf(Float32Array);
    expect([...single]).toEqual([...decodeValues(tmp, { precision: "float64" })].map(Math.fround));
  });

  test("a constant field is its reference value, also when D is not 0", () => {
    expect(valuesOf(field(simple([0, 0, 0], { r: 273.5, bits: 0 }), grid(3)))).toEqual([273.5, 273.5, 273.5]);
    expect(valuesOf(field(simple([0, 0, 0], { r: 273.5, bits: 0, d: 2 }), grid(3)))).toEqual([273.5, 273.5, 273.5]);
  });

  test("a bitmap puts values where its bits are set and NaN elsewhere", () => {
    const mask = bitmap([0, 1, 0, 0, 0, 0, 0, 0, 1, 1]);
    expect(valuesOf(field(simple([5, 6, 7]), { ...grid(10), mask }))).toEqual([
      NAN,
      5,
      NAN,
      NAN,
      NAN,
      NAN,
      NAN,
      NAN,
      6,
      7,
    ]);
    const constant = simple([0, 0, 0], { r: 4, bits: 0 });
    expect(valuesOf(field(constant, { ...grid(10), mask }))).toEqual([NAN, 4, NAN, NAN, NAN, NAN, NAN, NAN, 4, 4]);
  });

  test("a field longer than a block is put together without a seam", () => {
    const x = Array.from({ length: 9001 }, (_, index) => (index * 7919) % 8192);
    expect(valuesOf(field(simple(x, { bits: 13 }), grid(9001)))).toEqual(x);
    const present = x.map((_, index) => (index % 3 === 0 ? 0 : 1));
    const values = valuesOf(
      field(
        simple(
          x.filter((_, index) => present[index] === 1),
          { bits: 13 },
        ),
        { ...grid(9001), mask: bitmap(present) },
      ),
    );
    expect(values).toEqual(x.map((value, index) => (present[index] === 1 ? value : NAN)));
  });

  test("fewer bits than values need is an error with expected and got", () => {
    const [five, seven] = simple([1, 2, 3]);
    const cut = section(7, seven.slice(5, 7));
    expect(() => valuesOf(field([five, cut], grid(3)))).toThrow(
      /section 7 octet 6: expected 24 bits of 3 values of 8 bits, got 16; the file is damaged: fetch it again$/,
    );
  });

  test("the number of values must be that of the grid, or of the bits set in the bitmap", () => {
    expect(() => valuesOf(field(simple([1, 2, 3]), grid(4)))).toThrow(
      "section 5 octet 6: expected 4 values, one value for each grid point, got 3",
    );
    expect(() => valuesOf(field(simple([1, 2, 3]), { ...grid(4), mask: bitmap([1, 0, 0, 1]) }))).toThrow(
      "expected 2 values, one value for each bit set in the bitmap, got 3",
    );
  });

  test("scale factors, widths and reference values that cannot be are refused", () => {
    const decode = (options: Parameters<typeof simple>[1]): (() => unknown) => {
      return () => valuesOf(field(simple([0], options), grid(1)));
    };
    expect(decode({ r: NAN })).toThrow("octet 12: expected a finite reference value, got NaN");
    expect(decode({ e: 2000 })).toThrow("octet 16: expected a binary scale factor of -1000 to 1000, got 2000");
    expect(decode({ d: -301 })).toThrow("octet 18: expected a decimal scale factor of -300 to 300, got -301");
    expect(decode({ bits: 33 })).toThrow("octet 20: expected at most 32 bits for values, got 33");
  });

  test("a packing not known yet is named", () => {
    const [five, seven] = simple([1]);
    const runLength = section(5, [...u32(1), ...u16(200), ...five.slice(11)]);
    expect(() => valuesOf(field([runLength, seven], grid(1)))).toThrow(
      /section 5 octet 10: expected packing template 5\.0, .* or 5\.42, got 5\.200; this packing is not supported/,
    );
  });
});

const groups: Group[] = [
  { reference: 10, width: 3, stored: [0, 1, 7, 2] },
  { reference: 20, width: 0, stored: [0, 0, 0] },
  { reference: 5, width: 1, stored: [1, 0] },
];
const plain = [10, 11, 17, 12, 20, 20, 20, 6, 5];

describe("complex packing (5.2)", () => {
  test("each value is its group's reference plus what is stored", () => {
    expect(valuesOf(field(complex(groups), grid(9)))).toEqual(plain);
  });

  test("scaled lengths and widths with a reference are made true", () => {
    const even: Group[] = [
      { reference: 1, width: 2, stored: [0, 1, 2, 3, 0, 1] },
      { reference: 2, width: 4, stored: [9, 8, 7, 6] },
      { reference: 3, width: 2, stored: [3] },
    ];
    const options = { widthReference: 2, lengthReference: 2, lengthIncrement: 2 };
    expect(valuesOf(field(complex(even, options), grid(11)))).toEqual([1, 2, 3, 4, 1, 2, 11, 10, 9, 8, 6]);
  });

  // Every cycle of REFS has some: 5.3 with no group, no octets for descriptors, section 7 empty.
  test.each([0, 2, 3, 40, 41, 42])(
    "a field of 5.%i that stores nothing is its reference value, whatever else it says",
    (template) => {
      const mask = bitmap([1, 0, 1]);
      const none = bitmap([0, 0, 0]);
      for (const options of [{}, { unset: 255 }, { d: 2, e: 3 }]) {
        expect(valuesOf(field(nothingStored(template, 3, options), grid(3)))).toEqual([3.5, 3.5, 3.5]);
        expect(valuesOf(field(nothingStored(template, 2, options), { ...grid(3), mask }))).toEqual([3.5, NAN, 3.5]);
        expect(valuesOf(field(nothingStored(template, 0, options), { ...grid(3), mask: none }))).toEqual([
          NAN,
          NAN,
          NAN,
        ]);
      }
      // Without any value there is nothing to compress either.
      const empty = nothingStored(template, 0, { bits: 8, r: Number.NaN });
      expect(valuesOf(field(empty, { ...grid(3), mask: none }))).toEqual([NAN, NAN, NAN]);
      expect(() => valuesOf(field(nothingStored(template, 3, { r: Number.NaN }), grid(3)))).toThrow(
        "a finite reference",
      );
    },
  );

  test("no groups at all is a constant field", () => {
    expect(valuesOf(field(complex([], { r: 3.5, count: 2, bits: 0 }), grid(2)))).toEqual([3.5, 3.5]);
  });

  test("references may all be 0 in 0 bits and the values still differ", () => {
    const flat: Group[] = [
      { reference: 0, width: 1, stored: [0, 1, 1] },
      { reference: 0, width: 2, stored: [3] },
    ];
    expect(valuesOf(field(complex(flat, { bits: 0 }), grid(4)))).toEqual([0, 1, 1, 3]);
  });

  test("primary missing values are all bits set, in a group of width 0 in its reference", () => {
    const missing: Group[] = [
      { reference: 10, width: 3, stored: [0, 7, 6] },
      { reference: 255, width: 0, stored: [0, 0] },
      { reference: 254, width: 0, stored: [0] },
    ];
    expect(valuesOf(field(complex(missing, { management: 1 }), grid(6)))).toEqual([10, NAN, 16, NAN, NAN, 254]);
    expect(valuesOf(field(complex(missing, { management: 2 }), grid(6)))).toEqual([10, NAN, NAN, NAN, NAN, NAN]);
    expect(valuesOf(field(complex(missing), grid(6)))).toEqual([10, 17, 16, 255, 255, 254]);
  });

  test("a reference in 0 bits has all bits set", () => {
    const flat: Group[] = [
      { reference: 0, width: 0, stored: [0, 0] },
      { reference: 0, width: 2, stored: [1, 3] },
    ];
    expect(valuesOf(field(complex(flat, { bits: 0, management: 1 }), grid(4)))).toEqual([NAN, NAN, 1, NAN]);
    expect(valuesOf(field(complex(flat, { bits: 0 }), grid(4)))).toEqual([0, 0, 1, 3]);
  });

  test("groups longer than a block keep their reference", () => {
    const stored = Array.from({ length: 10_000 }, (_, index) => index % 16);
    const long: Group[] = [
      { reference: 9, width: 0, stored: [0, 0, 0] },
      { reference: 100, width: 4, stored },
    ];
    const values = valuesOf(field(complex(long), grid(10_003)));
    expect(values).toEqual([9, 9, 9, ...stored.map((value) => value + 100)]);
  });

  test("groups that do not add up to the number of values are refused", () => {
    expect(() => valuesOf(field(complex(groups, { count: 8 }), grid(8)))).toThrow(
      "expected groups of 8 values together, got 9",
    );
    expect(() => valuesOf(field(complex(groups, { count: 2 }), grid(2)))).toThrow(
      "at most one group for each of 2 values, got 3",
    );
  });

  test("management that does not exist is refused", () => {
    expect(() => valuesOf(field(complex(groups, { management: 3 }), grid(9)))).toThrow(
      "expected missing value management 0, 1 or 2, got 3",
    );
  });
});

describe("spatial differencing (5.3)", () => {
  test("order 1 sums differences from the first value", () => {
    // X: 100, 103, 102, 110: differences 3, -1, 8, least -1; stored 4, 0, 9, and 0 in place of the first.
    const packed = complex([{ reference: 0, width: 4, stored: [0, 4, 0, 9] }], {
      differencing: { order: 1, octets: 2, first: [100], minimum: -1 },
    });
    expect(valuesOf(field(packed, grid(4)))).toEqual([100, 103, 102, 110]);
  });

  test("order 2 sums twice from the first two values", () => {
    // X: 100, 103, 102, 110, 109: second differences -4, 9, -9, least -9; stored 5, 18, 0.
    const packed = complex([{ reference: 0, width: 5, stored: [0, 0, 5, 18, 0] }], {
      differencing: { order: 2, octets: 2, first: [100, 103], minimum: -9 },
    });
    expect(valuesOf(field(packed, grid(5)))).toEqual([100, 103, 102, 110, 109]);
  });

  test("missing values are passed over by the differences, also before the first", () => {
    const mark = 31;
    const once = complex([{ reference: 0, width: 5, stored: [mark, 0, mark, 4, 0, mark, 9] }], {
      management: 1,
      differencing: { order: 1, octets: 2, first: [100], minimum: -1 },
    });
    expect(valuesOf(field(once, grid(7)))).toEqual([NAN, 100, NAN, 103, 102, NAN, 110]);
    const twice = complex([{ reference: 0, width: 5, stored: [mark, 0, mark, 0, 5, mark, 18, 0] }], {
      management: 1,
      differencing: { order: 2, octets: 2, first: [100, 103], minimum: -9 },
    });
    expect(valuesOf(field(twice, grid(8)))).toEqual([NAN, 100, NAN, 103, 102, NAN, 110, 109]);
  });

  test("a first value fills its octets: it has no sign", () => {
    const packed = complex([{ reference: 0, width: 1, stored: [0, 1] }], {
      differencing: { order: 1, octets: 1, first: [200], minimum: 0 },
    });
    expect(valuesOf(field(packed, grid(2)))).toEqual([200, 201]);
  });

  test("sums across blocks have no seam", () => {
    const stored = Array.from({ length: 9000 }, (_, index) => (index * 31) % 7);
    const packed = complex([{ reference: 0, width: 3, stored }], {
      differencing: { order: 2, octets: 4, first: [5, 6], minimum: -3 },
    });
    const expected = [5, 6];
    for (let at = 2; at < 9000; at++) expected.push(stored[at] - 3 + 2 * expected[at - 1] - expected[at - 2]);
    expect(valuesOf(field(packed, grid(9000)))).toEqual(expected);
  });

  test("a straight slope needs no bits at all", () => {
    const packed = complex([{ reference: 0, width: 0, stored: [0, 0, 0, 0] }], {
      bits: 0,
      differencing: { order: 2, octets: 1, first: [1, 3], minimum: 0 },
    });
    expect(valuesOf(field(packed, grid(4)))).toEqual([1, 3, 5, 7]);
  });

  test("orders and descriptors that do not exist are refused", () => {
    const decode = (order: number, octets: number): (() => unknown) => {
      const differencing = { order, octets, first: [1], minimum: 0 };
      return () => valuesOf(field(complex([{ reference: 0, width: 1, stored: [0, 1] }], { differencing }), grid(2)));
    };
    expect(decode(3, 2)).toThrow("octet 48: expected spatial differencing of order 1 or 2, got 3");
    expect(decode(1, 5)).toThrow("octet 49: expected 1 to 4 octets for each extra descriptor, got 5");
  });
});

test("everything cut off in section 7 is a DecodeError, whatever the packing", () => {
  const differencing = { order: 2, octets: 2, first: [1, 2], minimum: -3 };
  for (const [five, seven] of [simple(plain), complex(groups), complex(groups, { differencing })]) {
    for (let left = 5; left < seven.length; left++) {
      expect(() => valuesOf(field([five, section(7, seven.slice(5, left))], grid(9)))).toThrow(DecodeError);
    }
  }
});
