import { expect, test } from "vitest";
import { DecodeError } from "../../src/core/index.ts";
import { type Gap, type GribMessage, scanMessages } from "../../src/grib2/index.ts";
import { field, message, simple } from "./forge.ts";

const one = field(simple([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
const bytes = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** All that is yielded, and what is thrown at the end. */
function scan(input: Uint8Array): { found: (GribMessage | Gap)[]; error: unknown } {
  const found: (GribMessage | Gap)[] = [];
  try {
    for (const item of scanMessages(input, "a.grib2")) found.push(item);
  } catch (error) {
    return { found, error };
  }
  return { found, error: undefined };
}

const outline = (found: readonly (GribMessage | Gap)[]): string[] =>
  found.map(({ kind, offset, length }) => `${kind} ${offset} ${length}`);

const n = one.length;

test("messages one after the other are given with offset, length and their own bytes", () => {
  const { found, error } = scan(bytes(one, one));
  expect(outline(found)).toEqual([`message 0 ${n}`, `message ${n} ${n}`]);
  expect((found[1] as GribMessage).bytes).toEqual(one);
  expect(error).toBeUndefined();
});

test("a stray byte, padding and junk between messages are skipped and reported", () => {
  const { found, error } = scan(bytes([71], one, [0, 0, 0, 0], one, [...Buffer.from("<html>GRI")]));
  expect(outline(found)).toEqual([
    "gap 0 1",
    `message 1 ${n}`,
    `gap ${n + 1} 4`,
    `message ${n + 5} ${n}`,
    `gap ${2 * n + 5} 9`,
  ]);
  expect(error).toBeUndefined();
});

test("a truncated file gives its whole messages, then one error with file, byte, expected and got", () => {
  const { found, error } = scan(bytes(one, one.subarray(0, 100)));
  expect(outline(found)).toEqual([`message 0 ${n}`]);
  expect(error).toBeInstanceOf(DecodeError);
  expect((error as DecodeError).message).toBe(
    `a.grib2 byte ${n} section 0 octet 9: expected a message of ${n} octets, got 100 octets to the end of the file; ` +
      "the file is cut off: fetch it again",
  );
});

test("a file cut within section 0 is an error, whatever is left of it", () => {
  for (let left = 4; left < 16; left++) {
    const { found, error } = scan(bytes(one, one.subarray(0, left)));
    expect(outline(found)).toEqual([`message 0 ${n}`]);
    expect((error as DecodeError).message).toContain(`expected 16 octets of section 0, got ${left}`);
  }
});

test("a damaged message does not hide the whole ones after it, and is still an error", () => {
  const damaged = one.slice();
  damaged[n - 1] = 0;
  const { found, error } = scan(bytes(one, damaged, one));
  expect(outline(found)).toEqual([`message 0 ${n}`, `message ${2 * n} ${n}`]);
  expect((error as DecodeError).message).toContain(`byte ${2 * n - 4} section 8 octet 1: expected "7777"`);
});

test("a total length too small for a message is refused", () => {
  const { error } = scan(message([], { length: 19 }));
  expect((error as DecodeError).message).toContain("expected a total length of at least 20 octets, got 19");
});

test("a length beyond 4 GiB is compared, not wrapped", () => {
  const { error } = scan(message([], { length: 2 ** 32 + 20 }));
  expect((error as DecodeError).message).toContain("expected a message of 4294967316 octets, got 20");
});

test("a file without a message is an error", () => {
  expect((scan(new Uint8Array(0)).error as DecodeError).message).toContain(
    "expected a GRIB message, got an empty file",
  );
  const { found, error } = scan(bytes([1, 2, 3]));
  expect(found).toEqual([]);
  expect((error as DecodeError).message).toContain("expected a GRIB message, got 3 octets without one");
});

test.each([
  ["a NetCDF file", [0x43, 0x44, 0x46, 0x01, 0, 0]],
  ["an HDF5 file (NetCDF-4 is one)", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0]],
  ["a gzip'd file", [0x1f, 0x8b, 8, 0]],
  ["a ZIP file", [0x50, 0x4b, 3, 4]],
  ["a BUFR file", [...Buffer.from("BUFR"), 0, 0, 0]],
  ["an HTML page, such as a server's error message", [...Buffer.from("\n<!DOCTYPE HTML><html><body>503</body>")]],
  ["an XML text, such as a server's error message", [...Buffer.from('<?xml version="1.0"?><Error>NoSuchKey</Error>')]],
  ["a JSON text", [...Buffer.from('{"message": "slow down"}')]],
  ["an inventory (.idx)", [...Buffer.from("1:0:d=2018072200:TMP:2 m above ground:anl:")]],
])("%s is called what it is", (kind, content) => {
  const { found, error } = scan(Uint8Array.from(content));
  expect(found).toEqual([]);
  expect((error as DecodeError).message).toContain(`expected a GRIB message, got ${kind};`);
});

test("GRIB1 is called what it is, with what to do", () => {
  const { error } = scan(message([], { edition: 1 }));
  expect((error as DecodeError).message).toBe(
    "a.grib2 byte 0 section 0 octet 8: expected GRIB edition 2, got edition 1: this is GRIB1; convert it first: grib_set -s edition=2 in.grib1 out.grib2",
  );
});

test("a view into a larger buffer is scanned in its own coordinates", () => {
  const { found } = scan(bytes([1, 2, 3], one).subarray(3));
  expect(outline(found)).toEqual([`message 0 ${n}`]);
});
