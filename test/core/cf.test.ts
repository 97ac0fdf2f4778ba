import { expect, it } from "vitest";
import { gridAxes, gridMapping, HRRR_GRID, type LatLonGrid } from "../../src/core/index.ts";

it("puts HRRR's axes at the centers of its cells", () => {
  const { x, y } = gridAxes(HRRR_GRID);
  expect([x.values.length, y.values.length]).toEqual([1799, 1059]);
  // The first and last cell of the grid, as in lambert.test.ts.
  expect(x.values[0]).toBeCloseTo(-2_697_520.1425, 3);
  expect(x.values.at(-1)).toBeCloseTo(2_696_479.8575, 3);
  expect(y.values.at(-1)).toBeCloseTo(1_586_693.8474, 3);
  expect(y.attributes).toEqual({ standard_name: "projection_y_coordinate", units: "m", axis: "Y" });
});

it("names one standard parallel where the cone touches, and two where it cuts", () => {
  expect(gridMapping(HRRR_GRID)["standard_parallel"]).toBe(38.5);
  const cutting = { ...HRRR_GRID, projection: { ...HRRR_GRID.projection, standardParallel2Degrees: 45 } };
  expect(gridMapping(cutting)["standard_parallel"]).toEqual([38.5, 45]);
  expect(gridMapping(cutting)["crs_wkt"]).toContain('PARAMETER["Latitude of 2nd standard parallel",45,');
});

it("balances every bracket of the well-known text", () => {
  const wkt = String(gridMapping(HRRR_GRID)["crs_wkt"]).replace(/"[^"]*"/g, "");
  expect(wkt.split("[").length).toBe(wkt.split("]").length);
});

it("gives a latitude-longitude grid its own axes and a sphere", () => {
  const grid: LatLonGrid = {
    kind: "latlon",
    nx: 3,
    ny: 2,
    latitude0Degrees: 30,
    longitude0Degrees: -100,
    dLatitudeDegrees: 0.5,
    dLongitudeDegrees: 0.25,
  };
  const { x, y } = gridAxes(grid);
  expect([...x.values]).toEqual([-100, -99.75, -99.5]);
  expect([...y.values]).toEqual([30, 30.5]);
  expect(gridMapping(grid)).toEqual({ grid_mapping_name: "latitude_longitude", earth_radius: 6_371_229 });
});
