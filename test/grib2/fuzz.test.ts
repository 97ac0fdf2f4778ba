import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { DecodeError } from "../../src/core/index.ts";
import { decodeValues, fieldsOf, prepareDecoders, scanMessages } from "../../src/grib2/index.ts";
import { bitmap, complex, field, lambertGrid, latLonGrid, product, simple } from "./forge.ts";
import { damagedInventory, damagedMessage, SMALL_MESSAGES } from "./mutations.ts";
import { onlyField } from "./read.ts";
import { countMemory, surviveInventory, surviveMessage } from "./survival.ts";

const groups = [
  { reference: 10, width: 3, stored: [0, 1, 7, 2] },
  { reference: 20, width: 0, stored: [0, 0, 0] },
  { reference: 5, width: 1, stored: [1, 0, 0, 1, 1] },
];
const differencing = { order: 2, octets: 2, first: [100, 103], minimum: -9 };
const seeds = [
  field(simple([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
  field(simple([5, 6, 7]), { mask: bitmap([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]), grid: latLonGrid() }),
  field(complex(groups, { management: 1 }), { grid: lambertGrid({ scanningMode: 0 }) }),
  field(complex(groups, { differencing }), { describe: product({ number: 6 }) }),
  field(simple([], { bits: 0, count: 12, r: 2 })),
];

/** Every value of a file; throws what the decoder throws. */
function decodeAll(bytes: Uint8Array): number {
  let points = 0;
  for (const found of scanMessages(bytes, "fuzz.grib2")) {
    if (found.kind === "gap") continue;
    for (const each of fieldsOf(found)) points += decodeValues(each).length;
  }
  return points;
}

/** A field this small never asks for much, unless a damaged header is believed. */
const MOST_POINTS = 2 ** 20;

function onlyDecodeErrors(bytes: Uint8Array): void {
  try {
    expect(decodeAll(bytes)).toBeLessThanOrEqual(MOST_POINTS);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    expect(error.message).toMatch(/^fuzz\.grib2 byte \d+.*: expected .+, got .+/);
  }
}

test("a message cut anywhere is a DecodeError", () => {
  for (const seed of seeds) {
    expect(decodeAll(seed)).toBe(12);
    for (let left = 0; left < seed.length; left++) expect(() => decodeAll(seed.subarray(0, left))).toThrow(DecodeError);
  }
});

test("octets changed at random give values or a DecodeError, nothing else, and soon", () => {
  const change = fc.record({ at: fc.nat(), octet: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(fc.nat(seeds.length - 1), fc.array(change, { minLength: 1, maxLength: 4 }), (which, changes) => {
      const bytes = seeds[which].slice();
      for (const { at, octet } of changes) bytes[16 + (at % (bytes.length - 20))] = octet;
      onlyDecodeErrors(bytes);
    }),
    { seed: 20180722, numRuns: 4000 },
  );
});

test("octets taken out or put in give values or a DecodeError", () => {
  fc.assert(
    fc.property(
      fc.nat(seeds.length - 1),
      fc.nat(),
      fc.nat(8),
      fc.uint8Array({ maxLength: 8 }),
      (which, position, removed, inserted) => {
        const seed = seeds[which];
        const at = position % seed.length;
        onlyDecodeErrors(Uint8Array.from([...seed.subarray(0, at), ...inserted, ...seed.subarray(at + removed)]));
      },
    ),
    { seed: 20180722, numRuns: 2000 },
  );
});

test("a header that claims more points than any grid has is refused before memory is asked for", () => {
  const grid = lambertGrid({ nx: 65_535, ny: 65_535, points: 65_535 ** 2 });
  expect(() => decodeAll(field(simple([], { bits: 0, count: 65_535 ** 2 }), { grid }))).toThrow(
    "expected a grid of 1 to 67108864 points",
  );
});

beforeAll(prepareDecoders);

// By ecCodes 2.50: peers/.venv/bin/python peers/grib2_forge.py --small > test/grib2/golden/small-messages.json
test.each(SMALL_MESSAGES)("$name, whole, has the values ecCodes reads from it", ({ bytes, sha256 }) => {
  const values = decodeValues(onlyField(bytes));
  const words = new Uint32Array(values.buffer);
  for (const [at, value] of values.entries()) if (Number.isNaN(value)) words[at] = 0x7fc00000;
  expect(createHash("sha256").update(words).digest("hex")).toBe(sha256);
});

// bench/fuzz-grib2.ts goes on from here to a million: docs/design/0017.
test("every packing, damaged 6000 times, gives values or a typed error, and asks for no more memory than it may", () => {
  const outcomes = new Map<string, number>();
  const stop = countMemory();
  try {
    for (let index = 0; index < 6000; index++) {
      const { from, bytes } = damagedMessage(2, index);
      try {
        const outcome = surviveMessage(bytes);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      } catch (cause) {
        throw new Error(`seed 2 case ${index}, from ${from}`, { cause });
      }
    }
  } finally {
    stop();
  }
  // The damage goes deep: into values, pictures, groups and streams, and is not all caught at the gate.
  expect(outcomes.get("values")).toBeGreaterThan(500);
  for (const deep of ["a CCSDS stream", "a whole JPEG # picture", "groups of # values together"]) {
    expect(outcomes.get(deep), deep).toBeGreaterThan(20);
  }
});

test("inventories, damaged 4000 times, give ranges that tile the file or a typed error", () => {
  const outcomes = Array.from({ length: 4000 }, (_, index) => surviveInventory(damagedInventory(2, index)));
  expect(outcomes.filter((outcome) => outcome === "ranges").length).toBeGreaterThan(200);
  expect(new Set(outcomes).size).toBeGreaterThan(5);
});
