import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { DecodeError, formatTime, VARIABLE_NAMES, VARIABLES } from "../../../src/core/index.ts";
import {
  byteRanges,
  type Inventory,
  mergeRanges,
  parseForecastTime,
  parseInventory,
  quantityNamed,
  selectEntries,
  selectVariable,
} from "../../../src/grib2/index.ts";
import { describeWithData } from "../../shared-data.ts";

const LINES = [
  "1:0:d=2026100623:REFC:entire atmosphere:6 hour fcst:",
  "2:432252:d=2026100623:RETOP:cloud top:6 hour fcst",
  "3.1:634656:d=2026100623:UGRD:10 m above ground:6 hour fcst:",
  "3.2:634656:d=2026100623:VGRD:10 m above ground:6 hour fcst:",
  "9:2297069:d=2026100623:REFC:entire atmosphere:6 hour fcst:prob >40:prob fcst 0/10:Neighborhood Probability",
];
const refuse = (lines: readonly string[], message: string, fileBytes?: number): void => {
  const parse = (): unknown =>
    parseInventory(lines.join("\n"), "hrrr.idx", fileBytes === undefined ? {} : { fileBytes });
  expect(parse).toThrow(DecodeError);
  expect(parse).toThrow(message);
};

test("every part of a line is read, submessages and extras among them", () => {
  const { entries } = parseInventory(`${LINES.join("\r\n")}\n\n`, "hrrr.idx");
  expect(entries.map(({ initTime, ...rest }) => [formatTime(initTime), rest])).toEqual(
    [
      { message: 1, offset: 0, variable: "REFC", level: "entire atmosphere", time: "6 hour fcst", extra: "" },
      { message: 2, offset: 432_252, variable: "RETOP", level: "cloud top", time: "6 hour fcst", extra: "" },
      {
        message: 3,
        part: 1,
        offset: 634_656,
        variable: "UGRD",
        level: "10 m above ground",
        time: "6 hour fcst",
        extra: "",
      },
      {
        message: 3,
        part: 2,
        offset: 634_656,
        variable: "VGRD",
        level: "10 m above ground",
        time: "6 hour fcst",
        extra: "",
      },
      {
        message: 9,
        offset: 2_297_069,
        variable: "REFC",
        level: "entire atmosphere",
        time: "6 hour fcst",
        extra: "prob >40:prob fcst 0/10:Neighborhood Probability",
      },
    ].map((rest) => ["2026-10-06T23:00:00Z", rest]),
  );
});

test("what is no inventory is refused by line", () => {
  refuse(
    ["<html><body>503 Service Unavailable"],
    "hrrr.idx: expected an inventory, got an HTML page, such as a server's",
  );
  refuse(["CDF\u0001"], "hrrr.idx: expected an inventory, got a NetCDF file");
  refuse(["503 Service Unavailable"], 'hrrr.idx line 1: expected "n:offset:d=YYYYMMDDHH:variable:level:');
  refuse([LINES[0], "2:43"], "hrrr.idx line 2: expected");
  refuse([LINES[0], "", LINES[1]], "hrrr.idx line 2: expected");
  refuse(["1:-5:d=2026100623:REFC:surface:anl:"], "line 1");
  refuse(["1:0:d=2026023023:REFC:surface:anl:"], "line 1: expected a date and hour, got 2026023023");
  refuse([""], "hrrr.idx: expected an inventory, got an empty file");
  refuse([`1:0:d=2026100623:${"X".repeat(2000)}:surface:anl:`], "line 1: expected at most 1000 characters, got 2030");
  refuse(
    Array.from({ length: 100_001 }, () => LINES[0]),
    "hrrr.idx: expected an inventory of at most 100000 lines",
  );
});

test("offsets and numbers must go on, and stay within the file", () => {
  refuse([LINES[0], "2:0:d=2026100623:TMP:surface:anl:"], "line 2: expected an offset above 0, got 0");
  refuse([LINES[1], "3:9:d=2026100623:TMP:surface:anl:"], "line 2: expected an offset above 432252, got 9");
  refuse([LINES[1], "1:500000:d=2026100623:TMP:surface:anl:"], "line 2: expected a message number above 2, got 1");
  refuse([LINES[1], LINES[1]], "line 2: expected a message or part after 2, got 2");
  refuse([LINES[2], LINES[2]], "line 2: expected a message or part after 3.1, got 3.1");
  refuse([LINES[2], "3.2:634657:d=2026100623:TMP:surface:anl:"], "line 2: expected offset 634656 for every part of it");
  refuse(LINES.slice(0, 2), "line 2: expected an offset below the GRIB file's 432252 bytes, got 432252", 432_252);
  expect(parseInventory(LINES.slice(0, 2).join("\n"), "hrrr.idx", { fileBytes: 432_253 }).entries.length).toBe(2);
});

