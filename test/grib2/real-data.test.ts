/**
 * Real files against ecCodes, bit for bit: stored hashes always, ecCodes itself where Python is there.
 *
 * `golden/real-data.json` is by ecCodes 2.50:
 *   peers/.venv/bin/python peers/grib2_hashes.py --golden ../shared/data > test/grib2/golden/real-data.json
 * @module
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { cellLocator, DecodeError, HRRR_ALASKA_GRID, HRRR_GRID, sameGrid } from "../../src/core/index.ts";
import {
  decodeValues,
  fieldsOf,
  type GribMessage,
  prepareDecoders,
  scanMessages,
  toGrid,
} from "../../src/grib2/index.ts";
import { describeWithPeer, runPeer } from "../peer.ts";
import { describeWithData, sharedData } from "../shared-data.ts";
import { bitmap, complex, field, lambertGrid, nothingStored, simple } from "./forge.ts";
import golden from "./golden/real-data.json" with { type: "json" };

interface Hashed {
  readonly file: string;
  readonly offset: number;
  readonly packing: number;
  readonly count: number;
  readonly missing: number;
  readonly sha256: string;
}

beforeAll(prepareDecoders);

/** Thirty-one mosaics of 24 million points, two minutes apart: one stands for all unless UPDRAFT_ALL_DATA is set. */
const isSample = (path: string): boolean =>
  !path.includes("pysteps") || path.includes("005800") || process.env["UPDRAFT_ALL_DATA"] !== undefined;
const sample = Object.entries(golden).filter(([path]) => isSample(path));

