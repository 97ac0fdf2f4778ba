import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeLevel } from "../../src/grib2/tables/levels.ts";
import { parameterName } from "../../src/grib2/tables/parameters.ts";
import { describeWithData } from "../shared-data.ts";

const name = (discipline: number, category: number, number: number, center = 7): string =>
  parameterName({ discipline, category, number, center, localTable: 1 });

// NCEP's GRIB2 code table 4.2, as wgrib2's gribtable lists it.
test.each([
  ["TMP", 0, 0, 0],
  ["DPT", 0, 0, 6],
  ["APCP", 0, 1, 8],
  ["CFRZR", 0, 1, 34],
  ["UGRD", 0, 2, 2],
  ["VGRD", 0, 2, 3],
  ["HPBL", 0, 3, 18],
  ["CAPE", 0, 7, 6],
  ["CIN", 0, 7, 7],
  ["MXUPHL", 0, 7, 199],
  ["REFC", 0, 16, 196],
  ["REFC", 0, 16, 5],
  ["LTNG", 0, 17, 192],
  ["SBT123", 3, 192, 1],
])("%s is %i/%i/%i", (abbreviation, ...parameter) => {
  expect(name(...parameter)).toBe(abbreviation);
});

test("what is not in the table is written out, and local numbers are NCEP's alone", () => {
  expect(name(0, 16, 201)).toBe("var discipline=0 center=7 local_table=1 parmcat=16 parm=201");
  expect(name(0, 16, 196, 98)).toBe("var discipline=0 center=98 local_table=1 parmcat=16 parm=196");
  expect(name(0, 0, 0, 98)).toBe("TMP");
});

// Level column of HRRR's own inventories.
test.each([
  ["surface", { type: 1, value: 0 }],
  ["2 m above ground", { type: 103, value: 2 }],
  ["500 mb", { type: 100, value: 50_000 }],
  ["90-0 mb above ground", { type: 108, value: 9000, second: { type: 108, value: 0 } }],
  ["5000-2000 m above ground", { type: 103, value: 5000, second: { type: 103, value: 2000 } }],
  ["0.5-0.8 sigma layer", { type: 104, value: 0.5, second: { type: 104, value: 0.8 } }],
  ["0.1 sigma level", { type: 104, value: 0.1 }],
  ["261 K level - 256 K level", { type: 20, value: 261, second: { type: 20, value: 256 } }],
  ["0 m underground", { type: 106, value: 0 }],
  ["entire atmosphere", { type: 10, value: 0 }],
  ["entire atmosphere (considered as a single layer)", { type: 200, value: 0 }],
  ["level of adiabatic condensation from sfc", { type: 5, value: 0 }],
  ["level type 150 value 3", { type: 150, value: 3 }],
  ["level type 103", { type: 103 }],
])("%s", (words, level) => {
  expect(describeLevel(level, 7)).toBe(words);
});

test("another center's local levels are not given NCEP's names", () => {
  expect(describeLevel({ type: 214 }, 98)).toBe("level type 214");
});

describeWithData("HRRR inventories", (folder) => {
  test("every abbreviation of HRRR's inventories is in the table", () => {
    const known = new Set<string>();
    for (let discipline = 0; discipline <= 10; discipline++) {
      for (let category = 0; category <= 192; category += category === 20 ? 172 : 1) {
        for (let number = 0; number < 255; number++) known.add(name(discipline, category, number));
      }
    }
    const files = readdirSync(join(folder, "idx"), { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".idx"),
    );
    expect(files.length).toBeGreaterThan(5);
    const used = files.flatMap((file) =>
      readFileSync(join(folder, "idx", file), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(":")[3]),
    );
    expect([...new Set(used)].filter((word) => !word.startsWith("var ") && !known.has(word))).toEqual([]);
  });
});
