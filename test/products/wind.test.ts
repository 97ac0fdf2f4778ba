import { describe, expect, it } from "vitest";
import { gridRelativeWind, HRRR_GRID } from "../../src/core/index.ts";
import {
  accumulateStatistics,
  availableQuantities,
  directionOf,
  parseQuantities,
  QUANTITIES,
  readQuantity,
  windDirection,
  windSpeed,
} from "../../src/products/index.ts";

describe("wind", () => {
  it("has the mean of the members' speeds, not the speed of the mean wind", async () => {
    const members = [
      { u10: 5, v10: 0 },
      { u10: -5, v10: 0 },
    ];
    const statistics = accumulateStatistics(1);
    for (const member of members) {
      const read = (channel: string): Promise<Float32Array> =>
        Promise.resolve(Float32Array.of(member[channel as "u10" | "v10"]));
      statistics.add(await readQuantity("wind", HRRR_GRID, read));
    }
    expect(statistics.finish().mean[0]).toBe(5);
  });

  it("is missing where a component is", () => {
    expect(windSpeed(Float32Array.of(Number.NaN), Float32Array.of(1))[0]).toBeNaN();
  });
});

describe("wind direction", () => {
  it("is where the wind comes from, and none for a calm", () => {
    // (270° − atan2(v, u)) mod 360
    expect([directionOf(0, -5), directionOf(-5, 0), directionOf(0, 5), directionOf(5, 0)]).toEqual([0, 90, 180, 270]);
    expect(directionOf(1, 1)).toBeCloseTo(225, 9);
    expect(directionOf(0, 0)).toBeNaN();
  });

  it("is true north's, not the grid's", () => {
    // The north-east corner of HRRR's grid is turned by more than 20°; a true south wind comes from 180° everywhere.
    const cells = 60;
    const corner = {
      ...HRRR_GRID,
      nx: cells,
      ny: 1,
      x0Meters: HRRR_GRID.x0Meters + 1739 * 3000,
      y0Meters: HRRR_GRID.y0Meters + 1058 * 3000,
    };
    const { u, v } = gridRelativeWind(new Float32Array(cells), new Float32Array(cells).fill(10), corner);
    expect(Math.abs(u[59])).toBeGreaterThan(3);
    for (const degrees of windDirection(u, v, corner)) expect(degrees).toBeCloseTo(180, 3);
  });
});

describe("quantities", () => {
  it("have titles the typeface has signs for", () => {
    for (const { title, units } of Object.values(QUANTITIES)) expect(title + units).toMatch(/^[ -~°]+$/);
  });

  it("include wind speed only where both components are", () => {
    expect(availableQuantities(["refc", "u10"])).toEqual(["refc", "u10"]);
    expect(availableQuantities(["u10", "v10"])).toEqual(["u10", "v10", "wind", "direction"]);
  });

  it("that are not stored are refused by name", () => {
    expect(() => parseQuantities("refc,cape", ["refc", "t2m"], "--variables")).toThrow(
      "--variables: expected distinct names out of refc,t2m, got refc,cape; ask only for what is stored there (channels refc,t2m)",
    );
    expect(() => parseQuantities("refc,refc", ["refc"], "--variables")).toThrow("distinct names");
  });
});
