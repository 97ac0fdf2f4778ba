import { describe, expect, it } from "vitest";
import {
  cellCount,
  earthRelativeWind,
  gridRelativeWind,
  HRRR_GRID,
  normals,
  rotateWind,
  windRotation,
} from "../../src/core/index.ts";

describe("wind", () => {
  it.each([
    // By hand: a = sin 38.5° · (λ + 97.5°) = ∓14.00658°; 10 cos a = 9.702679, 10 sin a = ∓2.420333.
    [-120, 10, 0, 9.702679, 2.420333],
    [-120, 0, 10, -2.420333, 9.702679],
    [-75, 10, 0, 9.702679, -2.420333],
    [-97.5, 10, 0, 10, 0],
  ])("at %d° turns (%d, %d) to (%d, %d)", (longitude, u, v, east, north) => {
    const turned = rotateWind(u, v, windRotation(HRRR_GRID, longitude));
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
    expect(Math.hypot(east[1], north[1])).toBeCloseTo(5, 5);
  });

  it("comes back from the earth to the grid", () => {
    // Every 60th cell of HRRR's grid, corners included as nearly as that allows.
    const grid = { ...HRRR_GRID, nx: 30, ny: 18, dxMeters: 180_000, dyMeters: 180_000 };
    const [u, v] = ["u", "v"].map((purpose) => normals({ seed: 1, purpose }, cellCount(grid)).map((x) => 10 * x));
    const { east, north } = earthRelativeWind(u, v, grid);
    const back = gridRelativeWind(east, north, grid);
    // Two roundings to float32 of values below 64 m/s.
    for (const [was, is] of [
      [u, back.u],
      [v, back.v],
    ]) {
      for (const [cell, value] of was.entries()) expect(Math.abs(is[cell] - value)).toBeLessThan(8e-6);
    }
    expect(Math.max(...u.map((value, cell) => Math.abs(value - east[cell])))).toBeGreaterThan(1);
  });

  it("refuses components of another size than the grid", () => {
    const place = { ...HRRR_GRID, nx: 2, ny: 1 };
    expect(() => earthRelativeWind(new Float32Array(2), new Float32Array(3), place)).toThrow(
      "earth-relative wind: expected 2 cells twice, got 2 and 3",
    );
  });
});
