import { describe, expect, it } from "vitest";
import { type Field, utcSeconds, type ValidTime } from "../../src/core/index.ts";
import { forecastMoment, initialMoment, maximumOverTime, stateMoment } from "../../src/products/index.ts";
import { memoryEnsemble, SMALL_GRID } from "../memory-ensemble.ts";

describe("a moment", () => {
  it("is a forecast's lead, its start, or an hour of an archive", async () => {
    const ensemble = memoryEnsemble();
    const lead = forecastMoment(ensemble, 6);
    expect(lead).toMatchObject({ memberCount: 3, leadHours: 6, validTime: utcSeconds(2018, 7, 22, 18) });
    expect((await lead.read(2, "refc"))[0]).toBeCloseTo(2.06, 5);
    expect(initialMoment(ensemble)).toMatchObject({
      memberCount: 1,
      leadHours: 0,
      origin: "Method: DEF, s = 0.5, K = 1, 10 steps",
    });
    const hour = stateMoment({
      ...ensemble,
      validTime: utcSeconds(2018, 7, 22) as ValidTime,
      source: "NOAA HRRR",
      read: (channel) => ensemble.readInitial(channel),
    });
    expect(hour).toMatchObject({ memberCount: 1, origin: "Source: NOAA HRRR" });
    expect(hour.leadHours).toBeUndefined();
    expect((await hour.read(0, "wind"))[0]).toBeCloseTo(Math.hypot(500, 750), 3);
  });

  it("over a window has each member's own largest value, and none where one is missing", async () => {
    const grid = { ...SMALL_GRID, nx: 2, ny: 1 };
    const values = (member: number, lead: number): Field =>
      Float32Array.of(member === 0 ? lead : 10 - lead, lead === 2 && member === 1 ? Number.NaN : 0);
    const ensemble = memoryEnsemble({
      grid,
      channels: ["refc", "u10", "v10"],
      readMember: (member, lead) => Promise.resolve(values(member, lead)),
    });
    const window = maximumOverTime([1, 2, 6].map((lead) => forecastMoment(ensemble, lead)));
    expect(window.since).toEqual({ validTime: utcSeconds(2018, 7, 22, 13), leadHours: 1 });
    expect(window.leadHours).toBe(6);
    expect(window.quantities).not.toContain("direction");
    expect([...(await window.read(0, "refc"))]).toEqual([6, 0]);
    expect([...(await window.read(1, "refc"))]).toEqual([9, Number.NaN]);
    expect(() => maximumOverTime([])).toThrow("a window needs at least one moment");
    expect(() => maximumOverTime([forecastMoment(ensemble, 1), initialMoment(ensemble)])).toThrow(
      "the same members, got 3,1",
    );
  });
});
