import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cellCoordinates,
  cellFinder,
  cellLocator,
  coneConstant,
  HRRR_GRID,
  HRRR_PROJECTION,
  type LambertProjection,
  lambert,
  windRotation,
  wrapLongitude,
} from "../../src/core/index.ts";

// Authority for every number here: recomputed in float64 in Python from Snyder (1987), eqs. 15-1 to 15-5, for the grid of
// section 3 of a HRRR message; the corners agree with ecCodes' latitudes and longitudes of the same message to 1e-6 degree.
const DEGREE = 1e-6;
const METER = 1e-3;
const { forward, inverse } = lambert(HRRR_PROJECTION);

describe("the Lambert projection of HRRR", () => {
  it("has the sine of 38.5 degrees for its cone", () => {
    expect(coneConstant(HRRR_PROJECTION)).toBeCloseTo(0.6225146366, 10);
  });

  it("puts the first and the last cell where they belong", () => {
    expect(HRRR_GRID.x0Meters).toBeCloseTo(-2_697_520.1425, 3);
    expect(HRRR_GRID.y0Meters).toBeCloseTo(-1_587_306.1526, 3);
    const last = forward({ latitudeDegrees: 47.842195022, longitudeDegrees: 299.082807228 });
    expect(Math.abs(last.xMeters - 2_696_479.857478)).toBeLessThan(METER);
    expect(Math.abs(last.yMeters - 1_586_693.847443)).toBeLessThan(METER);
  });

  it.each([
    ["south-west", 0, 0, 21.138123, 237.280472],
    ["south-east", 1798, 0, 21.140546625, 287.710281509],
    ["north-west", 0, 1058, 47.838623499, 225.904520266],
    ["north-east", 1798, 1058, 47.842195022, 299.082807228],
    ["middle", 899, 529, 38.497246651, 262.494023309],
  ])("finds the %s cell", (_, i, j, latitude, longitude) => {
    const place = cellLocator(HRRR_GRID)(i, j);
    expect(Math.abs(place.latitudeDegrees - latitude)).toBeLessThan(DEGREE);
    expect(Math.abs(wrapLongitude(place.longitudeDegrees - longitude))).toBeLessThan(DEGREE);
    const back = cellFinder(HRRR_GRID)(latitude, longitude);
    expect(back.i).toBeCloseTo(i, 5);
    expect(back.j).toBeCloseTo(j, 5);
  });

  it.each([
    ["OKC", 35.3931, -97.6007, 896.126, 413.887],
    ["DEN", 39.8466, -104.6562, 695.67, 586.936],
    ["ORD", 41.9786, -87.9048, 1163.585, 671.916],
    ["DFW", 32.8968, -97.038, 913.619, 321.123],
    ["JFK", 40.6398, -73.7789, 1559.471, 693.998],
    ["SEA", 47.449, -122.3093, 276.886, 946.592],
  ])("finds %s's cell, east and north", (_, latitude, longitude, i, j) => {
    const cell = cellFinder(HRRR_GRID)(latitude, longitude);
    // The authority prints three decimals.
    expect(Math.abs(cell.i - i)).toBeLessThanOrEqual(0.0005001);
    expect(Math.abs(cell.j - j)).toBeLessThanOrEqual(0.0005001);
  });

  it("covers the latitudes and longitudes of the published grid", () => {
    const { latitude, longitude } = cellCoordinates(HRRR_GRID);
    const range = (values: Float32Array) =>
      values.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)] as const, [Infinity, -Infinity] as const);
    // float32 keeps 7.6e-6 degree near 134.
    const FLOAT32_DEGREE = 8e-6;
    const near = (actual: number, expected: number) => expect(Math.abs(actual - expected)).toBeLessThan(FLOAT32_DEGREE);
    near(range(latitude)[0], 21.138123);
    near(range(latitude)[1], 52.615653);
    near(range(longitude)[0], -134.0954797);
    near(range(longitude)[1], -60.9171928);
  });
});

