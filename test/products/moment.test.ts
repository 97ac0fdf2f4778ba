import { describe, expect, it } from "vitest";
import { type Ensemble, type Field, utcSeconds, type ValidTime } from "../../src/core/index.ts";
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
      // The state at the start is not the method's.
      origin: "Source: a source that is not recorded",
    });
    expect(lead.origin).toBe("Method: DEF, s = 0.5, K = 1, 10 steps; started from a source that is not recorded");
    const hour = stateMoment({
      ...ensemble,
      validTime: utcSeconds(2018, 7, 22) as ValidTime,
      source: "NOAA HRRR",
      leadHours: 0,
      read: (channel) => ensemble.readInitial(channel),
    });
    expect(hour).toMatchObject({ memberCount: 1, origin: "Source: NOAA HRRR" });
    expect(hour.leadHours).toBeUndefined();
    expect((await hour.read(0, "wind"))[0]).toBeCloseTo(Math.hypot(500, 750), 3);
  });

  it("names the source of the state a forecast starts from, and says where that is a forecast itself", () => {
    const of = (leadHours: number): Pick<Ensemble, "start"> => ({ start: { source: "NOAA HRRR", leadHours } });
    expect(forecastMoment(memoryEnsemble(of(0)), 6).origin).toMatch(/; started from NOAA HRRR$/);
    expect(initialMoment(memoryEnsemble(of(0))).origin).toBe("Source: NOAA HRRR");
    expect(initialMoment(memoryEnsemble(of(0))).stateLeadHours).toBeUndefined();
    const late = memoryEnsemble(of(12));
    expect(initialMoment(late)).toMatchObject({
      stateLeadHours: 12,
      leadHours: 0,
      origin: "Source: NOAA HRRR, its 12 h forecast from 2018-07-22 00Z",
    });
    expect(forecastMoment(late, 6).origin).toMatch(/; started from NOAA HRRR, its 12 h forecast from 2018-07-22 00Z$/);
  });

  it("of an archive's forecast knows when that was begun", () => {
    const ensemble = memoryEnsemble();
    const hour = stateMoment({
      ...ensemble,
      validTime: utcSeconds(2018, 7, 22, 18) as ValidTime,
      source: "NOAA HRRR",
      leadHours: 12,
      read: (channel) => ensemble.readInitial(channel),
    });
    expect(hour).toMatchObject({
      initTime: utcSeconds(2018, 7, 22, 6),
      leadHours: 12,
      stateLeadHours: 12,
      origin: "Source: NOAA HRRR, its 12 h forecast from 2018-07-22 06Z",
    });
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
