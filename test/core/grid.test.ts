import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cellCoordinates,
  cellCount,
  cellFinder,
  cellLocator,
  cellSizeKm,
  describeGrid,
  HRRR_GRID,
  HRRR_PROJECTION,
  type LatLonGrid,
  lambertGridFrom,
  sameGrid,
} from "../../src/core/index.ts";

const latlon: LatLonGrid = {
  kind: "latlon",
  nx: 720,
  ny: 361,
  latitude0Degrees: -90,
  longitude0Degrees: 0,
  dLatitudeDegrees: 0.5,
  dLongitudeDegrees: 0.5,
};

describe("a grid", () => {
  it("says its size in one line", () => {
    expect(describeGrid(HRRR_GRID)).toBe("Lambert 1799x1059, 3 km");
    expect(describeGrid(latlon)).toBe("latitude-longitude 720x361, 0.5x0.5 degrees");
    expect(cellCount(HRRR_GRID)).toBe(1_905_141);
    expect(cellSizeKm(HRRR_GRID)).toBe(3);
    expect(cellSizeKm(latlon)).toBeUndefined();
  });

  it.each([
    ["Lambert", HRRR_GRID],
    ["latitude-longitude", latlon],
  ])("finds any place it can name, on a %s grid", (_, grid) => {
    const [locate, find] = [cellLocator(grid), cellFinder(grid)];
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: grid.nx - 1, noNaN: true }),
        fc.double({ min: 0, max: grid.ny - 1, noNaN: true }),
        (i, j) => {
          const { latitudeDegrees, longitudeDegrees } = locate(i, j);
          const cell = find(latitudeDegrees, longitudeDegrees);
          expect(cell.i).toBeCloseTo(i, 6);
          expect(cell.j).toBeCloseTo(j, 6);
        },
      ),
    );
  });

  it("finds western longitudes on a grid that counts them from 0 to 360", () => {
    expect(cellFinder(latlon)(0, -90).i).toBeCloseTo(540, 9);
  });

  it("orders cells south to north and west to east", () => {
    const { latitude, longitude } = cellCoordinates({ ...latlon, nx: 2, ny: 2 });
    expect([...latitude]).toEqual([-90, -90, -89.5, -89.5]);
    expect([...longitude]).toEqual([0, 0.5, 0, 0.5]);
  });
});

describe("sameGrid", () => {
  const corner = {
    nx: 1799,
    ny: 1059,
    latitude0Degrees: 21.138123,
    longitude0Degrees: -122.719528,
    dxMeters: 3000,
    dyMeters: 3000,
  };

  it("accepts the same corner rounded as GRIB rounds it, and written from 0 to 360", () => {
    expect(sameGrid(HRRR_GRID, lambertGridFrom(HRRR_PROJECTION, { ...corner, latitude0Degrees: 21.1381234 }))).toBe(
      true,
    );
    expect(sameGrid(HRRR_GRID, lambertGridFrom(HRRR_PROJECTION, { ...corner, longitude0Degrees: 237.280472 }))).toBe(
      true,
    );
  });

  it.each([
    ["size", { nx: 1798 }],
    ["corner", { latitude0Degrees: 21.141 }],
    ["spacing", { dxMeters: 2999 }],
  ])("refuses another %s", (_, change) => {
    expect(sameGrid(HRRR_GRID, lambertGridFrom(HRRR_PROJECTION, { ...corner, ...change }))).toBe(false);
  });

  it("refuses another projection and another kind", () => {
    const turned = { ...HRRR_GRID, projection: { ...HRRR_PROJECTION, centralLongitudeDegrees: -97 } };
    expect(sameGrid(HRRR_GRID, turned)).toBe(false);
    expect(sameGrid(HRRR_GRID, { ...latlon, nx: 1799, ny: 1059 })).toBe(false);
  });

  it("compares latitude-longitude grids to a twentieth of a cell over their whole length", () => {
    expect(sameGrid(latlon, { ...latlon, latitude0Degrees: -90.001 })).toBe(true);
    expect(sameGrid(latlon, { ...latlon, latitude0Degrees: -90.03 })).toBe(false);
    expect(sameGrid(latlon, { ...latlon, dLongitudeDegrees: 0.50005 })).toBe(false);
  });

  it("knows one longitude by its two names", () => {
    expect(sameGrid({ ...latlon, longitude0Degrees: -100 }, { ...latlon, longitude0Degrees: 260 })).toBe(true);
  });
});
