import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { grib2Command } from "../../src/cli/commands/grib2.ts";
import { DecodeError, RequestError } from "../../src/core/index.ts";
import {
  bitmap,
  complex,
  field,
  identification,
  lambertGrid,
  message,
  noBitmap,
  otherGrid,
  polarGrid,
  product,
  section,
  simple,
  u16,
  u32,
} from "../grib2/forge.ts";
import { describeWithData } from "../shared-data.ts";

const folder = mkdtempSync(join(tmpdir(), "updraft-ls-"));
afterAll(() => rmSync(folder, { recursive: true }));

let out = "";
let err = "";
beforeEach(() => {
  out = "";
  err = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const write = (name: string, ...parts: readonly Uint8Array[]): string => {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(parts));
  return path;
};
const ls = (...args: readonly string[]): Promise<unknown> =>
  grib2Command()
    .exitOverride()
    .parseAsync(["ls", ...args], { from: "user" });
const jsonLines = (): Record<string, unknown>[] =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const twelve = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const good = field(simple(twelve));
const [five, seven] = simple(twelve);
const unsupported = field([section(5, [...u32(12), ...u16(200), ...five.slice(11)]), seven]);

test("--json gives one object a message, with the keys in order", async () => {
  await ls("--json", write("a.grib2", good));
  expect(jsonLines()).toEqual([
    {
      file: "a.grib2",
      index: 1,
      offset: 0,
      length: good.length,
      discipline: 0,
      category: 0,
      number: 0,
      variable: "TMP",
      level: "2 m above ground",
      initTime: "2018-07-22T00:00:00Z",
      leadHours: 1,
      validTime: "2018-07-22T01:00:00Z",
      nx: 4,
      ny: 3,
      gridTemplate: 30,
      packingTemplate: 0,
      min: 1,
      max: 12,
      mean: 6.5,
      missing: 0,
      // python3 -c "import struct, hashlib; print(hashlib.sha256(struct.pack('<12f', *range(1, 13))).hexdigest())"
      sha256: "b56f1bcea104206b3581af0c889000f70050bced0687d87015a23115c8675a32",
    },
  ]);
  expect(err).toBe("");
});

test("missing values are counted, left out of the statistics and hashed as 0x7fc00000", async () => {
  await ls(
    "--json",
    write("a.grib2", field(simple([4, 6]), { mask: bitmap([1, 0, 1]), grid: lambertGrid({ nx: 3, ny: 1 }) })),
  );
  expect(jsonLines()[0]).toMatchObject({
    min: 4,
    max: 6,
    mean: 5,
    missing: 1,
    // python3 -c "import struct, hashlib; print(hashlib.sha256(struct.pack('<fIf', 4, 0x7fc00000, 6)).hexdigest())"
    sha256: "481339bc68e8181b5f5f69fd11fa749062087690950aa2ffdc3a781c69926b45",
  });
});

test("a field that is all missing has no range", async () => {
  const none = complex([{ reference: 255, width: 0, stored: [0, 0, 0] }], { management: 1 });
  await ls("--json", write("a.grib2", field(none, { grid: lambertGrid({ nx: 3, ny: 1 }) })));
  expect(jsonLines()[0]).toMatchObject({ min: null, max: null, mean: null, missing: 3 });
});

test("people get one aligned line a message", async () => {
  await ls(write("a.grib2", good, good));
  const lines = out.trimEnd().split("\n");
  expect(lines.length).toBe(2);
  expect(lines[0]).toBe(
    "    1           0  2018-07-22 00Z  +1 h          TMP       2 m above ground                4x3  3.30  5.0            1 .. 12          mean 6.5",
  );
});

test("the fields of one message are numbered within it", async () => {
  const sections = [
    identification(),
    lambertGrid(),
    product(),
    five,
    noBitmap,
    seven,
    product({ number: 6 }),
    five,
    noBitmap,
    seven,
  ];
  const path = write("a.grib2", message(sections));
  await ls("--json", path);
  expect(jsonLines().map(({ index, field: part, variable }) => [index, part, variable])).toEqual([
    [1, 1, "TMP"],
    [1, 2, "DPT"],
  ]);
  out = "";
  await ls(path);
  expect(out.split("\n").map((line) => line.trim().split(" ")[0])).toEqual(["1.1", "1.2", ""]);
});

test("stray bytes are noted and are no error", async () => {
  await ls(write("a.grib2", Uint8Array.of(71), good, new Uint8Array(7), good));
  expect(out.trimEnd().split("\n").length).toBe(2);
  expect(err).toBe(
    `updraft: a.grib2 byte 0: skipped 1 stray byte\nupdraft: a.grib2 byte ${good.length + 1}: skipped 7 stray bytes\n`,
  );
});

test("a truncated file lists its whole messages and throws one DecodeError", async () => {
  const path = write("a.grib2", good, good.subarray(0, 60));
  await expect(ls("--json", path)).rejects.toThrow(DecodeError);
  expect(jsonLines().length).toBe(1);
  expect(err).toBe("");
});

test("unsupported packings are one error each, and all headers are listed", async () => {
  const path = write("a.grib2", unsupported, good, unsupported, good);
  await expect(ls("--json", path)).rejects.toThrow("5.200; this packing is not supported");
  expect(jsonLines().map(({ index, mean }) => [index, mean])).toEqual([
    [1, undefined],
    [2, 6.5],
    [3, undefined],
    [4, 6.5],
  ]);
  // The last problem is thrown, and told by the command line's frame.
  expect(err.trimEnd().split("\n").length).toBe(1);
});

test("a wrong path is told before anything is listed", async () => {
  const path = join(folder, "nothing.grib2");
  await expect(ls(write("a.grib2", good), path)).rejects.toThrow(
    new RequestError({ place: path, expected: "a GRIB2 file", got: "nothing there", remedy: "check the path" }),
  );
  expect(out).toBe("");
});

test("a message on any grid is listed, with the numbers of what is not known", async () => {
  const rotated = field(simple(twelve), { grid: otherGrid(1, 12, [...u32(4), ...u32(3)]) });
  const unstructured = field(simple(twelve), { grid: otherGrid(101, 12, []) });
  const path = write("a.grib2", field(simple(twelve), { grid: polarGrid() }), rotated, unstructured);
  await ls(path);
  const columns = out
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/).slice(6, 9));
  expect(columns).toEqual([
    ["4x3", "3.20", "5.0"],
    ["4x3", "3.1", "5.0"],
    ["12x1", "3.101", "5.0"],
  ]);
  out = "";
  await ls("--json", path);
  expect(jsonLines().map(({ gridTemplate, nx, ny, mean }) => [gridTemplate, nx, ny, mean])).toEqual([
    [20, 4, 3, 6.5],
    [1, 4, 3, 6.5],
    [101, 12, 1, 6.5],
  ]);
  expect(err).toBe("");
});

