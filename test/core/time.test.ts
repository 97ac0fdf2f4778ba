import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compactHour,
  formatHour,
  formatLead,
  formatTime,
  hourOfDay,
  type InitTime,
  initFromAnalysis,
  leadTime,
  parseLead,
  parseTime,
  RequestError,
  type UtcSeconds,
  utcSeconds,
  validTime,
  yearFraction,
} from "../../src/core/index.ts";

const noon = utcSeconds(2018, 7, 22, 12);

describe("parseTime", () => {
  it.each([
    "2018-07-22T12Z",
    "2018-07-22 12Z",
    "2018-07-22T12",
    "2018072212",
    "20180722 12",
    "2018-07-22T12:00",
    "2018-07-22T12:00:00Z",
    "  2018-07-22T12Z ",
  ])("reads %j as noon UTC", (text) => {
    expect(parseTime(text, "--init")).toBe(noon);
  });

  it("reads a date alone as its 00Z, and minutes and seconds where given", () => {
    expect(parseTime("2018-07-22", "--init")).toBe(noon - 12 * 3600);
    expect(parseTime("2018-07-22T12:30:15Z", "--init")).toBe(noon + 1815);
  });

  it.each([
    ["a day that does not exist", "2018-02-29"],
    ["a month that does not exist", "2018-13-01"],
    ["hour 24", "2018-07-22T24Z"],
    ["minute 60", "2018-07-22T12:60Z"],
    ["another time zone", "2018-07-22T12:00+02:00"],
    ["two digits of a year", "18-07-22"],
    ["words", "yesterday"],
    ["nothing", ""],
  ])("refuses %s in one line that names the flag", (_, text) => {
    expect(() => parseTime(text, "--init")).toThrow(
      new RequestError({ place: "--init", expected: "a UTC time like 2018-07-22T12Z", got: JSON.stringify(text) }),
    );
  });

  it("reads back what formatTime writes, for any second of four-digit years", () => {
    const seconds = fc.integer({ min: utcSeconds(1000, 1, 1), max: utcSeconds(9999, 12, 31) });
    fc.assert(
      fc.property(seconds, (time) => {
        expect(parseTime(formatTime(time as UtcSeconds), "x")).toBe(time);
      }),
    );
  });

  it.each(["UTC", "Pacific/Auckland", "America/St_Johns"])("does not care that the machine stands in %s", (zone) => {
    const before = process.env["TZ"];
    process.env["TZ"] = zone;
    try {
      // Proof that the zone is in force; New Zealand and Newfoundland are not on UTC in July.
      expect(new Date(noon * 1000).getTimezoneOffset() === 0).toBe(zone === "UTC");
      expect(parseTime("2018-07-22T12Z", "x")).toBe(noon);
      expect(formatTime(noon)).toBe("2018-07-22T12:00:00Z");
      expect(formatHour(noon)).toBe("2018-07-22 12Z");
      expect(hourOfDay(noon)).toBe(12);
      expect(yearFraction(utcSeconds(2018, 1, 1))).toBe(0);
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }
  });

  it("knows leap days, and no leap seconds", () => {
    expect(parseTime("2020-02-29", "x")).toBe(utcSeconds(2020, 2, 29));
    expect(() => parseTime("2016-12-31T23:59:60Z", "x")).toThrow(RequestError);
  });
});

describe("leads", () => {
  it("are told in the largest unit of which they are whole numbers", () => {
    expect([6, 1.5, 100 / 3600, 1 / 3].map(formatLead)).toEqual(["6 h", "90 min", "100 s", "20 min"]);
  });

  it("are read back from what is told, and as people write them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * 3600 }), (seconds) => {
        const lead = seconds / 3600;
        expect(parseLead(formatLead(lead), "x")).toBe(lead);
        expect(parseLead(`+${formatLead(lead).replace(" ", "")}`, "x")).toBe(lead);
      }),
    );
    expect(["18", "0.5", "18h", "40m", "40 min", "100s"].map((text) => parseLead(text, "x"))).toEqual([
      18,
      0.5,
      18,
      2 / 3,
      2 / 3,
      1 / 36,
    ]);
  });

  it.each(["0", "-1", "0.1s", "1h30", "soon", ""])("are refused when written %j", (text) => {
    expect(() => parseLead(text, "--leads")).toThrow(/^--leads: expected hours, like 18 or 0.5, or minutes/);
  });
});

describe("times", () => {
  it("are written for machines, people and paths", () => {
    expect(formatTime(noon)).toBe("2018-07-22T12:00:00Z");
    expect(formatHour(noon)).toBe("2018-07-22 12Z");
    expect(formatHour((noon + 1800) as UtcSeconds)).toBe("2018-07-22 12:30Z");
    expect(compactHour(noon)).toBe("2018072212");
    expect(compactHour((noon + 1800) as UtcSeconds)).toBe("201807221230");
  });

  it("say their seconds wherever there are any, and are read back from what people and paths are told", () => {
    const odd = (noon + 40) as UtcSeconds;
    expect(formatHour(odd)).toBe("2018-07-22 12:00:40Z");
    expect(compactHour(odd)).toBe("20180722120040");
    const seconds = fc.integer({ min: utcSeconds(1000, 1, 1), max: utcSeconds(9999, 12, 31) });
    fc.assert(
      fc.property(
        fc.oneof(
          seconds,
          seconds.map((time) => time - (time % 60)),
        ),
        (time) => {
          for (const text of [formatHour(time), compactHour(time)]) expect(parseTime(text, "x"), text).toBe(time);
        },
      ),
    );
  });

  it("add and subtract leads, across midnight and into minutes", () => {
    const init = utcSeconds(2018, 7, 22, 23) as InitTime;
    expect(formatTime(validTime(init, 2))).toBe("2018-07-23T01:00:00Z");
    expect(validTime(init, 0.25) - init).toBe(900);
    expect(leadTime(init, validTime(init, 18))).toBe(18);
    expect(initFromAnalysis(validTime(init, 0))).toBe(init);
  });

  it("tell the hour of the day and the part of the year, before 1970 too", () => {
    expect(hourOfDay((noon + 1800) as UtcSeconds)).toBe(12.5);
    expect(hourOfDay(utcSeconds(1969, 12, 31, 23))).toBe(23);
    expect(yearFraction(utcSeconds(2018, 1, 1))).toBe(0);
    expect(yearFraction(utcSeconds(2019, 7, 2, 12))).toBe(0.5);
    expect(yearFraction(utcSeconds(2020, 12, 31))).toBeCloseTo(365 / 366, 12);
  });

  it("refuse an instant that does not exist", () => {
    expect(() => utcSeconds(2018, 2, 30)).toThrow(new RangeError("no such instant: 2018-2-30-0-0-0"));
  });
});
