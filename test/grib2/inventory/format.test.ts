import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { utcSeconds } from "../../../src/core/index.ts";
import { formatForecastTime, formatInventory, parseForecastTime, parseInventory } from "../../../src/grib2/index.ts";
import { describeWithData } from "../../shared-data.ts";
import { field, identification, lambertGrid, message, noBitmap, product, simple, u16 } from "../forge.ts";
import { allFields } from "../read.ts";

const [five, seven] = simple([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

test("fields of one message share its number and offset", () => {
  const one = field([five, seven]);
  const two = message([
    identification(),
    lambertGrid(),
    product({ category: 2, number: 2 }),
    five,
    noBitmap,
    seven,
    product({ category: 2, number: 3 }),
    five,
    noBitmap,
    seven,
  ]);
  const text = formatInventory(allFields(new Uint8Array([...one, ...two, ...one])));
  const second = one.length;
  const third = one.length + two.length;
  expect(text.split("\n")).toEqual([
    "1:0:d=2018072200:TMP:2 m above ground:1 hour fcst:",
    `2.1:${second}:d=2018072200:UGRD:2 m above ground:1 hour fcst:`,
    `2.2:${second}:d=2018072200:VGRD:2 m above ground:1 hour fcst:`,
    `3:${third}:d=2018072200:TMP:2 m above ground:1 hour fcst:`,
    "",
  ]);
  expect(parseInventory(text, "a.idx").entries.map(({ offset }) => offset)).toEqual([0, second, second, third]);
});

test("a date that is no whole hour says all of itself", () => {
  const identify = identification({ referenceTime: [...u16(2018), 7, 22, 12, 30, 40] });
  const text = formatInventory(allFields(field([five, seven], { identify })));
  expect(text).toBe("1:0:D=20180722123040:TMP:2 m above ground:1 hour fcst:\n");
  expect(parseInventory(text, "a.idx").entries[0].initTime).toBe(utcSeconds(2018, 7, 22, 12, 30, 40));
});

test("a lead that is no whole number of its message's unit is told in one that it is", () => {
  expect(formatForecastTime({ leadHours: 1.5 }, 1)).toBe("90 min fcst");
  expect(formatForecastTime({ leadHours: 100 / 3600 }, 0)).toBe("100 sec fcst");
});

// Texts of HRRR's surface and sub-hourly inventories; codes of table 4.4: 0 minutes, 1 hours.
test.each([
  ["anl", 1, 0, undefined],
  ["24 hour fcst", 1, 24, undefined],
  ["540 min fcst", 0, 9, undefined],
  ["495 min fcst", 0, 8.25, undefined],
  ["5-6 hour max fcst", 1, 6, { startLeadHours: 5, process: 2 }],
  ["0-1 day acc fcst", 1, 24, { startLeadHours: 0, process: 1 }],
  ["0-0 day ave fcst", 0, 0, { startLeadHours: 0, process: 0 }],
  ["23-24 hour min fcst", 1, 24, { startLeadHours: 23, process: 3 }],
  ["525-540 min acc fcst", 0, 9, { startLeadHours: 8.75, process: 1 }],
])("%s, there and back", (text, unit, leadHours, interval) => {
  const time = { leadHours, ...(interval !== undefined && { interval }) };
  expect(formatForecastTime(time, unit)).toBe(text);
  expect(parseForecastTime(text)).toEqual(time);
});

test("times that are no forecast of one field are not guessed", () => {
  for (const text of ["6 hour ave anl", "6-5 hour acc fcst", "6 month fcst", "5-6 hour mode fcst", ""]) {
    expect(parseForecastTime(text)).toBeUndefined();
  }
});

describeWithData("inventories of real files", (folder) => {
  test("every line made of the 2018 files has words that HRRR's own inventories have", () => {
    const list = join(folder, "idx", "stactools", "inventory__conus__sfc.csv.gz");
    const known = new Set(
      gunzipSync(readFileSync(list))
        .toString()
        .split("\n")
        .map((row) => row.split(",").slice(2, 5).join(":")),
    );
    const days = ["hrrr.20180722", "hrrr.20180723"].map((day) => join(folder, "hrrr_series", day));
    let lines = 0;
    for (const path of days.flatMap((day) => readdirSync(day).map((name) => join(day, name)))) {
      const fields = allFields(readFileSync(path), path);
      const { entries } = parseInventory(formatInventory(fields), path);
      expect(entries.map(({ offset, initTime }) => [offset, initTime])).toEqual(
        fields.map(({ offset, initTime }) => [offset, initTime]),
      );
      const words = entries.map(({ variable, level, time }) => `${variable}:${level}:${time}`);
      expect(words.filter((each) => !known.has(each))).toEqual([]);
      lines += words.length;
    }
    expect(lines).toBe(2236);
  });
});
