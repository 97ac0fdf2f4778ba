import { expect, test } from "vitest";
import {
  cellLocator,
  HRRR_ALASKA_GRID,
  HRRR_GRID,
  type LambertGrid,
  type LatLonGrid,
  type PolarStereographicGrid,
  sameGrid,
} from "../../src/core/index.ts";
import { decodeValues, type GridDefinition, toGrid, toSouthUp } from "../../src/grib2/index.ts";
import { field, lambertGrid, latLonGrid, type Octets, polarGrid, simple, u32 } from "./forge.ts";
import { onlyField } from "./read.ts";

const constant = (points: number): ReturnType<typeof simple> => simple([], { bits: 0, count: points });
const definition = (grid: Octets, points = 12): GridDefinition => onlyField(field(constant(points), { grid })).grid;

test("HRRR's section 3 is core's HRRR grid, bit for bit", () => {
  const grid = toGrid(definition(lambertGrid({ nx: 1799, ny: 1059 }), 1799 * 1059));
  expect(grid).toEqual(HRRR_GRID);
  expect(sameGrid(grid, HRRR_GRID)).toBe(true);
});

// Corners by an independent computation in float64; degrees, east-positive.
test.each([
  [0, 0, 21.138123, 237.280472],
  [1798, 0, 21.140546625, 287.710281509],
  [0, 1058, 47.838623499, 225.904520266],
  [1798, 1058, 47.842195022, 299.082807228],
  [899, 529, 38.497246651, 262.494023309],
])("cell (%i, %i) of HRRR lies at %f N %f E", (i, j, latitude, longitude) => {
  const { latitudeDegrees, longitudeDegrees } = cellLocator(
    toGrid(definition(lambertGrid({ nx: 1799, ny: 1059 }), 1799 * 1059)),
  )(i, j);
  expect(latitudeDegrees).toBeCloseTo(latitude, 8);
  expect((longitudeDegrees + 360) % 360).toBeCloseTo(longitude, 8);
});

test("a Lambert grid stored north to south or east to west has the same cells", () => {
  const southUp = toGrid(definition(lambertGrid())) as LambertGrid;
  const corner = (i: number, j: number): { firstLatitude: number; firstLongitude: number } => {
    const { latitudeDegrees, longitudeDegrees } = cellLocator(southUp)(i, j);
    return {
      firstLatitude: Math.round(latitudeDegrees * 1e6),
      firstLongitude: Math.round((longitudeDegrees + 360) * 1e6),
    };
  };
  expect(sameGrid(toGrid(definition(lambertGrid({ scanningMode: 0, ...corner(0, 2) }))), southUp)).toBe(true);
  expect(sameGrid(toGrid(definition(lambertGrid({ scanningMode: 0xc0, ...corner(3, 0) }))), southUp)).toBe(true);
});

test("a grid is on its own sphere", () => {
  const earth = [1, 1, ...u32(63_712_000), 255, ...u32(0), 255, ...u32(0)];
  expect((toGrid(definition(lambertGrid({ earth }))) as LambertGrid).projection.radiusMeters).toBe(6_371_200);
  const tooSmall = [1, 0, ...u32(1000), 255, ...u32(0), 255, ...u32(0)];
  expect(() => definition(lambertGrid({ earth: tooSmall }))).toThrow(
    "expected a radius of the earth of 6000 to 7000 km, got 1000 m",
  );
});

test("a Lambert grid that core cannot hold is refused, not bent", () => {
  const spheroid = [4, ...Array(15).fill(255)];
  expect(() => toGrid(definition(lambertGrid({ earth: spheroid })), "x.grib2")).toThrow(
    "x.grib2: expected a spherical earth, got shape of the earth 4; regrid the file first",
  );
  expect(() => toGrid(definition(lambertGrid({ latitudeD: 25_000_000 })))).toThrow(
    "expected Dx and Dy to hold on a standard parallel",
  );
});

test("section 3 of HRRR over Alaska is core's grid, however its rows are stored", () => {
  const whole = toGrid(definition(polarGrid({ nx: 1299, ny: 919 }), 1299 * 919));
  expect(whole).toEqual(HRRR_ALASKA_GRID);
  const southUp = toGrid(definition(polarGrid()));
  const corner = (i: number, j: number): { firstLatitude: number; firstLongitude: number } => {
    const { latitudeDegrees, longitudeDegrees } = cellLocator(southUp)(i, j);
    return {
      firstLatitude: Math.round(latitudeDegrees * 1e6),
      firstLongitude: Math.round((longitudeDegrees + 360) * 1e6),
    };
  };
  expect(sameGrid(toGrid(definition(polarGrid({ scanningMode: 0, ...corner(0, 2) }))), southUp)).toBe(true);
  expect(sameGrid(toGrid(definition(polarGrid({ scanningMode: 0xc0, ...corner(3, 0) }))), southUp)).toBe(true);
});

