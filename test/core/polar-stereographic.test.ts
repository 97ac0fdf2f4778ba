import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cellFinder,
  cellLocator,
  describeGrid,
  earthRelativeWind,
  gridRelativeWind,
  HRRR_ALASKA_GRID,
  HRRR_ALASKA_PROJECTION,
  HRRR_GRID,
  isPlane,
  type PolarStereographicGrid,
  type PolarStereographicProjection,
  polarStereographic,
  sameGrid,
  subGrid,
  windRotation,
} from "../../src/core/index.ts";
import { describeWithPeer, runPeer } from "../peer.ts";

const ANTARCTIC: PolarStereographicProjection = {
  radiusMeters: 6_371_229,
  pole: "south",
  trueLatitudeDegrees: -71,
  centralLongitudeDegrees: 20,
};
const NORTHERN = HRRR_ALASKA_PROJECTION;

describe("polar stereographic", () => {
  it("puts its pole at the origin and the equator of its meridian a known way down", () => {
    const { forward } = polarStereographic(NORTHERN);
    const pole = forward({ latitudeDegrees: 90, longitudeDegrees: 17 });
    expect(Math.hypot(pole.xMeters, pole.yMeters)).toBeLessThan(1e-6);
    // By hand: tan 45° = 1, so ρ = R (1 + sin 60°) = 6 371 229 · 1.8660254037844386.
    const equator = forward({ latitudeDegrees: 0, longitudeDegrees: -135 });
    expect(equator.xMeters).toBeCloseTo(0, 6);
    expect(equator.yMeters).toBeCloseTo(-6_371_229 * 1.8660254037844386, 5);
  });

  it.each([NORTHERN, ANTARCTIC])("is true to scale at its latitude, around the $pole pole", (projection) => {
    const { forward } = polarStereographic(projection);
    const at = (latitudeDegrees: number): { xMeters: number; yMeters: number } =>
      forward({ latitudeDegrees, longitudeDegrees: 50 });
    const step = 1e-4;
    const [a, b] = [at(projection.trueLatitudeDegrees), at(projection.trueLatitudeDegrees + step)];
    const arc = (6_371_229 * step * Math.PI) / 180;
    expect(Math.hypot(b.xMeters - a.xMeters, b.yMeters - a.yMeters) / arc).toBeCloseTo(1, 5);
  });

  it("finds every place again, and the latitude grows with y on the meridian that stands straight", () => {
    const places = fc.tuple(
      fc.double({ min: -80, max: 89.9, noNaN: true }),
      fc.double({ min: -180, max: 179.9, noNaN: true }),
    );
    fc.assert(
      fc.property(places, fc.constantFrom(NORTHERN, ANTARCTIC), ([latitude, longitude], projection) => {
        const own = projection.pole === "north" ? latitude : -latitude;
        const { forward, inverse } = polarStereographic(projection);
        const back = inverse(forward({ latitudeDegrees: own, longitudeDegrees: longitude }));
        expect(back.latitudeDegrees).toBeCloseTo(own, 9);
        expect(Math.abs(((back.longitudeDegrees - longitude + 540) % 360) - 180)).toBeLessThan(1e-9);
        const up = (y: number): number => inverse({ xMeters: 0, yMeters: y * 1e5 }).latitudeDegrees;
        const down = projection.pole === "north" ? -20 : 20;
        expect(up(down + 1)).toBeGreaterThan(up(down));
      }),
      { seed: 20240101 },
    );
  });

  it("has HRRR's grid of Alaska, from the Aleutians to the Arctic Ocean", () => {
    expect(describeGrid(HRRR_ALASKA_GRID)).toBe("polar stereographic 1299x919, 3 km");
    // The corners as ecCodes lists them of a message of 2024-01-01.
    const locate = cellLocator(HRRR_ALASKA_GRID);
    const find = cellFinder(HRRR_ALASKA_GRID);
    for (const [i, j, latitude, longitude] of CORNERS) {
      const place = locate(i, j);
      expect(place.latitudeDegrees).toBeCloseTo(latitude, 6);
      expect((place.longitudeDegrees + 360) % 360).toBeCloseTo(longitude, 6);
      const back = find(latitude, longitude);
      expect(back.i).toBeCloseTo(i, 4);
      expect(back.j).toBeCloseTo(j, 4);
    }
    expect(isPlane(HRRR_ALASKA_GRID)).toBe(true);
  });

  it("is another grid than HRRR's, than its own part, and than one around the other pole", () => {
    const part = subGrid(HRRR_ALASKA_GRID, { i: 10, j: 20, nx: 30, ny: 40 });
    expect(cellLocator(part)(0, 0)).toEqual(cellLocator(HRRR_ALASKA_GRID)(10, 20));
    const same = subGrid(HRRR_ALASKA_GRID, { i: 0, j: 0, nx: 1299, ny: 919 });
    expect(sameGrid(same, HRRR_ALASKA_GRID)).toBe(true);
    const turned: PolarStereographicGrid = {
      ...HRRR_ALASKA_GRID,
      projection: { ...NORTHERN, centralLongitudeDegrees: -150 },
    };
    const southern: PolarStereographicGrid = { ...HRRR_ALASKA_GRID, projection: { ...NORTHERN, pole: "south" } };
    for (const other of [part, turned, southern, { ...HRRR_GRID, nx: 1299, ny: 919 }]) {
      expect(sameGrid(HRRR_ALASKA_GRID, other)).toBe(false);
    }
  });

  it("turns winds by the longitude, and back", () => {
    // By hand: n = 1, λ − λ₀ = −39.882874° at the first cell, so a wind along +y there blows from the south-east: sin a < 0.
    const angle = windRotation(HRRR_ALASKA_GRID, -174.882874);
    expect((angle * 180) / Math.PI).toBeCloseTo(-39.882874, 6);
    const grid = subGrid(HRRR_ALASKA_GRID, { i: 0, j: 0, nx: 2, ny: 2 });
    const [u, v] = [new Float32Array(4), new Float32Array(4).fill(10)];
    const { east, north } = earthRelativeWind(u, v, grid);
    expect(east[0]).toBeCloseTo(10 * Math.sin((-39.882874 * Math.PI) / 180), 4);
    expect(north[0]).toBeCloseTo(10 * Math.cos((-39.882874 * Math.PI) / 180), 4);
    const back = gridRelativeWind(east, north, grid);
    for (let cell = 0; cell < 4; cell++)
      expect([back.u[cell], back.v[cell]]).toEqual([expect.closeTo(0, 5), expect.closeTo(10, 5)]);
    const southern: PolarStereographicGrid = { ...HRRR_ALASKA_GRID, projection: ANTARCTIC };
    expect((windRotation(southern, 50) * 180) / Math.PI).toBeCloseTo(-30, 9);
  });
});

