import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { DecodeError } from "../../../src/core/index.ts";
import { gunzipGrib } from "../../../src/grib2/gzip/index.ts";
import { describeWithData } from "../../shared-data.ts";
import { field, simple } from "../forge.ts";
import { allFields } from "../read.ts";

const message = field(simple([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
const zipped = gzipSync(message);
const twice = Buffer.concat([zipped, zipped]);
const refuse = (bytes: Uint8Array, text: string, maxBytes?: number): void => {
  expect(() => gunzipGrib(bytes, "a.grib2.gz", maxBytes)).toThrow(DecodeError);
  expect(() => gunzipGrib(bytes, "a.grib2.gz", maxBytes)).toThrow(text);
};

test("one member, several, and none", () => {
  expect([...gunzipGrib(zipped, "a")]).toEqual([...message]);
  expect([...gunzipGrib(twice, "a")]).toEqual([...message, ...message]);
  expect(gunzipGrib(message, "a")).toBe(message);
});

test("damage, cuts and anything behind are refused", () => {
  const flipped = Uint8Array.from(zipped);
  flipped[flipped.length - 8] ^= 1;
  refuse(flipped, "a.grib2.gz: expected gzip'd data of at most 536870912 bytes unpacked, got incorrect data check");
  for (const cut of [1, 5, zipped.length - 3]) refuse(twice.subarray(0, zipped.length + cut), "unexpected end of file");
  refuse(Buffer.concat([zipped, Buffer.from("7777")]), "incorrect header check");
});

test("what unpacks to more than is allowed, in all members together, is stopped there", () => {
  expect(gunzipGrib(twice, "a", 2 * message.length).length).toBe(2 * message.length);
  refuse(twice, "expected gzip'd data of at most", 2 * message.length - 1);
  refuse(gzipSync(new Uint8Array(2 ** 24)), "at most 1000 bytes", 1000);
});

describeWithData("gzip'd files", (folder) => {
  test("MRMS's precipitation", () => {
    const name = "MRMS_MultiSensor_QPE_01H_Pass1_00.00_20220809-150000.grib2.gz";
    const [found] = allFields(gunzipGrib(readFileSync(join(folder, "mrms", name)), name));
    expect(found).toMatchObject({ discipline: 209, packingTemplate: 41, grid: { nx: 7000, ny: 3500 } });
  });
});