test("a grid around the south pole is that, and one whose distances hold in the other hemisphere is refused", () => {
  const south = { center: 0x80, firstLatitude: -70_000_000, latitudeD: -60_000_000 };
  const grid = toGrid(definition(polarGrid(south))) as PolarStereographicGrid;
  expect(grid.projection.pole).toBe("south");
  expect(cellLocator(grid)(0, 0).latitudeDegrees).toBeCloseTo(-70, 9);
  expect(() => toGrid(definition(polarGrid({ ...south, latitudeD: 60_000_000 })), "x.grib2")).toThrow(
    "x.grib2: expected Dx and Dy to hold in the hemisphere of the south pole, which is on the plane, got LaD 60",
  );
  const spheroid = [4, ...Array(15).fill(255)];
  expect(() => toGrid(definition(polarGrid({ earth: spheroid })))).toThrow("got shape of the earth 4");
});

test("winds say what they follow", () => {
  expect(definition(lambertGrid({ flags: 0x08 }))).toMatchObject({ windComponents: "grid" });
  expect(definition(lambertGrid({ flags: 0x30 }))).toMatchObject({ windComponents: "earth" });
});

test("a latitude-longitude grid starts in its south-west corner, across Greenwich too", () => {
  const expected: LatLonGrid = {
    kind: "latlon",
    nx: 4,
    ny: 3,
    latitude0Degrees: 49,
    longitude0Degrees: -1,
    dLatitudeDegrees: 0.5,
    dLongitudeDegrees: 0.5,
  };
  expect(toGrid(definition(latLonGrid()))).toEqual(expected);
  expect(toGrid(definition(latLonGrid({ flags: 0 })))).toEqual(expected);
  const mirrored = latLonGrid({ scanningMode: 0xc0, first: [49_000_000, 500_000], last: [50_000_000, 359_000_000] });
  expect(toGrid(definition(mirrored))).toEqual(expected);
  expect(toGrid(definition(latLonGrid({ basicAngle: [1, 1_000_000] })))).toEqual(expected);
});

test("increments rounded to millionths give way to the end points", () => {
  const thirds = latLonGrid({ first: [1_000_000, 0], last: [0, 1_000_000], increments: [333_333, 500_000] });
  expect(toGrid(definition(thirds))).toMatchObject({ dLongitudeDegrees: 1 / 3, dLatitudeDegrees: 0.5 });
});

test("end points and increments at odds are refused", () => {
  expect(() => toGrid(definition(latLonGrid({ increments: [250_000, 500_000] })), "x.grib2")).toThrow(
    "x.grib2 longitudes: expected 4 points whose increment fits their span, got an increment of 0.25 and a span of 1.5 degrees",
  );
});

/** Slow reference: the place of each stored point, one at a time, straight from flag table 3.4. */
function place(stored: number, nx: number, ny: number, mode: number): number {
  const alongJ = (mode & 0x20) !== 0;
  const inner = alongJ ? ny : nx;
  const line = Math.floor(stored / inner);
  let step = stored % inner;
  if ((mode & 0x10) !== 0 && line % 2 === 1) step = inner - 1 - step;
  const i = alongJ ? line : step;
  const j = alongJ ? step : line;
  const column = (mode & 0x80) === 0 ? i : nx - 1 - i;
  const row = (mode & 0x40) === 0 ? ny - 1 - j : j;
  return row * nx + column;
}

test.each(Array.from({ length: 16 }, (_, flags) => flags << 4))("scanning mode %i becomes south-up", (scanningMode) => {
  const [nx, ny] = [4, 3];
  const stored = Float32Array.from({ length: nx * ny }, (_, index) => index);
  const southUp = toSouthUp(stored, { nx, ny, scanningMode });
  for (let at = 0; at < stored.length; at++) expect(southUp[place(at, nx, ny, scanningMode)]).toBe(at);
  expect(new Set(southUp).size).toBe(nx * ny);
});

test("values that lie south-up are given back themselves", () => {
  const stored = new Float32Array(12);
  expect(toSouthUp(stored, { nx: 4, ny: 3, scanningMode: 0x40 })).toBe(stored);
  expect(() => toSouthUp(stored, { nx: 4, ny: 4, scanningMode: 0x40 })).toThrow(RangeError);
  expect(() => toSouthUp(stored, { nx: 4, ny: 3, scanningMode: 0x48 })).toThrow("offset by half a cell");
});

test("a field stored north to south is turned with its grid", () => {
  const north = onlyField(field(simple([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), { grid: latLonGrid() }));
  expect([...toSouthUp(decodeValues(north), north.grid)]).toEqual([9, 10, 11, 12, 5, 6, 7, 8, 1, 2, 3, 4]);
});
