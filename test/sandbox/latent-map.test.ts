import { describe, expect, it } from "vitest";
import { CLIMATE } from "../../src/sandbox/climate.ts";
import { latentThreshold, softplusSlope, toPhysical } from "../../src/sandbox/latent-map.ts";

const { refc, cape, cin, t2m } = CLIMATE;

describe("latent maps", () => {
  it("rise strictly, except where reflectivity is held at its floor", () => {
    for (const { map } of [cape, cin, t2m]) {
      for (let z = -6; z < 6; z += 0.25) expect(toPhysical(map, z + 0.25)).toBeGreaterThan(toPhysical(map, z));
    }
    expect([-3, -0.1, 0].map((z) => toPhysical(refc.map, z))).toEqual([-10, -10, -10]);
    expect(toPhysical(refc.map, 1)).toBe(7.5);
  });

  it("are undone by the latent threshold", () => {
    for (const { map } of [refc, cape, cin, t2m]) {
      for (const z of [0.01, 0.5, 2, 5]) expect(latentThreshold(map, toPhysical(map, z))).toBeCloseTo(z, 9);
    }
    for (const z of [-5, -1]) expect(latentThreshold(cape.map, toPhysical(cape.map, z))).toBeCloseTo(z, 9);
  });

  it("know the thresholds that every value and that no value reaches", () => {
    expect(latentThreshold(refc.map, -10)).toBe(Number.NEGATIVE_INFINITY);
    expect(latentThreshold(cape.map, 0)).toBe(Number.NEGATIVE_INFINITY);
    expect(latentThreshold(cin.map, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it("have the slope of their differences", () => {
    for (const { map } of [cape, cin]) {
      if (map.kind !== "softplus") throw new Error("these two bend");
      for (const z of [-3, 0, 0.7, 4]) {
        const difference = (toPhysical(map, z + 1e-5) - toPhysical(map, z - 1e-5)) / 2e-5;
        expect(softplusSlope(map, z) / difference).toBeCloseTo(1, 7);
      }
    }
  });

  it("give the climate that the table states", () => {
    expect(toPhysical(cape.map, 0)).toBeCloseTo(144, 0);
    expect(toPhysical(cape.map, 5)).toBeLessThan(8000);
    expect(toPhysical(cin.map, 0)).toBeCloseTo(-34.6, 1);
    // Upper tails of the standard normal at these: 0.2 %, 5 % and, for CIN below, 13 %.
    expect(latentThreshold(refc.map, 40)).toBeCloseTo(2.857, 3);
    expect(latentThreshold(cape.map, 1000)).toBeCloseTo(1.65, 2);
    expect(latentThreshold(cin.map, -100)).toBeCloseTo(-1.125, 2);
  });
});
