import { describe, expect, it } from "vitest";
import { forecastWarnings } from "../../src/cli/forecast-warnings.ts";
import { HRRR_GRID, type InitTime, utcSeconds, type ValidTime } from "../../src/core/index.ts";

const day = (of: number): number => utcSeconds(2024, 5, of);
const method = {
  title: "DEF",
  space: { channels: ["refc" as const], grid: HRRR_GRID },
  stepHours: 1,
  provenance: {},
  splits: [
    { split: "train" as const, first: day(1) as ValidTime, last: day(10) as ValidTime },
    { split: "test" as const, first: day(12) as ValidTime, last: day(14) as ValidTime },
  ],
  batch: 4,
};
const asked = { init: day(13) as InitTime, members: 8, leads: 18, trained: true };

describe("a forecast is warned of", () => {
  it("when it starts in hours that the model has learnt", () => {
    expect(forecastWarnings(method, { ...asked, init: day(5) as InitTime })).toEqual([
      "the init time lies in the training split, which the model knows: this forecast is no measure of skill",
    ]);
    expect(forecastWarnings({ ...method, splits: undefined }, { ...asked, init: day(5) as InitTime })).toEqual([]);
  });

  it("when it goes far beyond what was learnt at once", () => {
    const [warning] = forecastWarnings(method, { ...asked, leads: 25 });
    expect(warning).toMatch(/^--leads 25 h is more than 24 times the 1 h that the model was trained for/);
    expect(forecastWarnings({ ...method, anchorSteps: 2 }, { ...asked, leads: 25 })).toEqual([]);
    expect(forecastWarnings(method, { ...asked, leads: 25, trained: false })).toEqual([]);
  });

  it("when it has one member and could have more", () => {
    expect(forecastWarnings(method, { ...asked, members: 1 })).toEqual([
      "--members 1: one member has no spread, and probabilities of it are 0 or 100 %",
    ]);
    expect(forecastWarnings({ ...method, memberLimit: 1 }, { ...asked, members: 1 })).toEqual([]);
    expect(forecastWarnings({ ...method, motionSpread: 0 }, { ...asked, members: 1 })).toEqual([]);
  });

  it("of nothing else", () => {
    expect(forecastWarnings(method, asked)).toEqual([]);
  });
});
