import { expect, test } from "vitest";
import { DecodeError, formatTime, RequestError, VARIABLE_NAMES, VARIABLES } from "../../src/core/index.ts";
import {
  decodeValues,
  type FieldSelector,
  formatInventory,
  matches,
  matchesQuantity,
  toGrid,
  toSouthUp,
} from "../../src/grib2/index.ts";
import {
  bitmap,
  field,
  identification,
  interval,
  lambertGrid,
  latLonGrid,
  message,
  noBitmap,
  type Octets,
  otherGrid,
  product,
  s32,
  sameBitmap,
  section,
  simple,
  time,
  u16,
  u32,
} from "./forge.ts";
import { allFields, onlyField } from "./read.ts";

const twelve = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const packed = simple(twelve);
const read = (describe: Octets, identify = identification()): ReturnType<typeof onlyField> =>
  onlyField(field(packed, { describe, identify }));

test("headers are read in the manual's words", () => {
  const tmp = read(product());
  expect(tmp).toMatchObject({ discipline: 0, category: 0, number: 0, variable: "TMP", levelText: "2 m above ground" });
  expect(tmp).toMatchObject({ center: 7, kind: "plain", packingTemplate: 0, productTemplate: 0, leadHours: 1 });
  expect(tmp.level).toEqual({ type: 103, value: 2 });
  expect(formatTime(tmp.initTime)).toBe("2018-07-22T00:00:00Z");
  expect(formatTime(tmp.validTime)).toBe("2018-07-22T01:00:00Z");
  expect(tmp.grid).toMatchObject({ template: 30, nx: 4, ny: 3, windComponents: "grid", scanningMode: 0x40 });
});

test.each([
  ["minutes", 0, u32(15), 0.25],
  ["hours", 1, u32(6), 6],
  ["days", 2, u32(2), 48],
  ["3 hours", 10, u32(2), 6],
  ["6 hours", 11, u32(2), 12],
  ["12 hours", 12, u32(2), 24],
  ["seconds", 13, u32(5400), 1.5],
  ["negative hours, sign and magnitude", 1, s32(-3), -3],
  ["negative hours, two's complement as NCEP wrote them", 1, u32(2 ** 32 - 3), -3],
])("a forecast time in %s becomes hours", (_, unit, forecastTime, hours) => {
  expect(read(product({ unit, forecastTime })).leadHours).toBe(hours);
});

test("months have no fixed length and are refused", () => {
  expect(() => read(product({ unit: 3 }))).toThrow(
    "expected a unit of time of fixed length (code table 4.4), got code 3",
  );
});

test.each([
  [8, []],
  [9, [...Array(13).fill(0)]],
  [10, [50]],
  [11, [0, 0, 5]],
  [12, [0, 5]],
])("lead and valid time of template 4.%i are the end of its interval", (template, before: readonly number[]) => {
  const end = interval(time(2018, 7, 22, 6), 2);
  const max = read(product({ template, forecastTime: u32(5), rest: [...before, ...end] }));
  expect(max.leadHours).toBe(6);
  expect(formatTime(max.validTime)).toBe("2018-07-22T06:00:00Z");
  expect(max.interval).toEqual({ startLeadHours: 5, process: 2, statedHours: 1 });
});

test("an interval that ends on no real date is refused", () => {
  const describe = product({ template: 8, rest: interval(time(2018, 2, 30)) });
  expect(() => read(describe)).toThrow(
    "octet 35: expected a date and time for the end of the time interval, got 2018-2-30",
  );
});

test("levels carry scaled values, missing ones none, and layers two", () => {
  expect(read(product({ level: [103, 1, ...s32(25)] })).level).toEqual({ type: 103, value: 2.5 });
  expect(read(product({ level: [100, 0x82, ...s32(850)] })).level).toEqual({ type: 100, value: 85_000 });
  expect(read(product({ level: [1, 255, ...u32(0xffffffff)] })).level).toEqual({ type: 1 });
  const layer = read(product({ level: [108, 0, ...s32(9000)], second: [108, 0, ...s32(0)] }));
  expect(layer.level).toEqual({ type: 108, value: 9000, second: { type: 108, value: 0 } });
  expect(layer.levelText).toBe("90-0 mb above ground");
});

test("of an unknown product template the parameter is read and nothing else, so that it matches nothing", () => {
  const found = read(product({ template: 40, category: 20, number: 2 }));
  expect(found).toMatchObject({ kind: "other", productTemplate: 40, category: 20, number: 2, level: { type: 255 } });
  expect([found.leadHours, found.validTime]).toEqual([Number.NaN, Number.NaN]);
  expect(matches(read(product({ template: 40 })), VARIABLES.t2m.grib)).toBe(false);
  expect(formatInventory([found])).toMatch(/^1:0:d=2018072200:.*:level not read:product template 4\.40:\n$/);
});

