import { describe, expect, it } from "vitest";
import {
  describeAgainst,
  type Grid,
  gridNote,
  gridShift,
  HRRR_GRID,
  HRRR_PROJECTION,
  lambertGridFrom,
  sameGrid,
} from "../../src/core/index.ts";

const corner = { nx: 1799, ny: 1059, dxMeters: 3000, dyMeters: 3000 };
/** HRRR's grid as its files gave it until July 2018. */
const EARLIER = lambertGridFrom(HRRR_PROJECTION, { ...corner, latitude0Degrees: 21.138, longitude0Degrees: 237.28 });
const moved = (cells: number): Grid => ({ ...HRRR_GRID, x0Meters: HRRR_GRID.x0Meters + 3000 * cells });
const GLOBE: Grid = {
  kind: "latlon",
  nx: 1440,
  ny: 721,
  latitude0Degrees: -90,
  longitude0Degrees: 0,
  dLatitudeDegrees: 0.25,
  dLongitudeDegrees: 0.25,
};

describe("two grids", () => {
  it("of HRRR before and after July 2018 lie 51 m apart, and are one", () => {
    const shift = gridShift(HRRR_GRID, EARLIER) as number;
    // 0.000123 degrees of latitude are 13.7 m, 0.000472 of longitude at 21.138 N 48.95 m: 50.8 m along the ground. The projection
    // stretches the south-west corner by 1.06 or so.
    expect(shift * 3000).toBeGreaterThan(50);
    expect(shift * 3000).toBeLessThan(56);
    expect(sameGrid(HRRR_GRID, EARLIER)).toBe(true);
    expect(gridNote("b", EARLIER, { name: "a", grid: HRRR_GRID })).toMatch(
      /^b: its grid lies 0\.01\d of a cell \(5\d m\) from that of a; taken for the same \(up to 0\.05 of a cell\)$/,
    );
  });

  it("are one up to a twentieth of a cell, and told apart by how far they lie beyond it", () => {
    expect(gridShift(HRRR_GRID, moved(0.04))).toBeCloseTo(0.04, 6);
    expect(sameGrid(HRRR_GRID, moved(0.049))).toBe(true);
    expect(sameGrid(HRRR_GRID, moved(0.051))).toBe(false);
    expect(describeAgainst(moved(0.06), HRRR_GRID)).toBe("Lambert 1799x1059, 3 km, 0.06 of a cell (180 m) away");
    expect(describeAgainst(moved(12), HRRR_GRID)).toBe("Lambert 1799x1059, 3 km, 12.0 cells (36 km) away");
    expect(gridNote("b", moved(0.001), { name: "a", grid: HRRR_GRID })).toBeUndefined();
    expect(gridNote("b", moved(12), { name: "a", grid: HRRR_GRID })).toBeUndefined();
  });

  it("of another size or kind have no distance", () => {
    expect(gridShift(HRRR_GRID, { ...HRRR_GRID, nx: 1798 })).toBeUndefined();
    expect(sameGrid(HRRR_GRID, GLOBE)).toBe(false);
    expect(describeAgainst(GLOBE, HRRR_GRID)).toBe("latitude-longitude 1440x721, 0.25x0.25 degrees");
  });

  it("with other spacing, or another projection, lie far apart at some corner", () => {
    expect(sameGrid(HRRR_GRID, { ...HRRR_GRID, dxMeters: 3001 })).toBe(false);
    const projection = { ...HRRR_PROJECTION, centralLongitudeDegrees: -97.51 };
    expect(sameGrid(HRRR_GRID, { ...HRRR_GRID, projection })).toBe(false);
    // The same sphere but for 29 m of radius: cells lie up to 14 m apart, and nobody could tell.
    expect(gridShift(HRRR_GRID, HRRR_GRID)).toBe(0);
  });

  it("of degrees are compared round the Earth", () => {
    expect(sameGrid(GLOBE, { ...GLOBE, longitude0Degrees: 360 })).toBe(true);
    expect(gridShift(GLOBE, { ...GLOBE, longitude0Degrees: -0.005 })).toBeCloseTo(0.02, 9);
    expect(sameGrid(GLOBE, { ...GLOBE, longitude0Degrees: -0.02 })).toBe(false);
    expect(sameGrid(GLOBE, { ...GLOBE, latitude0Degrees: -89.98 })).toBe(false);
  });
});