const CORNERS = [
  [0, 0, 41.612949, 185.117126],
  [1298, 0, 51.725559534, 231.526897025],
  [0, 918, 55.605448101, 156.436842611],
  [1298, 918, 76.337656953, 244.224262842],
  [650, 460, 60.832990871, 196.518543882],
] as const;

describeWithPeer("polar stereographic and PROJ", () => {
  it.each([
    [NORTHERN, "+proj=stere +lat_0=90 +lat_ts=60 +lon_0=-135 +R=6371229"],
    [ANTARCTIC, "+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=20 +R=6371229"],
  ])("agree on places and on how far north is turned, around the $pole pole", (projection, proj4) => {
    const sign = projection.pole === "north" ? 1 : -1;
    const places = [85, 71.3, 60, 41.612949, 5].flatMap((latitude) =>
      [-179, -174.882874, -135, -20.5, 20, 133].map((longitude) => [longitude, sign * latitude] as const),
    );
    const theirs = JSON.parse(runPeer("project.py", [proj4, ...places.map(String)])) as [number, number, number][];
    const { forward } = polarStereographic(projection);
    const grid: PolarStereographicGrid = { ...HRRR_ALASKA_GRID, projection };
    for (const [at, [longitudeDegrees, latitudeDegrees]] of places.entries()) {
      const { xMeters, yMeters } = forward({ latitudeDegrees, longitudeDegrees });
      const [x, y, convergence] = theirs[at];
      expect(Math.hypot(xMeters - x, yMeters - y)).toBeLessThan(1e-6);
      // PROJ's convergence is how far grid north lies to the east of true north.
      const turn = (windRotation(grid, longitudeDegrees) * 180) / Math.PI - convergence;
      expect(Math.abs(((turn + 540) % 360) - 180)).toBeLessThan(1e-6);
    }
  });
});
