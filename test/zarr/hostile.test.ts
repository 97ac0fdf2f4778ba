/** Metadata and chunks that lie: each is an error that says so, before memory is taken on its word. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FetchStore } from "zarrita";
import { DecodeError } from "../../src/core/index.ts";
import { withChecksum } from "../../src/zarr/crc32c.ts";
import {
  type ArrayDescription,
  folderStore,
  openGroup,
  writeGroup,
  writeShard,
  writeWhole,
} from "../../src/zarr/index.ts";
import { compressZstd } from "../../src/zarr/zstd.ts";

const STATE: ArrayDescription = {
  name: "state",
  dataType: "float32",
  dimensions: ["time", "y", "x"],
  shape: [2, 6, 4],
  attributes: { long_name: "a state" },
  sharding: { shard: [1, 6, 4], tile: [1, 3, 2] },
};
const NAMES: ArrayDescription = {
  name: "channel",
  dataType: "string",
  dimensions: ["channel"],
  shape: [2],
  attributes: {},
};
const TIME: ArrayDescription = { name: "time", dataType: "int64", dimensions: ["time"], shape: [2], attributes: {} };
const values = Float32Array.from({ length: 24 }, (_, i) => i + 1);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "updraft-hostile-"));
  await writeGroup(folder, { title: "example" }, [STATE, NAMES, TIME]);
  for (const at of [0, 1]) await writeShard(folder, STATE, [at, 0, 0], values);
  await writeWhole(folder, NAMES, ["refc", "t2m"]);
  await writeWhole(folder, TIME, BigInt64Array.from([0n, 3600n]));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** As much of a document as the tests change. */
interface ArrayDocument {
  shape?: number[];
  data_type: string;
  fill_value: unknown;
  chunk_grid: { configuration: { chunk_shape: number[] } };
  chunk_key_encoding: { configuration?: unknown };
  codecs?: { configuration: ShardsDocument }[];
  attributes?: unknown;
  dimension_names?: string[];
  storage_transformers?: unknown[];
}
interface ShardsDocument {
  chunk_shape: number[];
  codecs: { name: string; configuration?: { endian?: string } }[];
  index_location: string;
}
interface GroupDocument {
  attributes?: unknown;
  consolidated_metadata: { metadata: Record<string, ArrayDocument> };
}
const document = async <T>(name: string): Promise<T> => JSON.parse(await readFile(join(folder, name), "utf8")) as T;

/** Changes what both documents say of an array; with `own`, only the array's own. */
async function rewrite(name: string, change: (array: ArrayDocument) => void, { own = false } = {}): Promise<void> {
  const group = await document<GroupDocument>("zarr.json");
  const array = await document<ArrayDocument>(`${name}/zarr.json`);
  change(array);
  if (!own) change(group.consolidated_metadata.metadata[name]);
  await writeFile(join(folder, name, "zarr.json"), JSON.stringify(array));
  await writeFile(join(folder, "zarr.json"), JSON.stringify(group));
}

const open = () => openGroup(folderStore(folder), folder);
const readState = async () => (await (await open()).array("state")).read("float32", [0, null, null]);