// Rotated, Gaussian, reduced Gaussian, unstructured, of a center's own, and one nobody has heard of.
test.each([
  ["rotated latitude-longitude (3.1)", otherGrid(1, 12, [...u32(4), ...u32(3)]), 4, 3],
  ["Gaussian (3.40)", otherGrid(40, 12, [...u32(4), ...u32(3)]), 4, 3],
  ["Gaussian (3.40)", otherGrid(40, 12, [...u32(0xffffffff), ...u32(3), 5, 4, 3], { listOctets: 1 }), 12, 1],
  ["unstructured (3.101)", otherGrid(101, 12, [1, ...u16(7), 1]), 12, 1],
  ["rotated latitude-longitude, Arakawa non-E (3.32769)", otherGrid(32769, 12, [...u32(4), ...u32(3)]), 4, 3],
  ["unknown (3.777)", otherGrid(777, 12, []), 12, 1],
  ["Lambert", otherGrid(30, 12, [...u32(4), ...u32(3)], { source: 1 }), 4, 3],
  ["irregular latitude-longitude (3.0)", latLonGrid({ basicAngle: [1, 1000] }), 4, 3],
])("a field on a grid that is %s is read, and has no place", (name, grid, nx, ny) => {
  const found = onlyField(field(packed, { grid }));
  expect(found.grid).toMatchObject({ template: "other", nx, ny });
  expect([...decodeValues(found)]).toEqual(twelve);
  if (name !== "Lambert")
    expect(() => toGrid(found.grid, "x.grib2")).toThrow(`got a grid that is ${name}; regrid the file first`);
  expect(() => toSouthUp(decodeValues(found), found.grid)).toThrow(RequestError);
});

test("contradicting and incredible point counts are refused", () => {
  const withGrid = (grid: Octets): unknown => onlyField(field(packed, { grid }));
  expect(() => withGrid(otherGrid(101, 2 ** 30, []))).toThrow("points, got 1073741824 x 1");
  expect(() => withGrid(lambertGrid({ points: 13 }))).toThrow("expected 4 x 3 = 12 data points, got 13");
  expect(() => withGrid(lambertGrid({ nx: 2 ** 20, ny: 2 ** 10, points: 2 ** 30 }))).toThrow(
    "points, got 1048576 x 1024",
  );
});

test("a reference time that is not a start is refused", () => {
  expect(() => read(product(), identification({ significance: 2 }))).toThrow(
    "section 1 octet 12: expected a reference time",
  );
});

test("a section that is too short says which octets are missing", () => {
  const cut = section(3, lambertGrid().slice(5, 40));
  expect(() => onlyField(field(packed, { grid: cut }))).toThrow(
    /section 3 octet 39: expected 4 octets for the La1, got 2; the file is damaged/,
  );
});

test("sections out of order, missing and left over are refused", () => {
  const [five, seven] = packed;
  const all = { 1: identification(), 3: lambertGrid(), 4: product(), 5: five, 6: noBitmap, 7: seven };
  const order = (...numbers: (keyof typeof all)[]): (() => unknown) => {
    return () => allFields(message(numbers.map((number) => all[number])));
  };
  expect(order(3, 4, 5, 6, 7)).toThrow("expected section 1, got section 3");
  expect(order(1, 3, 5, 6, 7)).toThrow("expected section 4 after section 3, got section 5");
  expect(order(1, 3, 4, 5, 6)).toThrow('expected section 7 before "7777", got section 6');
  expect(order(1, 3, 4, 5, 6, 7, 5)).toThrow("expected section 2 or 3 or 4 after section 7, got section 5");
  expect(() => allFields(message([]))).toThrow("got no section");
  expect(() => allFields(message([all[1], section(9, [])]))).toThrow("expected a section number of 1 to 7, got 9");
  expect(() => allFields(message([[0, 0, 0, 99, 1]]))).toThrow("expected a section length of 5 to 5 octets, got 99");
});

