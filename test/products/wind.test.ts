import { describe, expect, it } from "vitest";
import { HRRR_GRID, HRRR_PROJECTION, windRotation } from "../../src/core/index.ts";
import {
  accumulateStatistics,
  availableQuantities,
  earthRelativeWind,
  parseQuantities,
  readQuantity,
  rotateWind,
  windSpeed,
} from "../../src/products/index.ts";

describe("wind", () => {
  it.each([
    // By hand: a = sin 38.5° · (λ + 97.5°) = ∓14.00658°; 10 cos a = 9.702679, 10 sin a = ∓2.420333.
    [-120, 10, 0, 9.702679, 2.420333],
    [-120, 0, 10, -2.420333, 9.702679],
    [-75, 10, 0, 9.702679, -2.420333],
    [-97.5, 10, 0, 10, 0],
  ])("at %d° turns (%d, %d) to (%d, %d)", (longitude, u, v, east, north) => {
    const turned = rotateWind(u, v, windRotation(HRRR_PROJECTION, longitude));
    expect(turned.east).toBeCloseTo(east, 6);
    expect(turned.north).toBeCloseTo(north, 6);
  });

  it("keeps its speed when a field is turned, and turns by the cell's own longitude", () => {
    const grid = { ...HRRR_GRID, nx: 2, ny: 1 };
    const u = Float32Array.from([10, 3]);
    const v = Float32Array.from([0, 4]);
    const { east, north } = earthRelativeWind(u, v, grid);
    // The first cell of HRRR's grid: −15.69952530909°.
    expect(east[0]).toBeCloseTo(10 * Math.cos((15.69952530909 * Math.PI) / 180), 5);
    expect(north[0]).toBeCloseTo(10 * Math.sin((15.69952530909 * Math.PI) / 180), 5);
    expect(windSpeed(east, north)[1]).toBeCloseTo(5, 5);
  });

  it("has the mean of the members' speeds, not the speed of the mean wind", async () => {
    const members = [
      { u10: 5, v10: 0 },
      { u10: -5, v10: 0 },
    ];
    const statistics = accumulateStatistics(1);
    for (const member of members) {
      const read = (channel: string): Promise<Float32Array> =>
        Promise.resolve(Float32Array.of(member[channel as "u10" | "v10"]));
      statistics.add(await readQuantity("wind", read));
    }
    expect(statistics.finish().mean[0]).toBe(5);
  });

  it("is missing where a component is", () => {
    expect(windSpeed(Float32Array.of(Number.NaN), Float32Array.of(1))[0]).toBeNaN();
  });
});

describe("quantities", () => {
  it("include wind speed only where both components are", () => {
    expect(availableQuantities(["refc", "u10"])).toEqual(["refc", "u10"]);
    expect(availableQuantities(["u10", "v10"])).toEqual(["u10", "v10", "wind"]);
  });

  it("that are not stored are refused by name", () => {
    expect(() => parseQuantities("refc,cape", ["refc", "t2m"], "--variables")).toThrow(
      "--variables: expected distinct names out of refc,t2m, got refc,cape; ask only for what is stored there (channels refc,t2m)",
    );
    expect(() => parseQuantities("refc,refc", ["refc"], "--variables")).toThrow("distinct names");
  });
});
