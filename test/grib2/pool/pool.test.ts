import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { DecodeError } from "../../../src/core/index.ts";
import { decodeValues, fieldsOf, type GribMessage, scanMessages } from "../../../src/grib2/index.ts";
import { decodePool } from "../../../src/grib2/pool/index.ts";
import { describeWithData } from "../../shared-data.ts";
import { complex, field, latLonGrid, simple } from "../forge.ts";
import { messagesOf } from "../read.ts";

const pool = decodePool(2);
afterAll(() => pool.close());

/** Message k holds twelve times k, and takes longer the smaller k is: results would come back in another order. */
const numbered = (k: number): GribMessage => {
  const nx = 12 * (k < 4 ? 2000 : 1);
  const grid = latLonGrid({ nx, ny: 1 });
  return messagesOf(field(simple(Array.from({ length: nx }, () => k)), { grid }))[0];
};

test("values are those of this thread, in the order of the messages", async () => {
  const messages = Array.from({ length: 12 }, (_, k) => numbered(k));
  const expected = messages.map((message) => fieldsOf(message).map((each) => decodeValues(each)));
  const found: Float32Array[][] = [];
  for await (const values of pool.decodeInOrder(messages)) found.push(values);
  expect(found).toEqual(expected);
});

test("a message with its own buffer is moved, a view into a file is not", async () => {
  const whole = messagesOf(field(simple([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])).slice())[0];
  const bytes = whole.bytes.slice();
  const owned: GribMessage = { ...whole, bytes };
  const file = new Uint8Array([...bytes, ...bytes]);
  const view: GribMessage = { ...whole, bytes: file.subarray(0, bytes.length) };
  expect(await pool.decode(view)).toEqual(await pool.decode(owned));
  expect(file.length).toBe(2 * whole.length);
  expect(owned.bytes.length).toBe(0);
});

test("only so many messages are taken as there is room for", async () => {
  let taken = 0;
  function* source(): Generator<GribMessage> {
    for (; taken < 50; taken++) yield numbered(4 + taken);
  }
  const results = pool.decodeInOrder(source());
  await results.next();
  expect(taken).toBeLessThanOrEqual(4);
  await results.return(undefined);
});

test("damage in a message is the same error as here, in its turn, and the pool lives on", async () => {
  const good = numbered(4);
  const bytes = field(complex([{ reference: 1, width: 3, stored: [1, 2, 3] }]));
  const damaged: GribMessage = { ...messagesOf(field(simple([1])))[0], ...messagesOf(bytes)[0] };
  const cut = { ...damaged, bytes: damaged.bytes.slice() };
  new DataView(cut.bytes.buffer).setUint32(16, 2 ** 31);
  const message = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      return (error as Error).message;
    }
    return "no error";
  };
  const expected = message(() => fieldsOf(cut).map((each) => decodeValues(each)));
  expect(expected).toContain("expected a section length");
  const results = pool.decodeInOrder([good, cut, good]);
  expect((await results.next()).value).toBeDefined();
  const failure: unknown = await results.next().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(DecodeError);
  expect((failure as Error).message).toBe(expected);
  expect(await pool.decode(numbered(5))).toHaveLength(1);
});

test("a pool has at least one thread", () => {
  expect(() => decodePool(0)).toThrow(RangeError);
  expect(() => decodePool(1.5)).toThrow(RangeError);
});

describeWithData("the pool with real messages", (folder) => {
  test("a whole HRRR file decodes to the same bits", async () => {
    const name = "hrrr.t11z.wrfsfcf12.grib2";
    const bytes = readFileSync(join(folder, "hrrr", name));
    const messages: GribMessage[] = [];
    try {
      for (const found of scanMessages(bytes, name)) if (found.kind === "message") messages.push(found);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
    let at = 0;
    for await (const [values] of pool.decodeInOrder(messages)) {
      expect(
        Buffer.compare(new Uint8Array(values.buffer), new Uint8Array(decodeValues(fieldsOf(messages[at])[0]).buffer)),
      ).toBe(0);
      at++;
    }
    expect(at).toBe(4);
  });
});