describe("an array whose metadata are not of the one form", () => {
  const chunks = (array: ArrayDocument) => array.chunk_grid.configuration;
  const shards = (array: ArrayDocument): ShardsDocument =>
    (array.codecs as { configuration: ShardsDocument }[])[0].configuration;
  test.each<[string, (array: ArrayDocument) => void, string]>([
    ["big-endian numbers", (array) => (shards(array).codecs[0].configuration = { endian: "big" }), "codecs.0"],
    ["a codec nobody knows", (array) => (shards(array).codecs[1].name = "lz77"), "codecs.0"],
    ["no checksum", (array) => shards(array).codecs.pop(), "expected the codecs bytes, zstd, crc32c"],
    ["another fill value than missing", (array) => (array.fill_value = 0), "expected a fill value of NaN, got 0"],
    ["a fill value of another type", (array) => (array.fill_value = { a: 1 }), 'a fill value of NaN, got {"a":1}'],
    ["a fractional shard", (array) => (chunks(array).chunk_shape[1] = 1.5), "chunk_grid.configuration.chunk_shape.1"],
    ["a shard of nothing", (array) => (chunks(array).chunk_shape[1] = 0), "chunk_grid.configuration.chunk_shape.1"],
    ["a negative side", (array) => array.shape?.splice(0, 1, -1), "shape.0"],
    [
      "tiles that do not fit",
      (array) => (shards(array).chunk_shape = [1, 4, 2]),
      "tiles that divide 1x6x4, got [1,4,2]",
    ],
    ["shards that do not fit", (array) => (array.shape = [2, 7, 4]), "shards that divide 2x7x4, got [1,6,4]"],
    ["shards of other axes", (array) => (chunks(array).chunk_shape = [6, 4]), "chunks of 3 axes, got [6,4]"],
    ["names of other axes", (array) => array.dimension_names?.pop(), 'names of 3 axes, got ["time","y"]'],
    ["a type nobody knows", (array) => (array.data_type = "complex128"), "data_type"],
    ["no codecs", (array) => delete array.codecs, "codecs"],
    ["no shape", (array) => delete array.shape, "shape"],
    ["a transformer of storage", (array) => (array.storage_transformers = [{ name: "x" }]), "storage_transformers"],
    ["an index at its start", (array) => (shards(array).index_location = "start"), "codecs.0"],
  ])("%s", async (_, change, message) => {
    await rewrite("state", change);
    await expect((async () => (await open()).array("state"))()).rejects.toThrow(DecodeError);
    await expect((async () => (await open()).array("state"))()).rejects.toThrow(message);
  });

  test("is none where it differs from the group's copy of it, or that has none", async () => {
    await rewrite("state", (array) => array.shape?.splice(0, 1, 1), { own: true });
    await expect((await open()).array("state")).rejects.toThrow(
      "state/zarr.json: expected what the group's own zarr.json says of this array, got something else",
    );
    const group = await document<GroupDocument>("zarr.json");
    delete group.consolidated_metadata.metadata.time;
    await writeFile(join(folder, "zarr.json"), JSON.stringify(group));
    await expect((await open()).array("time")).rejects.toThrow("time/zarr.json: expected what the group's own");
  });

  test("may lack what the standard lets it lack", async () => {
    await rewrite("state", (array) => {
      delete array.attributes;
      delete array.dimension_names;
      delete array.storage_transformers;
      delete array.chunk_key_encoding.configuration;
    });
    const group = await document<GroupDocument>("zarr.json");
    delete group.attributes;
    await writeFile(join(folder, "zarr.json"), JSON.stringify(group));
    expect((await open()).attributes).toEqual({});
    const state = await (await open()).array("state");
    expect([state.attributes, state.dimensions]).toEqual([{}, ["", "", ""]]);
    expect(await state.read("float32", [0, null, null])).toEqual(values);
  });

  test.each(["[]", "null", "3", '{"zarr_format":2}', "{", '"\\ud800"', "[".repeat(200_000)])(
    "as %s is no group",
    async (text) => {
      await writeFile(join(folder, "zarr.json"), text);
      const message = await open().then(
        () => "opened",
        (error: Error) => (expect(error).toBeInstanceOf(DecodeError), error.message),
      );
      expect(message).toMatch(/zarr\.json: expected (a JSON document|metadata of this format), got [^\n]{1,200}$/);
    },
  );
});