describe("any Lambert projection", () => {
  const projections: fc.Arbitrary<LambertProjection> = fc
    .record({
      side: fc.constantFrom(-1, 1),
      first: fc.double({ min: 15, max: 70, noNaN: true }),
      apart: fc.constantFrom(0, 5, 20),
      central: fc.double({ min: -180, max: 180, noNaN: true }),
    })
    .map(({ side, first, apart, central }) => ({
      radiusMeters: 6_371_229,
      standardParallel1Degrees: side * first,
      standardParallel2Degrees: side * Math.min(first + apart, 80),
      originLatitudeDegrees: side * first,
      centralLongitudeDegrees: central,
    }));

  it("is undone by its inverse to 1e-9 radian, in both hemispheres", () => {
    fc.assert(
      fc.property(
        projections,
        fc.double({ min: -20, max: 30, noNaN: true }),
        fc.double({ min: -60, max: 60, noNaN: true }),
        (projection, north, east) => {
          const there = {
            latitudeDegrees: projection.originLatitudeDegrees + Math.max(-14, Math.min(north, 18)),
            longitudeDegrees: wrapLongitude(projection.centralLongitudeDegrees + east),
          };
          const both = lambert(projection);
          const back = both.inverse(both.forward(there));
          const TOLERANCE_DEGREES = 1e-9 * (180 / Math.PI);
          expect(Math.abs(back.latitudeDegrees - there.latitudeDegrees)).toBeLessThan(TOLERANCE_DEGREES);
          const turned = Math.abs(wrapLongitude(back.longitudeDegrees - there.longitudeDegrees));
          expect(turned).toBeLessThan(TOLERANCE_DEGREES);
        },
      ),
    );
  });

  it("puts its origin at (0, 0) and keeps the scale true on its standard parallel", () => {
    const origin = inverse({ xMeters: 0, yMeters: 0 });
    expect(origin.latitudeDegrees).toBeCloseTo(38.5, 10);
    expect(origin.longitudeDegrees).toBeCloseTo(-97.5, 10);
    const step = 1e-4;
    const here = forward({ latitudeDegrees: 38.5, longitudeDegrees: -90 });
    const there = forward({ latitudeDegrees: 38.5, longitudeDegrees: -90 + step });
    const meters = Math.hypot(there.xMeters - here.xMeters, there.yMeters - here.yMeters);
    const arc = 6_371_229 * Math.cos((38.5 * Math.PI) / 180) * ((step * Math.PI) / 180);
    expect(meters / arc).toBeCloseTo(1, 8);
  });
});

describe("wind rotation", () => {
  it("turns by 15.7 degrees at HRRR's first cell", () => {
    expect((windRotation(HRRR_GRID, 237.280472) * 180) / Math.PI).toBeCloseTo(-15.69952530909, 9);
  });

  it.each([
    [-120, [10, 0], [9.702679, 2.420333]],
    [-120, [0, 10], [-2.420333, 9.702679]],
    [-75, [10, 0], [9.702679, -2.420333]],
    [-97.5, [10, 0], [10, 0]],
  ])("at longitude %d turns grid wind %j into earth wind %j", (longitude, [u = 0, v = 0], expected) => {
    const a = windRotation(HRRR_GRID, longitude);
    const turned = [u * Math.cos(a) + v * Math.sin(a), -u * Math.sin(a) + v * Math.cos(a)];
    expect(turned[0]).toBeCloseTo(expected[0] ?? Number.NaN, 6);
    expect(turned[1]).toBeCloseTo(expected[1] ?? Number.NaN, 6);
  });
});

it("wrapLongitude keeps -180 and turns 180 into it", () => {
  expect([180, -180, 540, 0, 262.5, -97.5 - 720].map(wrapLongitude)).toEqual([-180, -180, -180, 0, -97.5, -97.5]);
});