test("a message of several fields shares what is not repeated, bitmaps included", () => {
  const [five, seven] = simple([7, 8, 9]);
  const shared = [
    identification(),
    lambertGrid(),
    product(),
    five,
    bitmap([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    seven,
  ];
  const second = simple([1, 2, 3]);
  const third = simple(twelve);
  const fields = allFields(
    message([
      ...shared,
      product({ number: 6 }),
      second[0],
      sameBitmap,
      second[1],
      latLonGrid(),
      product(),
      third[0],
      noBitmap,
      third[1],
    ]),
  );
  expect(fields.map(({ variable, grid }) => [variable, grid.template])).toEqual([
    ["TMP", 30],
    ["DPT", 30],
    ["TMP", 0],
  ]);
  const values = fields.map((each) => [...decodeValues(each)].filter((value) => !Number.isNaN(value)));
  expect(values).toEqual([[7, 8, 9], [1, 2, 3], twelve]);
});

test("a bitmap to be reused must be there, and a center's own is refused", () => {
  expect(() => onlyField(field(packed, { mask: sameBitmap }))).toThrow(
    "expected a bitmap earlier in the message, got none",
  );
  expect(() => onlyField(field(packed, { mask: section(6, [7]) }))).toThrow(
    "expected bitmap indicator 0, 254 or 255, got 7",
  );
  expect(() => onlyField(field(packed, { mask: section(6, [0, 255]) }))).toThrow(
    "expected 2 octets of bitmap for 12 points, got 1",
  );
});

test("a field matches only the same quantity, at its level alone, at one instant", () => {
  const t2m = VARIABLES.t2m.grib;
  expect(matches(read(product()), t2m)).toBe(true);
  expect(matches(read(product({ template: 1, rest: [0, 0, 5] })), t2m)).toBe(true);
  expect(matches(read(product({ number: 6 })), t2m)).toBe(false);
  expect(matches(read(product({ level: [103, 0, ...s32(10)] })), t2m)).toBe(false);
  expect(matches(read(product({ second: [103, 0, ...s32(10)] })), t2m)).toBe(false);
  expect(matches(read(product({ template: 8, rest: interval(time(2018, 7, 22, 1), 2) })), t2m)).toBe(false);
  expect(matches(read(product({ template: 2, rest: [4, 5] })), t2m)).toBe(false);
  expect(matches(read(product({ template: 5, rest: Array(13).fill(0) })), t2m)).toBe(false);
  expect(matches(onlyField(field(packed, { discipline: 2 })), t2m)).toBe(false);
});

const REFD_1KM: FieldSelector = { discipline: 0, category: 16, number: 195, levelType: 103, levelValue: 1000 };

test.each([
  ["refc", VARIABLES.refc.grib, 196, 5, [10, 0, ...s32(0)], [200, 0, ...s32(0)]],
  ["refd", REFD_1KM, 195, 4, [103, 0, ...s32(1000)], undefined],
  ["retop", { discipline: 0, category: 16, number: 197, levelType: 3 }, 197, 3, [3, 0, ...s32(0)], undefined],
] as const)(
  "%s is NCEP's local number from NCEP, and WMO's number from anyone",
  (_, selector, local, wmo, level, twin) => {
    const found = (number: number, at: readonly number[], center: number): boolean =>
      matches(read(product({ category: 16, number, level: at }), identification({ center })), selector);
    expect(found(local, level, 7)).toBe(true);
    expect(found(wmo, level, 7)).toBe(true);
    for (const center of [59, 78, 98, 161]) {
      expect(found(wmo, level, center), `${center}`).toBe(true);
      expect(found(local, level, center), `${center}`).toBe(false);
    }
    for (const other of [0, 1, 2, 3, 4, 5, 198].filter((each) => each !== wmo)) {
      expect(found(other, level, 7), `${other}`).toBe(false);
    }
    expect(found(wmo, [1, 0, ...s32(0)], 7)).toBe(false);
    if (twin === undefined) return;
    expect([found(local, twin, 7), found(wmo, twin, 7)]).toEqual([true, true]);
    // Level type 200 is NCEP's own.
    expect(found(wmo, twin, 98)).toBe(false);
  },
);

test("the other six are known from any center, and a probability is of its quantity too", () => {
  for (const name of VARIABLE_NAMES.filter((each) => each !== "refc")) {
    const { category, number, levelType, levelValue = 0 } = VARIABLES[name].grib;
    const describe = product({ category, number, level: [levelType, 0, ...s32(levelValue)] });
    for (const center of [7, 54, 78, 98]) {
      expect(matches(read(describe, identification({ center })), VARIABLES[name].grib), `${name} ${center}`).toBe(true);
    }
  }
  const probability = read(product({ template: 5, rest: [0, 10, 1, 255, ...u32(0xffffffff), 0, ...s32(40)] }));
  expect(matchesQuantity(probability, VARIABLES.t2m.grib)).toBe(true);
  expect(matches(probability, VARIABLES.t2m.grib)).toBe(false);
});

test("all complaints are DecodeErrors", () => {
  expect(() => read(product({ template: 8, rest: interval(time(2018, 2, 30)) }))).toThrow(DecodeError);
});
