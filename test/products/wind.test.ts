import { describe, expect, it } from "vitest";
import {
  accumulateStatistics,
  availableQuantities,
  parseQuantities,
  readQuantity,
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