test("reflectivity is found at either name of the whole atmosphere, and by WMO's number where a writer had no name", () => {
  const level = "entire atmosphere (considered as a single layer)";
  const lines = [
    `1:0:d=2026091512:REFC:${level}:12 hour fcst:`,
    "2:10:d=2026091512:var discipline=0 center=7 local_table=1 parmcat=16 parm=5:entire atmosphere:12 hour fcst:ENS=+1",
    `3:20:d=2026091512:REFC:${level}:12 hour fcst:prob >40:prob fcst 0/14:Neighborhood Probability`,
    "4:30:d=2026091512:REFC:1000 m above ground:12 hour fcst:",
    "5:40:d=2026091512:var discipline=0 center=98 local_table=1 parmcat=16 parm=196:entire atmosphere:12 hour fcst:",
  ];
  const inventory = parseInventory(lines.join("\n"), "refs.idx");
  const { grib } = VARIABLES.refc;
  expect(selectVariable(inventory, grib).map(({ message }) => message)).toEqual([1, 2]);
  expect(inventory.entries.filter(quantityNamed(grib)).map(({ message }) => message)).toEqual([1, 2, 3]);
});

describeWithData("real inventories", (folder) => {
  const names = readdirSync(join(folder, "idx"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".idx"))
    .toSorted();
  const textOf = (name: string): string => readFileSync(join(folder, "idx", name), "utf8");
  const read = (name: string): Inventory => parseInventory(textOf(name), name);

  test.each(names)("%s: every line and every time is read", (name) => {
    const { entries } = read(name);
    expect(entries.length).toBe(textOf(name).trimEnd().split("\n").length);
    expect(entries.filter(({ time }) => parseForecastTime(time) === undefined)).toEqual([]);
  });

  test("HRRR's seven variables are found, each once, by number and by search string", () => {
    const searches = {
      refc: ":REFC:entire atmosphere:",
      t2m: ":TMP:2 m above ground:",
      d2m: ":DPT:2 m above ground:",
      u10: ":UGRD:10 m above ground:",
      v10: ":VGRD:10 m above ground:",
      cape: ":CAPE:surface:",
      cin: ":CIN:surface:",
    };
    for (const file of names.filter((each) => each.includes("wrfsfc"))) {
      const inventory = read(file);
      for (const name of VARIABLE_NAMES) {
        const found = selectVariable(inventory, VARIABLES[name].grib);
        expect(found, `${name} in ${file}`).toHaveLength(1);
        expect(selectEntries(inventory, `${searches[name]}(anl|\\d+ hour fcst)$`), `${name} in ${file}`).toEqual(found);
      }
    }
  });

  test("layers, maxima and accumulations are found by their intervals", () => {
    const inventory = read(join("reformatters", "hrrr.t00z.wrfsfcf24.grib2.idx"));
    const texts = (selector: Parameters<typeof selectVariable>[1]): string[] =>
      selectVariable(inventory, selector).map(({ variable, level, time }) => `${variable}:${level}:${time}`);
    const apcp = { discipline: 0, category: 1, number: 8, levelType: 1, process: 1 };
    expect(texts({ ...apcp, intervalHours: 1 })).toEqual(["APCP:surface:23-24 hour acc fcst"]);
    expect(texts({ ...apcp, intervalHours: 24 })).toEqual(["APCP:surface:0-1 day acc fcst"]);
    expect(texts(apcp)).toHaveLength(2);
    const { process: _, ...instant } = apcp;
    expect(texts(instant)).toEqual([]);
    const helicity = { discipline: 0, category: 7, number: 199, levelType: 103, levelValue: 5000 };
    expect(texts({ ...helicity, secondLevelValue: 2000, process: 2, intervalHours: 1 })).toEqual([
      "MXUPHL:5000-2000 m above ground:23-24 hour max fcst",
    ]);
    const mixedLayer = { discipline: 0, category: 7, number: 6, levelType: 108, levelValue: 9000 };
    expect(texts({ ...mixedLayer, secondLevelValue: 0 })).toEqual(["CAPE:90-0 mb above ground:24 hour fcst"]);
    expect(texts({ discipline: 0, category: 16, number: 201, levelType: 10 })).toEqual([
      "var discipline=0 center=7 local_table=1 parmcat=16 parm=201:entire atmosphere:24 hour fcst",
    ]);
  });

  test("u and v lie side by side and are fetched at once; the last message is open", () => {
    const inventory = read(join("reformatters", "hrrr.t00z.wrfsfcf00.grib2.idx"));
    const winds = byteRanges(inventory, selectEntries(inventory, ":[UV]GRD:10 m above ground:"));
    expect(winds).toHaveLength(2);
    expect(mergeRanges(winds)).toEqual([{ start: winds[0].start, end: winds[1].end, parts: winds }]);
    expect(byteRanges(inventory, inventory.entries.slice(-1))).toEqual([
      { start: 147_804_802, entries: inventory.entries.slice(-1) },
    ]);
  });

  test("the times of every hour of HRRR's surface and sub-hourly files are read", () => {
    for (const [name, most] of [
      ["inventory__conus__sfc.csv.gz", 48],
      ["inventory__conus__subh.csv.gz", 18],
    ] as const) {
      const rows = gunzipSync(readFileSync(join(folder, "idx", "stactools", name)))
        .toString()
        .trim()
        .split("\n")
        .slice(1);
      for (const row of rows) {
        const [hour, , , , text] = row.split(",");
        const time = parseForecastTime(text);
        expect(time, row).toBeDefined();
        expect(Math.ceil(time?.leadHours ?? Number.NaN), row).toBe(Number(hour));
      }
      expect(Math.max(...rows.map((row) => Number(row.split(",")[0])))).toBe(most);
    }
  });
});