/** As `peers/grib2_hashes.py` prints it. A cut-off file gives its whole messages. */
function hashFile(path: string): Hashed[] {
  const hashed: Hashed[] = [];
  try {
    const bytes = readFileSync(path);
    for (const found of scanMessages(path.endsWith(".gz") ? gunzipSync(bytes) : bytes, basename(path))) {
      if (found.kind === "message") hashed.push(...hashMessage(found));
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  return hashed;
}

function hashMessage(message: GribMessage): Hashed[] {
  return fieldsOf(message).map((each) => {
    const values = decodeValues(each);
    const words = new Uint32Array(values.buffer);
    let missing = 0;
    for (let index = 0; index < values.length; index++) {
      if (Number.isNaN(values[index])) {
        words[index] = 0x7fc00000;
        missing++;
      }
    }
    const sha256 = createHash("sha256").update(words).digest("hex");
    const { file, offset, packingTemplate: packing } = each;
    return { file, offset, packing, count: values.length, missing, sha256 };
  });
}

const parseLines = (text: string): Hashed[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Hashed);

const STAGE_4 = [
  [0, 0, 23.117, 240.976992],
  [1120, 0, 19.805107, 279.249922],
  [0, 880, 53.508715, 225.959935],
  [1120, 880, 45.619391, 300.040631],
] as const;

describeWithData("real GRIB2 files", (folder) => {
  test.each(sample)("%s equals ecCodes' stored hash", (path, { messages, sha256 }) => {
    const hashed = hashFile(join(folder, path));
    expect(hashed.length).toBe(messages);
    expect(
      createHash("sha256")
        .update(hashed.map((each) => each.sha256).join(""))
        .digest("hex"),
    ).toBe(sha256);
  });

  // By a Python decoder kept apart from ours (templates 5.0 and 5.3 in numpy), and gribberish's tests/read.rs for v[1000].
  test.each([
    [
      "hrrr.t06z.wrfsfcf01-UGRD",
      [-4.46501350402832, -4.46501350402832, -6.65251350402832],
      29.90998649597168,
      0.7287885885727,
      "21be2d8b1c910c9c",
    ],
    [
      "hrrr.t06z.wrfsfcf01-TMP",
      [295.2997741699219, 303.7372741699219, 288.2997741699219],
      317.0497741699219,
      293.6991215148166,
      "b160e2da5eea46c5",
    ],
    [
      "hrrr.t00z.wrfsfcf00-HPBL",
      [741.0781190395355, 727.7656190395355, 667.5156190395355],
      2985.5156190395355,
      559.06089524875,
      "0025c475576f02bc",
    ],
  ])("%s has the values of an independent decoder", (name, [first, thousandth, last], max, mean, hash) => {
    const path = join(folder, "hrrr", `${name}.grib2`);
    const [message] = [...scanMessages(readFileSync(path), name)];
    const [only] = fieldsOf(message as GribMessage);
    const values = decodeValues(only, { precision: "float64" });
    expect([values[0], values[1000], values.at(-1)]).toEqual([first, thousandth, last]);
    expect(values.reduce((most, value) => Math.max(most, value))).toBe(max);
    // 1e-12 relative: the order of summation differs.
    expect(Math.abs(values.reduce((sum, value) => sum + value) / values.length / mean - 1)).toBeLessThan(1e-12);
    expect(hashFile(path)[0].sha256.slice(0, 16)).toBe(hash);
    expect(sameGrid(toGrid(only.grid), HRRR_GRID)).toBe(true);
  });

  test("the precipitation sample: two messages, a stray octet, and the next message's first at the end", () => {
    const name = "subset_20201214_hrrr.t00z.wrfsfcf12.grib2";
    const found = [...scanMessages(readFileSync(join(folder, "hrrr", name)), name)];
    expect(found.map(({ kind, offset }) => [kind, offset])).toEqual([
      ["message", 0],
      ["gap", 887_243],
      ["message", 887_244],
      ["gap", 1_532_182],
    ]);
    const fields = found.filter((item) => item.kind === "message").flatMap(fieldsOf);
    expect(fields.map(({ variable, leadHours, interval }) => [variable, leadHours, interval])).toEqual([
      ["APCP", 12, { startLeadHours: 0, process: 1, statedHours: 12 }],
      ["APCP", 12, { startLeadHours: 11, process: 1, statedHours: 1 }],
    ]);
    // By the same independent Python decoder.
    expect(hashFile(join(folder, "hrrr", name)).map(({ sha256 }) => sha256.slice(0, 16))).toEqual([
      "8eab09b32236da70",
      "ed61419fe7bcd628",
    ]);
    expect(
      fields.map((each) =>
        Math.max(
          ...decodeValues(each)
            .subarray()
            .filter((value) => value > 40),
        ),
      ),
    ).toEqual([Math.fround(135.36), Math.fround(42.122)]);
  });

  test("the constant field of 188 octets decodes to a whole grid, and with another reference value to that", () => {
    const bytes = new Uint8Array(readFileSync(join(folder, "hrrr", "hrrr.t06z.wrfsfcf01-CFRZR.grib2")));
    const values = (from: Uint8Array): Float32Array =>
      decodeValues(fieldsOf([...scanMessages(from, "CFRZR")][0] as GribMessage)[0]);
    expect(values(bytes).length).toBe(1_905_141);
    expect(new Set(values(bytes))).toEqual(new Set([0]));
    const section5 = 16 + 21 + 81 + 34;
    new DataView(bytes.buffer).setFloat32(section5 + 11, 1.5);
    expect(new Set(values(bytes))).toEqual(new Set([1.5]));
  });

  test("a cut-off file gives four whole messages and says where it ends", () => {
    const name = "hrrr.t11z.wrfsfcf12.grib2";
    const names: string[] = [];
    expect(() => {
      for (const found of scanMessages(readFileSync(join(folder, "hrrr", name)), name)) {
        if (found.kind === "message") names.push(...fieldsOf(found).map(({ variable }) => variable));
      }
    }).toThrow(`${name} byte 1971449 section 0 octet 9: expected a message of 1536979 octets, got 125703 octets`);
    expect(names).toEqual(["REFC", "RETOP", "var discipline=0 center=7 local_table=1 parmcat=16 parm=201", "VIL"]);
  });

  test("the grid of HRRR over Alaska is core's, and Stage IV's has its four corners", () => {
    const name = "noaa-hrrr-alaska-polar-refc.grib2";
    const [message] = [...scanMessages(readFileSync(join(folder, "hrrr", name)), name)];
    const [only] = fieldsOf(message as GribMessage);
    expect(only.grid).toMatchObject({ template: 20, nx: 1299, ny: 919 });
    expect(toGrid(only.grid, name)).toEqual(HRRR_ALASKA_GRID);
    const stage4 = "st4_conus.2022080718.06h.grb2";
    const [first] = [...scanMessages(readFileSync(join(folder, "other_grib", stage4)), stage4)];
    const locate = cellLocator(toGrid(fieldsOf(first as GribMessage)[0].grid, stage4));
    // As ecCodes 2.50 lists them ("latitudes", "longitudes").
    for (const [i, j, latitude, longitude] of STAGE_4) {
      const place = locate(i, j);
      expect(place.latitudeDegrees).toBeCloseTo(latitude, 5);
      expect((place.longitudeDegrees + 360) % 360).toBeCloseTo(longitude, 5);
    }
  });
});

describeWithPeer("ecCodes, live", () => {
  test("reads every real message as we do", { skip: sharedData === undefined, timeout: 120_000 }, () => {
    const paths = sample.map(([path]) => join(sharedData as string, path));
    expect(paths.flatMap(hashFile)).toEqual(parseLines(runPeer("grib2_hashes.py", paths)));
  });

  test("reads what it forged as we do: orders, bitmaps, packed missing values, constants, several fields", () => {
    const folder = mkdtempSync(join(tmpdir(), "updraft-grib2-"));
    try {
      const theirs = parseLines(runPeer("grib2_forge.py", [folder]));
      const ours = readdirSync(folder)
        .toSorted()
        .flatMap((name) => hashFile(join(folder, name)));
      expect(theirs.length).toBeGreaterThan(90);
      expect(ours).toEqual(theirs);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("reads what we forged as we do", () => {
    const folder = mkdtempSync(join(tmpdir(), "updraft-grib2-"));
    const grid = (nx: number): { grid: ReturnType<typeof lambertGrid> } => ({ grid: lambertGrid({ nx, ny: 1 }) });
    const missing = [
      { reference: 10, width: 3, stored: [0, 7, 6] },
      { reference: 255, width: 0, stored: [0, 0] },
      { reference: 254, width: 0, stored: [0] },
    ];
    const differencing = { order: 1, octets: 1, first: [200], minimum: -1 };
    const flat = [
      { reference: 0, width: 0, stored: [0, 0, 0] },
      { reference: 0, width: 2, stored: [1, 3, 2] },
    ];
    const slope = { order: 2, octets: 1, first: [1, 3], minimum: 0 };
    const cases = {
      "constant with a decimal scale": field(simple([0, 0, 0], { r: 273.5, bits: 0, d: 2 }), grid(3)),
      "no groups": field(complex([], { r: 3.5, count: 2, bits: 0, d: 1 }), grid(2)),
      "wide integers": field(simple([2 ** 32 - 1, 12345, 0], { bits: 32, e: -7, d: 3 }), grid(3)),
      "odd scales": field(simple([0, 1, 77, 255], { r: -16.27751, e: -11, d: 7 }), grid(4)),
      "large scales": field(simple([0, 1, 77, 255], { r: 1.5e-7, e: 9, d: -9 }), grid(4)),
      "bits across octets": field(simple([5, 6, 7], { bits: 11 }), {
        ...grid(10),
        mask: bitmap([0, 1, 0, 0, 0, 0, 0, 0, 1, 1]),
      }),
      "primary missing": field(complex(missing, { management: 1 }), grid(6)),
      "secondary missing": field(complex(missing, { management: 2 }), grid(6)),
      "references in 0 bits": field(complex(flat, { bits: 0, d: 1, r: 3.5 }), grid(6)),
      "references in 0 bits, missing": field(complex(flat, { bits: 0, d: 1, r: 3.5, management: 1 }), grid(6)),
      "a straight slope": field(complex(flat.slice(0, 1), { bits: 0, d: 1, differencing: slope }), grid(3)),
      "first value without a sign": field(
        complex([{ reference: 0, width: 2, stored: [0, 1, 3, 0] }], { differencing }),
        grid(4),
      ),
    };
    for (const template of [0, 2, 3, 40, 41, 42]) {
      for (const options of [{}, { unset: 255 }, { d: 2, e: 3 }]) {
        const name = `nothing stored by 5.${template} ${JSON.stringify(options).replaceAll(/\W/g, " ")}`;
        Object.assign(cases, {
          [name]: field(nothingStored(template, 3, options), grid(3)),
          [`${name}, bitmap`]: field(nothingStored(template, 2, options), { ...grid(3), mask: bitmap([1, 0, 1]) }),
          [`${name}, all missing`]: field(nothingStored(template, 0, options), { ...grid(3), mask: bitmap([0, 0, 0]) }),
        });
      }
    }
    try {
      const paths = Object.entries(cases).map(([name, bytes]) => {
        const path = join(folder, `${name}.grib2`);
        writeFileSync(path, bytes);
        return path;
      });
      const ours = paths.flatMap(hashFile);
      expect(ours.length).toBe(paths.length);
      expect(ours).toEqual(parseLines(runPeer("grib2_hashes.py", paths)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
