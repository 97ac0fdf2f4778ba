import { describe, expect, it } from "vitest";
import { cellFinder, cellLocator, HRRR_GRID } from "../../src/core/index.ts";
import { cutout, parseRegion, SECTORS } from "../../src/products/index.ts";
import { cropOfHrrr } from "./sample-ensemble.ts";

describe("a region", () => {
  it("is a sector by name or a box by its degrees, with a name for files", () => {
    expect(parseRegion("SGP", "--region")).toMatchObject({ title: "Southern Great Plains", south: 25.3, east: -88.7 });
    expect(parseRegion("33,-107.5,45,-86.6", "--region")).toMatchObject({
      name: "33n107p5w45n86p6w",
      title: "33°N to 45°N, 107.5°W to 86.6°W",
    });
    for (const text of ["nowhere", "1,2,3", "40,-90,30,-80", "30,-80,40,-90", "30,,40,50"]) {
      expect(() => parseRegion(text, "--region"), text).toThrow("--region: expected a sector out of conus,sgp");
    }
  });

  it.each(SECTORS.map((sector) => [sector.name, sector] as const))(
    "%s holds its corners or ends where the grid does",
    (_, sector) => {
      const { grid } = cutout(HRRR_GRID, sector);
      const whole = cellFinder(HRRR_GRID);
      const part = cellFinder(grid);
      for (const latitude of [sector.south, sector.north]) {
        for (const longitude of [sector.west, sector.east]) {
          const there = whole(latitude, longitude);
          if (there.i < 0 || there.j < 0 || there.i > 1798 || there.j > 1058) continue;
          const { i, j } = part(latitude, longitude);
          expect(i).toBeGreaterThanOrEqual(0);
          expect(j).toBeGreaterThanOrEqual(0);
          expect(i).toBeLessThanOrEqual(grid.nx - 1);
          expect(j).toBeLessThanOrEqual(grid.ny - 1);
        }
      }
    },
  );

  it("cuts a field where it cuts the grid", () => {
    const grid = cropOfHrrr(880, 400, 64, 48);
    const locate = cellLocator(grid);
    const [a, b] = [locate(10, 10), locate(30, 25)];
    const region = {
      name: "x",
      title: "X",
      south: a.latitudeDegrees,
      west: a.longitudeDegrees,
      north: b.latitudeDegrees,
      east: b.longitudeDegrees,
    };
    const { grid: part, cut } = cutout(grid, region);
    const field = Float32Array.from({ length: 64 * 48 }, (_, cell) => cell);
    const cells = cut(field);
    expect(cells).toHaveLength(part.nx * part.ny);
    const place = cellLocator(part)(0, 0);
    const { i, j } = cellFinder(grid)(place.latitudeDegrees, place.longitudeDegrees);
    expect(cells[0]).toBe(Math.round(j) * 64 + Math.round(i));
    expect(cells[part.nx] - cells[0]).toBe(64);
  });

  it("that the grid does not reach is refused", () => {
    expect(() => cutout(HRRR_GRID, parseRegion("50,0,60,10", "--region"))).toThrow(
      "region: expected a region the data reach, got 50°N to 60°N, 0°E to 10°E, which lies outside the grid; choose another --region",
    );
  });
});
