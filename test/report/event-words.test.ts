import { describe, expect, it } from "vitest";
import { PROTOCOLS } from "../../src/evaluation/index.ts";
import { eventSlug, eventWords } from "../../src/report/event-words.ts";
import { eventSigns, metricSigns } from "../../src/report/index.ts";

describe("an event in words", () => {
  // 32 + (305.372 − 273.15) · 9/5 = 89.9996 °F; 285.93 K = 55.004 °F.
  it.each([
    ["t2m>=305.372", "2 m temperature at least 90 °F", "t2m ≥ 90 °F", "t2m_ge90F"],
    ["d2m>=285.93", "2 m dew point at least 55 °F", "d2m ≥ 55 °F", "d2m_ge55F"],
    [
      "refc>=40@40km",
      "composite reflectivity at least 40 dBZ within 40 km",
      "refc ≥ 40 dBZ within 40 km",
      "refc_ge40_within40km",
    ],
    ["cin>=-50", "surface-based CIN at least −50 J/kg", "cin ≥ −50 J/kg", "cin_ge-50"],
    ["report@40km", "report@40km", "report@40km", "report_within40km"],
  ])("%s has its threshold in the unit it was defined in", (event, words, signs, slug) => {
    expect([eventWords(event), eventSigns(event), eventSlug(event)]).toEqual([words, signs, slug]);
  });

  it("of every protocol has a threshold without a fraction", () => {
    for (const { thresholds } of Object.values(PROTOCOLS)) {
      for (const [variable, values] of Object.entries(thresholds)) {
        for (const value of values) expect(eventSigns(`${variable}>=${value}`)).toMatch(/ ≥ −?\d+ \S+$/);
      }
    }
  });

  it("stands in the names of metrics", () => {
    expect(metricSigns("Brier t2m>=310.928")).toBe("Brier t2m ≥ 100 °F");
    expect(metricSigns("1-FSS refc>=20@40km square 27km")).toBe("1-FSS refc ≥ 20 dBZ within 40 km square 27km");
    expect(metricSigns("CRPS t2m")).toBe("CRPS t2m");
  });
});
