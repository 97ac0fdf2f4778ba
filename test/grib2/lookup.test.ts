import { expect, test } from "vitest";
import { normals } from "../../src/core/index.ts";
import { fitsLookup, lookUpSimple } from "../../src/grib2/packing/lookup.ts";
import { unpackSimple } from "../../src/grib2/packing/simple.ts";
import { field, latLonGrid, simple } from "./forge.ts";
import { onlyField } from "./read.ts";

const BITS = Array.from({ length: 16 }, (_, at) => at + 1);

/** `count` integers of `bits`, spread over all there are. */
const integers = (count: number, bits: number): number[] =>
  Array.from(normals({ seed: 7, purpose: "integers", member: bits }, count), (normal) => {
    const share = Math.abs(normal * 1000) % 1;
    return Math.floor(share * 2 ** bits);
  });

test.each(BITS)(
  "%i bits: looked up are the values that are unpacked one by one, however many are left over",
  (bits) => {
    for (const count of [0, 1, 7, 8, 9, 15, 64, 1001]) {
      const x = integers(count, bits);
      const grid = latLonGrid({ nx: Math.max(count, 1), ny: 1 });
      const { data } = onlyField(field(simple(x, { bits }), { grid })).packed;
      const table = Float32Array.from({ length: 2 ** bits }, (_, at) => (at * 0.3 - 7) * 1e-3);
      const slow = new Float32Array(count);
      let at = 0;
      unpackSimple(data, count, bits, (block, length) => {
        for (let i = 0; i < length; i++) slow[at++] = table[block[i]];
      });
      const fast = new Float32Array(count);
      lookUpSimple(data, count, table, fast);
      expect(fast).toEqual(slow);
      expect([...slow]).toEqual(x.map((each) => table[each]));
    }
  },
);

test("a table is made only where there are more points than values", () => {
  expect([fitsLookup(1024, 10), fitsLookup(1023, 10), fitsLookup(2 ** 20, 17), fitsLookup(9, 0)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
