import { describe, expect, it } from "vitest";
import {
  type Grid,
  HRRR_ALASKA_GRID,
  HRRR_GRID,
  type LatLonGrid,
  type PolarStereographicGrid,
  subGrid,
} from "../../../src/core/index.ts";
import { graticule } from "../../../src/products/map/graticule.ts";
import { d3Projection, frameBounds, mapFrame, placeLocator } from "../../../src/products/map/projection.ts";
import { cropOfHrrr } from "../sample-ensemble.ts";

/** A quarter of a degree over the British Isles, as ERA5 has it. */
const BRITAIN: LatLonGrid = {
  kind: "latlon",
  nx: 33,
  ny: 49,
  latitude0Degrees: 49,
  longitude0Degrees: -6,
  dLatitudeDegrees: 0.25,
  dLongitudeDegrees: 0.25,
};

const POLE = HRRR_ALASKA_GRID.dxMeters * 100;
/** 300 km around the north pole. */
const ARCTIC: PolarStereographicGrid = { ...HRRR_ALASKA_GRID, nx: 201, ny: 201, x0Meters: -POLE, y0Meters: -POLE };
const ANTARCTIC: PolarStereographicGrid = {
  ...ARCTIC,
  projection: { ...ARCTIC.projection, pole: "south", trueLatitudeDegrees: -71 },
};

/** Two independent implementations of the same formula in float64, over thousands of pixels. */
const PIXELS = 1e-6;

describe("the bounds of a map", () => {
  it("reach the pole and go all round where it is inside", () => {
    expect(frameBounds(mapFrame(ARCTIC))).toMatchObject({ north: 90, west: -180, east: 180 });
    expect(frameBounds(mapFrame(ARCTIC)).south).toBeLessThan(87);
    expect(frameBounds(mapFrame(ANTARCTIC))).toMatchObject({ south: -90, west: -180, east: 180 });
    const alaska = frameBounds(mapFrame(HRRR_ALASKA_GRID));
    expect(alaska.north).toBeLessThan(78);
    expect(alaska.south).toBeCloseTo(41.6, 1);
    expect(alaska.east - alaska.west).toBeLessThan(120);
  });
});

describe("the frame of a map", () => {
  it("gives the full grid a pixel a cell and small grids whole pixels", () => {
    expect(mapFrame(HRRR_GRID)).toMatchObject({ widthPixels: 1799, heightPixels: 1059, cellWidth: 1 });
    expect(mapFrame(cropOfHrrr(366, 711, 41, 78))).toMatchObject({
      widthPixels: 615,
      heightPixels: 1170,
      cellWidth: 15,
    });
    expect(mapFrame(cropOfHrrr(880, 400, 64, 48))).toMatchObject({
      widthPixels: 1152,
      heightPixels: 864,
      cellWidth: 18,
    });
  });

  it.each([
    // Fractional (i, j), recomputed with pyproj: +proj=lcc +lat_1=38.5 +lat_2=38.5 +lat_0=38.5 +lon_0=-97.5 +R=6371229.
    ["OKC", 35.3931, -97.6007, 896.126, 413.887],
    ["DEN", 39.8466, -104.6562, 695.67, 586.936],
    ["ORD", 41.9786, -87.9048, 1163.585, 671.916],
    ["DFW", 32.8968, -97.038, 913.619, 321.123],
    ["JFK", 40.6398, -73.7789, 1559.471, 693.998],
    ["SEA", 47.449, -122.3093, 276.886, 946.592],
  ])("draws the airport %s on its cell", (_, latitude, longitude, i, j) => {
    const [x, y] = d3Projection(mapFrame(HRRR_GRID))([longitude, latitude]) ?? [Number.NaN, Number.NaN];
    expect(x).toBeCloseTo(i + 0.5, 2);
    expect(y).toBeCloseTo(1059 - 0.5 - j, 2);
  });

  it.each<[string, Grid]>([
    ["HRRR's grid", HRRR_GRID],
    ["a portrait crop of it", cropOfHrrr(366, 711, 41, 78)],
    ["a latitude-longitude grid", BRITAIN],
    ["HRRR's grid of Alaska", HRRR_ALASKA_GRID],
    ["a corner of it", subGrid(HRRR_ALASKA_GRID, { i: 900, j: 500, nx: 90, ny: 60 })],
    ["the north pole", ARCTIC],
    ["the south pole", ANTARCTIC],
  ])("draws borders over %s on the pixels of the cells they cross", (_, grid) => {
    const frame = mapFrame(grid);
    const locate = placeLocator(frame);
    const project = d3Projection(frame);
    for (const x of [0, 0.3, 0.5, 1]) {
      for (const y of [0, 0.4, 0.9, 1]) {
        const { latitude, longitude } = locate(x * frame.widthPixels, y * frame.heightPixels);
        const [borderX, borderY] = project([longitude, latitude]) ?? [Number.NaN, Number.NaN];
        expect(Math.abs(borderX - x * frame.widthPixels)).toBeLessThan(PIXELS * frame.widthPixels);
        expect(Math.abs(borderY - y * frame.heightPixels)).toBeLessThan(PIXELS * frame.heightPixels);
      }
    }
  });
});

describe("the graticule", () => {
  it("labels round degrees where they meet the frame", () => {
    const frame = mapFrame(BRITAIN);
    const { left, bottom } = graticule(frame);
    // The lowest row's centre is 49 N, its lower edge 48.875 N: 50 N lies 1.125 degrees, 4.5 cells, above the lower edge.
    expect(left.find(({ label }) => label === "50°N")?.at).toBeCloseTo(frame.heightPixels - 4.5 * frame.cellHeight, 3);
    expect(bottom.map(({ label }) => label)).toEqual(["6°W", "4°W", "2°W", "0°", "2°E"]);
  });

  it("finds HRRR's parallels on the left edge and meridians on the lower", () => {
    const { left, bottom } = graticule(mapFrame(HRRR_GRID));
    expect(left.map(({ label }) => label)).toEqual(["25°N", "30°N", "35°N", "40°N", "45°N"]);
    expect(bottom.map(({ label }) => label)).toEqual(["120°W", "110°W", "100°W", "90°W", "80°W"]);
  });
});
