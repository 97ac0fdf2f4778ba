import { describe, expect, it } from "vitest";
import {
  DEFAULT_THRESHOLDS,
  describeThreshold,
  parseThresholds,
  threshold,
  thresholdSlug,
} from "../../src/products/index.ts";

describe("thresholds", () => {
  it("convert what people say to stored units", () => {
    // docs/design conventions, to three decimals: 90 °F, 100 °F, 55/60/65/70 °F and 25/35/50 kt.
    const stored = (quantity: "t2m" | "d2m" | "wind", value: number): number => threshold(quantity, value).stored;
    expect(stored("t2m", 90)).toBeCloseTo(305.372, 3);
    expect(stored("t2m", 100)).toBeCloseTo(310.928, 3);
    expect(stored("t2m", 32)).toBeCloseTo(273.15, 9);
    for (const [fahrenheit, kelvin] of [
      [55, 285.928],
      [60, 288.706],
      [65, 291.483],
      [70, 294.261],
    ]) {
      expect(stored("d2m", fahrenheit)).toBeCloseTo(kelvin, 3);
    }
    for (const [knots, speed] of [
      [25, 12.861],
      [35, 18.006],
      [50, 25.722],
    ]) {
      expect(stored("wind", knots)).toBeCloseTo(speed, 3);
    }
  });

  it("have stable names for files and titles", () => {
    expect(Object.values(DEFAULT_THRESHOLDS).flat().map(thresholdSlug)).toEqual([
      "refc_ge20",
      "refc_ge30",
      "refc_ge40",
      "refc_ge50",
      "t2m_le32F",
      "t2m_ge90F",
      "t2m_ge100F",
      "d2m_ge55F",
      "d2m_ge60F",
      "d2m_ge65F",
      "d2m_ge70F",
      "wind_ge25kt",
      "wind_ge35kt",
      "wind_ge50kt",
      "cape_ge250",
      "cape_ge500",
      "cape_ge1000",
      "cape_ge1500",
      "cape_ge2000",
      "cape_ge3000",
      "cin_ge-100",
      "cin_ge-50",
      "cin_ge-25",
      "depression_le3",
      "rh_le20",
      "rh_ge90",
      "lcl_le1000",
    ]);
    expect(describeThreshold(threshold("t2m", 32, "atMost"))).toBe("2 m temperature <= 32 °F");
  });

  it("are read from a command line", () => {
    expect(parseThresholds("refc=35,45", "--thresholds")).toEqual([threshold("refc", 35), threshold("refc", 45)]);
    expect(parseThresholds("t2m=<=32,>=95.5", "--thresholds")).toEqual([
      threshold("t2m", 32, "atMost"),
      threshold("t2m", 95.5),
    ]);
  });

  it.each(["refc", "refc=", "refc=a", "rain=3", "refc=20,,30"])("refuse %j", (text) => {
    expect(() => parseThresholds(text, "--thresholds")).toThrow("--thresholds: expected QUANTITY=NUMBER,...");
  });
});