describe("a chunk that is not as long as its array says", () => {
  const put = async (path: string, content: Uint8Array): Promise<void> =>
    writeFile(join(folder, path), withChecksum(await compressZstd(content)));

  test.each([0, 8, 15, 17, 24])(
    "of %s bytes instead of 16 is refused, and not filled up with zeros",
    async (length) => {
      await put("time/c/0", new Uint8Array(length));
      await expect((await open()).array("time").then((time) => time.read("int64"))).rejects.toThrow(
        length === 0
          ? DecodeError
          : `time[:]: expected whole Zarr v3 data, got a zstd frame of ${length} bytes, where 16 are due`,
      );
    },
  );

  test("of strings is refused unless they fill it exactly", async () => {
    const names = async (): Promise<unknown> => (await (await open()).array("channel")).read("string");
    const text = (...lengths: number[]): Uint8Array => {
      const bytes = new Uint8Array(4 + lengths.length * 5);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, lengths.length, true);
      for (const [at, length] of lengths.entries()) view.setUint32(4 + at * 5, length, true);
      return bytes.fill(97, 8, 9).fill(97, 13, 14);
    };
    await put("channel/c/0", text(1, 1));
    expect(await names()).toEqual(["a", "a"]);
    for (const wrong of [text(1), text(1, 1, 1), text(1, 2), text(2 ** 31, 1), text(0, 1)]) {
      await put("channel/c/0", wrong);
      await expect(names()).rejects.toThrow(DecodeError);
    }
    await put("channel/c/0", new Uint8Array(2 ** 20));
    await expect(names()).rejects.toThrow(/a zstd frame of 1048576 bytes, where at most \d+ are due/);
  });

  test("of a tile is refused by what the frame promises: 43 kB cannot ask for 4 GB", async () => {
    const part = withChecksum(await compressZstd(new Uint8Array(2 ** 26)));
    const index = new BigUint64Array(8);
    for (let tile = 0; tile < 4; tile++) index.set([0n, BigInt(part.length)], 2 * tile);
    await writeFile(join(folder, "state/c/0/0/0"), Buffer.concat([part, withChecksum(new Uint8Array(index.buffer))]));
    const before = process.memoryUsage().arrayBuffers;
    await expect(readState()).rejects.toThrow("got a zstd frame of 67108864 bytes, where 24 are due");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
  });

  test("is not read where there are more of them than one read may ask for", async () => {
    const many: ArrayDescription = {
      ...STATE,
      shape: [1, 2 ** 13, 2 ** 13],
      sharding: { shard: [1, 2 ** 13, 2 ** 13], tile: [1, 1, 1] },
    };
    await writeGroup(folder, {}, [many]);
    await expect(readState()).rejects.toThrow("expected at most 65536 chunks at once, got 67108864");
  });
});

describe("a store read over HTTP", () => {
  let server: Server;
  const serve = (ranges: boolean): Promise<string> =>
    new Promise((resolve) => {
      server = createServer((request, response) => {
        void readFile(join(folder, request.url ?? "")).then(
          (whole) => {
            const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
            if (request.method === "HEAD") return response.writeHead(200, { "content-length": whole.length }).end();
            if (!ranges || from === undefined) return response.writeHead(200).end(whole);
            const [start, end] =
              from === "" ? [whole.length - Number(to), whole.length] : [Number(from), Number(to) + 1];
            return response.writeHead(206).end(whole.subarray(start, end));
          },
          () => response.writeHead(404).end(),
        );
      }).listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
    });
  afterEach(() => server.close());

  test("gives the values of the folder", async () => {
    const address = await serve(true);
    const state = await (await openGroup(new FetchStore(address), address)).array("state");
    expect(await state.read("float32", [0, null, null])).toEqual(values);
  });

  test("from a server that ignores ranges names the server, and not the store", async () => {
    const address = await serve(false);
    const state = await (await openGroup(new FetchStore(address), address)).array("state");
    await expect(state.read("float32", [0, null, null])).rejects.toThrow(
      /state\/c\/0\/0\/0: expected the \d+ bytes that were asked for, got \d+; the server, or a proxy on the way, ignores Range/,
    );
  });
});
