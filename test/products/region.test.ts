import { describe, expect, it } from "vitest";
import { cellFinder, cellLocator, type Grid, HRRR_GRID, wrapLongitude } from "../../src/core/index.ts";
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

  it.each([
    ["50,170,65,-160", "50n170e65n160w", "50°N to 65°N, 170°E to 160°W", 200],
    ["50,170,65,200", "50n170e65n160w", "50°N to 65°N, 170°E to 160°W", 200],
    ["50,-190,65,-160", "50n170e65n160w", "50°N to 65°N, 170°E to 160°W", -160],
    ["-10,350,10,360", "10s10w10n0w", "10°S to 10°N, 10°W to 0°E", 360],
  ])("across the date line is written as people write it: %s", (text, name, title, east) => {
    expect(parseRegion(text, "--region")).toMatchObject({ title, east });
    if (!text.endsWith("360")) expect(parseRegion(text, "--region").name).toBe(name);
  });

  it.each(["34,-95,37,-100", "34,100,37,95", "34,0,37,-10", "34,10,37,10", "34,-200,37,200", "34,10,37,371"])(
    "%s, whose west is not in the west, is refused and not taken for a band around the world",
    (text) => {
      expect(() => parseRegion(text, "--region")).toThrow("--region: expected a sector");
    },
  );

  describe("of a latitude-longitude grid", () => {
    const world = {
      kind: "latlon",
      nx: 36,
      ny: 3,
      latitude0Degrees: -10,
      longitude0Degrees: 0,
      dLatitudeDegrees: 10,
      dLongitudeDegrees: 10,
    } as const;
    const longitudes = (grid: Grid): Float32Array =>
      Float32Array.from(
        { length: grid.nx * grid.ny },
        (_, cell) => (grid.kind === "latlon" ? grid.longitude0Degrees : 0) + 10 * (cell % grid.nx),
      );

    it.each([
      ["-10,170,10,-170", [170, 180, 190]],
      ["-10,-20,10,20", [340, 350, 0, 10, 20]],
      ["-10,340,10,360", [340, 350, 0]],
    ])("around the world goes on past the last column: %s", (text, expected) => {
      const { grid, cut } = cutout(world, parseRegion(text, "--region"));
      expect([...cut(longitudes(world)).subarray(0, grid.nx)]).toEqual(expected);
      expect([grid.nx, grid.ny]).toEqual([expected.length, 3]);
      expect(wrapLongitude(cellLocator(grid)(0, 0).longitudeDegrees - expected[0])).toBeCloseTo(0, 9);
    });

    it("ends where the grid does, and does not take all of it for a box that begins west of it", () => {
      const part = { ...world, nx: 5, longitude0Degrees: 160 }; // 160 … 200
      const cutOf = (text: string): number[] => {
        const { grid, cut } = cutout(part, parseRegion(text, "--region"));
        return [...cut(longitudes(part)).subarray(0, grid.nx)];
      };
      expect(cutOf("-10,140,10,180")).toEqual([160, 170, 180]);
      expect(cutOf("-10,180,10,-130")).toEqual([180, 190, 200]);
      expect(() => cutOf("-10,20,10,60")).toThrow("which lies outside the grid");
    });
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
      "--region: expected a region the data reach, got 50°N to 60°N, 0°E to 10°E, which lies outside the grid; choose another",
    );
  });
});

describe("a region whose coordinates are in another order", () => {
  it.each([
    ["-100,34,-95,37", "34,-100,37,-95"],
    ["-118,41,-109,47", "41,-118,47,-109"],
    ["37,-95,34,-100", "34,-100,37,-95"],
    ["34,-95,37,-100", "34,-100,37,-95"],
    ["37,-100,34,-95", "34,-100,37,-95"],
  ])("%s, is asked whether %s was meant", (text, meant) => {
    expect(() => parseRegion(text, "--region")).toThrow(
      new RegExp(`^--region: expected .*, got ${text}; latitudes come first: did you mean ${meant}\\?$`),
    );
    expect(() => parseRegion(meant, "--region")).not.toThrow();
  });

  it("is asked also where it would be a region of its own, far from the grid", () => {
    // -80,30,-70,40 is a piece of Antarctica; the east coast was meant.
    const region = parseRegion("-80,30,-70,40", "--region");
    expect(() => cutout(HRRR_GRID, region)).toThrow(/^--region: .*did you mean 30,-80,40,-70\?$/);
  });
});
