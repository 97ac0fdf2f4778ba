/** Ensemble products: what section 4 says of members, derived fields, percentiles and probabilities, and in which words. @module */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contradiction, formatInventory, type GribField, parseEvent } from "../../src/grib2/index.ts";
import { describeWithPeer, runPeer } from "../peer.ts";
import { field, identification, interval, type Octets, product, s8, s32, simple, time, u32 } from "./forge.ts";
import { allFields, onlyField } from "./read.ts";

const packed = simple([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
const read = (describe: Octets, center = 7): GribField =>
  onlyField(field(packed, { describe, identify: identification({ center }) }));
const extraOf = (from: GribField): string => formatInventory([from]).trimEnd().split(":").slice(6).join(":");

const NONE = [255, ...u32(0xffffffff)];
const limit = (power: number, scaled: number): Octets => [...s8(power), ...s32(scaled)];
/** HREF's "composite reflectivity above 40 dBZ", of ten members. */
const above40 = [0, 10, 1, ...NONE, ...limit(0, 40)];

test("a member, a derived field and a percentile say which", () => {
  expect(read(product({ template: 1, rest: [3, 5, 14] }))).toMatchObject({
    kind: "member",
    memberType: 3,
    member: 5,
    ensembleSize: 14,
  });
  expect(read(product({ template: 2, rest: [4, 13] }))).toMatchObject({
    kind: "derived",
    derived: 4,
    ensembleSize: 13,
  });
  expect(read(product({ template: 6, rest: [90] }))).toMatchObject({ kind: "percentile", percentile: 90 });
  const plain = read(product());
  for (const key of ["member", "derived", "percentile", "probability", "ensembleSize"])
    expect(plain).not.toHaveProperty(key);
});

test("a probability keeps its event, limits and count; NCEP's count is its ensemble's size", () => {
  const probability = { type: "above upper limit", upper: 40, number: 0, total: 10 };
  const href = read(product({ template: 5, rest: above40 }));
  expect(href).toMatchObject({ kind: "probability", probability, ensembleSize: 10 });
  expect(href.probability).not.toHaveProperty("lower");
  const elsewhere = read(product({ template: 5, rest: above40 }), 98);
  expect(elsewhere).toMatchObject({ probability });
  expect(elsewhere).not.toHaveProperty("ensembleSize");
  const between = read(product({ template: 5, rest: [1, 3, 2, ...limit(1, -25), ...limit(-2, 3)] }));
  expect(between.probability).toEqual({ type: "between limits", lower: -2.5, upper: 300, number: 1, total: 3 });
  expect(() => read(product({ template: 5, rest: [0, 10, 9, ...NONE, ...NONE] }))).toThrow(
    "section 4 octet 37: expected a probability type of code table 4.9 (0 to 5), got 9; this kind of product is not",
  );
});

test("an interval follows what its template adds", () => {
  const end = interval(time(2018, 7, 22, 6), 1);
  for (const [template, before] of [
    [8, []],
    [9, above40],
    [10, [50]],
    [11, [3, 5, 14]],
    [12, [1, 13]],
  ] as const) {
    const found = read(product({ template, forecastTime: u32(5), rest: [...before, ...end] }));
    expect(found.interval, `4.${template}`).toEqual({ startLeadHours: 5, process: 1, statedHours: 1 });
    expect(found.leadHours).toBe(6);
    expect(contradiction(found)).toBeUndefined();
  }
});

test("an interval whose start, length and end disagree is told", () => {
  const ofInterval = (start: number, end: Octets): string | undefined =>
    contradiction(read(product({ template: 8, forecastTime: u32(start), rest: end })));
  expect(ofInterval(3, interval(time(2018, 7, 22, 6), 1))).toBe(
    "an interval from +3 h to +6 h that is 1 h long by its own length",
  );
  expect(ofInterval(7, interval(time(2018, 7, 22, 6), 1))).toBe(
    "an interval from +7 h to +6 h, which ends before it begins",
  );
  // Of several ranges the first is not the whole.
  const several = [...interval(time(2018, 7, 22, 6), 1)];
  several[7] = 2;
  expect(ofInterval(3, [...several, ...several.slice(12)])).toBeUndefined();
});

// Texts as HREF's, REFS' and GEFS's inventories have them; the rest by wgrib2's manual.
test.each([
  ["", 0, []],
  ["ENS=hi-res ctl", 1, [0, 0, 14]],
  ["ENS=low-res ctl", 1, [1, 0, 14]],
  ["ENS=-3", 1, [2, 3, 14]],
  ["ENS=+3", 1, [3, 3, 14]],
  ["ens mean", 2, [0, 10]],
  ["wt ens mean", 2, [1, 10]],
  ["ens spread", 2, [4, 10]],
  ["max all members", 2, [9, 10]],
  ["50% all members", 2, [194, 10]],
  ["10% level", 6, [10]],
  ["prob >40:prob fcst 0/10", 5, above40],
  ["prob <273.15:prob fcst 0/10", 5, [0, 10, 0, ...limit(2, 27_315), ...NONE]],
  ["prob >=9 <20:prob fcst 0/14", 5, [0, 14, 2, ...limit(0, 9), ...limit(0, 20)]],
  ["prob >0.08:prob fcst 0/14", 5, [0, 14, 3, ...limit(2, 8), ...NONE]],
] as const)("%s", (text, template, rest) => {
  expect(extraOf(read(product({ template, rest })))).toBe(text);
});

test("a neighborhood probability is called one", () => {
  const describe = [...product({ template: 5, rest: above40 })];
  describe[11] = 194;
  expect(read(describe).generatingProcess).toBe(194);
  expect(extraOf(read(describe))).toBe("prob >40:prob fcst 0/10:Neighborhood Probability");
  describe[11] = 197;
  expect(extraOf(read(describe))).toBe("prob >40:prob fcst 0/10:process=197");
});

test("the event is read back from an inventory's words", () => {
  expect(parseEvent("prob >40:prob fcst 0/10:Neighborhood Probability")).toEqual({ above: 40, number: 0, total: 10 });
  expect(parseEvent("prob <273.15:prob fcst 0/10")).toEqual({ below: 273.15, number: 0, total: 10 });
  expect(parseEvent("prob >=9 <20:prob fcst 0/14")).toEqual({ above: 9, below: 20, number: 0, total: 14 });
  expect(parseEvent("prob <-50")).toEqual({ below: -50 });
  for (const none of ["", "wt ens mean", "ENS=+3", "prob ", "prob fcst 0/10"]) expect(parseEvent(none)).toBeUndefined();
});

describeWithPeer("ecCodes' own ensemble products", () => {
  test("say the same here", () => {
    const folder = mkdtempSync(join(tmpdir(), "updraft-products-"));
    try {
      const path = join(folder, "products.grib2");
      const theirs = runPeer("grib2_products.py", [path])
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, number | string>);
      const ours = allFields(readFileSync(path));
      expect(ours.length).toBe(theirs.length);
      for (const [at, each] of ours.entries()) {
        const key = theirs[at];
        expect(each.productTemplate).toBe(key["template"]);
        const { startLeadHours = each.leadHours } = each.interval ?? {};
        expect(startLeadHours === each.leadHours ? `${each.leadHours}` : `${startLeadHours}-${each.leadHours}`).toBe(
          key["stepRange"],
        );
        const scaled = (which: string): number | undefined =>
          key[`scaledValueOf${which}Limit`] === undefined
            ? undefined
            : Number(key[`scaledValueOf${which}Limit`]) / 10 ** Number(key[`scaleFactorOf${which}Limit`]);
        expect([each.member, each.memberType, each.derived, each.percentile]).toEqual([
          key["perturbationNumber"],
          key["typeOfEnsembleForecast"],
          key["derivedForecast"],
          key["percentileValue"],
        ]);
        expect(each.ensembleSize).toBe(key["numberOfForecastsInEnsemble"] ?? key["totalNumberOfForecastProbabilities"]);
        expect([each.probability?.lower, each.probability?.upper]).toEqual([scaled("Lower"), scaled("Upper")]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
