import { describe, expect, it } from "vitest";
import {
  lclHeight,
  lclTemperature,
  relativeHumidity,
  saturationVaporPressure,
  theoreticalUpdraft,
} from "../../src/products/index.ts";

const celsius = (degrees: number): number => degrees + 273.15;
const fahrenheit = (degrees: number): number => ((degrees - 32) * 5) / 9 + 273.15;

// Golden values of the conventions' section 3.2, by Bolton's formulas in double precision (numpy); MetPy's own agree to what its
// constants differ: python -c "import numpy as n; f=lambda t: 6.112*n.exp(17.67*t/(t+243.5)); print(f(0),f(10),f(20),100*f(15)/f(25))"
describe("temperature and dew point", () => {
  it("give the saturation vapour pressure at 0 °C, 50 °F and 68 °F", () => {
    expect(saturationVaporPressure(celsius(0))).toBeCloseTo(6.112, 9);
    expect(saturationVaporPressure(fahrenheit(50))).toBeCloseTo(12.2717, 4);
    expect(saturationVaporPressure(fahrenheit(68))).toBeCloseTo(23.3695, 4);
  });

  it("give the relative humidity", () => {
    expect(relativeHumidity(celsius(25), celsius(15))).toBeCloseTo(53.8, 2);
    expect(relativeHumidity(fahrenheit(70), fahrenheit(55))).toBeCloseTo(58.935, 3);
    expect(relativeHumidity(celsius(20), celsius(20.5))).toBeGreaterThan(100);
  });

  it("give temperature and height of the LCL of 30/20 °C", () => {
    expect(lclTemperature(celsius(30), celsius(20))).toBeCloseTo(290.8151, 4);
    expect(lclHeight(celsius(30), celsius(20))).toBeCloseTo(1250, 6);
  });

  it("give the theoretical updraft", () => {
    expect(theoreticalUpdraft(3200)).toBe(80);
  });
});
