/** Water is painted as water and land as land, on every sector and on all of HRRR's grid, lakes among them. */
import { beforeAll, describe, expect, it } from "vitest";
import { cellFinder, HRRR_GRID } from "../../../src/core/index.ts";
import { cutout, type Region, SECTORS } from "../../../src/products/index.ts";
import { baseMap } from "../../../src/products/map/base-map.ts";
import { geography } from "../../../src/products/map/geography.ts";
import { d3Projection, mapFrame } from "../../../src/products/map/projection.ts";
import { DARK, LIGHT, type Theme } from "../../../src/products/map/theme.ts";

/** [latitude, longitude]: tens of kilometers from any shore. */
const WATER: Readonly<Record<string, readonly [number, number]>> = {
  "Lake Superior, Michigan": [47.3, -87],
  "Lake Superior, Ontario": [48.2, -87.5],
  "Lake Michigan": [43.3, -87],
  "Lake Huron, Ontario": [44.5, -82.3],
  "Georgian Bay": [45.2, -80.9],
  "Lake Erie, Ontario": [42.3, -81.3],
  "Lake Ontario, Ontario": [43.6, -78.6],
  "Lake Winnipeg": [52.3, -97.7],
  "Great Salt Lake": [41.05, -112.45],
  "Gulf of Mexico": [28, -90],
  Atlantic: [36, -73],
  "Gulf of Maine": [43.2, -69.3],
  Pacific: [40, -124.9],
};
const LAND: Readonly<Record<string, readonly [number, number]>> = {
  Oklahoma: [35.4, -97.5],
  Wisconsin: [44.5, -90],
  "Michigan, lower peninsula": [44, -84.8],
  "Ontario, inland": [43.9, -80.4],
  "Thunder Bay, inland": [48.7, -90],
  "the border at 49 N": [49, -105],
  "the border at 49 N, west": [49, -118.5],
  "the Rio Grande": [29.6, -104.4],
  Sonora: [29.5, -110.5],
  Utah: [39.5, -111.5],
  Cuba: [22.2, -79.5],
  "New York": [42.8, -75.5],
};

type View = [string, Region | undefined, Theme];
const VIEWS: readonly View[] = [
  ["all of HRRR's grid", undefined, LIGHT],
  ...SECTORS.map((sector): View => [sector.name, sector, sector.name === "ne" ? DARK : LIGHT]),
];

it("draws no coast along 180 degrees, where the atlas cuts Chukotka in two", () => {
  const grid = {
    kind: "latlon",
    nx: 60,
    ny: 40,
    latitude0Degrees: 60,
    longitude0Degrees: 170,
    dLatitudeDegrees: 0.3,
    dLongitudeDegrees: 0.3,
  } as const;
  const { coordinates } = geography(mapFrame(grid)).countries as GeoJSON.MultiLineString;
  const onIt = ([longitude]: number[]): boolean => Math.abs(longitude) > 179.999;
  expect(coordinates.length).toBeGreaterThan(0);
  for (const line of coordinates) {
    for (const [at, point] of line.entries()) expect(at > 0 && onIt(point) && onIt(line[at - 1])).toBe(false);
  }
});

describe.each(VIEWS)("the ground of %s", (_, region, theme) => {
  const grid = region === undefined ? HRRR_GRID : cutout(HRRR_GRID, region).grid;
  let colorAt: (place: readonly [number, number]) => string;
  beforeAll(() => {
    const { under, frame } = baseMap(grid, theme);
    const project = d3Projection(frame);
    const context = under.getContext("2d");
    colorAt = ([latitude, longitude]) => {
      const [x, y] = project([longitude, latitude]) ?? [Number.NaN, Number.NaN];
      const { data } = context.getImageData(Math.round(x), Math.round(y), 1, 1);
      return `#${[...data.subarray(0, 3)].map((level) => level.toString(16).padStart(2, "0")).join("")}`;
    };
  });
  const isSeen = ([latitude, longitude]: readonly [number, number]): boolean => {
    const { i, j } = cellFinder(grid)(latitude, longitude);
    return i > 3 && j > 3 && i < grid.nx - 4 && j < grid.ny - 4;
  };
  const seen = (places: Readonly<Record<string, readonly [number, number]>>): [string, readonly [number, number]][] =>
    Object.entries(places).filter(([, place]) => isSeen(place));

  it("has water where there is water, and land where there is land", () => {
    expect(seen(WATER).length + seen(LAND).length).toBeGreaterThan(1);
    for (const [name, place] of seen(WATER)) expect(colorAt(place), name).toBe(theme.water);
    for (const [name, place] of seen(LAND)) expect(colorAt(place), name).toBe(theme.land);
  });
});