test("a message whose packing is not supported is listed without its values, then told", async () => {
  const path = write("a.grib2", unsupported, good);
  await expect(ls(path)).rejects.toThrow("expected packing template 5.0, 5.2, 5.3, 5.40, 5.41 or 5.42, got 5.200");
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/TMP .* 5\.200 {2}values not read$/);
});

test("gzip'd files are unpacked, damaged ones told", async () => {
  const packed = gzipSync(good);
  await ls("--json", write("a.grib2.gz", packed));
  expect(jsonLines()[0]).toMatchObject({ file: "a.grib2.gz", offset: 0, mean: 6.5 });
  await expect(ls(write("b.grib2.gz", packed.subarray(0, 30)))).rejects.toThrow("expected gzip'd data");
});

test("several files name themselves on each line", async () => {
  await ls(write("a.grib2", good), write("longer.grib2", good));
  const lines = out.trimEnd().split("\n");
  expect(lines[0].startsWith("a.grib2          1 ")).toBe(true);
  expect(lines[1].startsWith("longer.grib2     1 ")).toBe(true);
});

describeWithData("grib2 ls on real files", (data) => {
  test("UGRD at 10 m has the mean and hash of an independent decoder", async () => {
    // By the same independent Python decoder.
    await ls("--json", join(data, "hrrr", "hrrr.t06z.wrfsfcf01-UGRD.grib2"));
    const [line] = jsonLines();
    expect(line).toMatchObject({
      variable: "UGRD",
      level: "10 m above ground",
      nx: 1799,
      ny: 1059,
      max: 29.90998649597168,
    });
    expect(Math.abs((line["mean"] as number) / 0.7287885885727 - 1)).toBeLessThan(1e-12);
    expect((line["sha256"] as string).slice(0, 16)).toBe("21be2d8b1c910c9c");
  });
});

test("a product template nobody here knows is listed by its numbers, with its values, and is no error", async () => {
  const aerosol = field(simple(twelve), { describe: product({ template: 48, category: 20, number: 0 }) });
  const path = write("a.grib2", good, aerosol, good);
  await ls(path);
  expect(out.split("\n")[1]).toMatch(
    /^ +2 +\d+ {2}2018-07-22 00Z {2}lead unknown {2}MASSDEN .*product template 4\.48 .* 1 \.\. 12 /,
  );
  expect(out.trim().split("\n")).toHaveLength(3);
  out = "";
  await ls("--json", path);
  const [, listed] = jsonLines();
  expect(listed).toMatchObject({
    index: 2,
    discipline: 0,
    category: 20,
    number: 0,
    productTemplate: 48,
    min: 1,
    max: 12,
  });
  expect([listed.level, listed.leadHours, listed.validTime]).toEqual([null, null, null]);
  expect(err).toBe("");
});
