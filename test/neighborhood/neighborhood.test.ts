import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HRRR_GRID, type LambertGrid, type LatLonGrid } from "../../src/core/index.ts";
import {
  anyWithin,
  box,
  disc,
  gaussianSmooth,
  maximumWithin,
  meanWithin,
  UNKNOWN,
} from "../../src/neighborhood/index.ts";
import { inBox, inDisc, smoothed, within } from "./reference.ts";

const gridOf = (nx: number, ny: number, dxMeters = 3000, dyMeters = dxMeters): LambertGrid => ({
  ...HRRR_GRID,
  nx,
  ny,
  dxMeters,
  dyMeters,
});

/** A small grid, cells perhaps not square, with values of which some are missing, and a radius of up to 4 cells. */
const cases = fc
  .record({
    nx: fc.integer({ min: 1, max: 9 }),
    ny: fc.integer({ min: 1, max: 9 }),
    dyMeters: fc.constantFrom(3000, 4500),
    radiusKm: fc.double({ min: 0, max: 13, noNaN: true }),
    missing: fc.boolean(),
  })
  .chain((shape) =>
    fc.record({
      grid: fc.constant(gridOf(shape.nx, shape.ny, 3000, shape.dyMeters)),
      radiusKm: fc.constant(shape.radiusKm),
      field: fc
        .array(
          fc.oneof(
            { weight: 6, arbitrary: fc.integer({ min: -5, max: 5 }) },
            { weight: shape.missing ? 1 : 0, arbitrary: fc.constant(Number.NaN) },
          ),
          { minLength: shape.nx * shape.ny, maxLength: shape.nx * shape.ny },
        )
        .map((values) => Float32Array.from(values)),
    }),
  );

describe("a neighborhood", () => {
  // conventions 4.1, counted by decoding HREF's and SPC's definitions: 40 km, HREF's 13 cells, 25 miles, and 40 km on a 6 km grid.
  it.each([
    [3000, 40, 553],
    [3000, 39, 529],
    [3000, 25 * 1.609344, 561],
    [6000, 40, 137],
  ])("at %i m and %d km has %i cells", (meters, radiusKm, cells) => {
    expect(disc(gridOf(99, 99, meters), radiusKm).cells).toBe(cells);
  });

  it("of SPC is 27 cells square", () => {
    expect(box(HRRR_GRID, 40)).toMatchObject({ reach: 13, cells: 27 * 27 });
  });

  it("of 0 km is the cell itself", () => {
    expect(disc(HRRR_GRID, 0).cells).toBe(1);
    expect([...anyWithin(Uint8Array.of(0, 1, 0), { nx: 3 }, disc(HRRR_GRID, 0))]).toEqual([0, 1, 0]);
  });

  it("refuses a grid whose cells have no size", () => {
    const grid: LatLonGrid = {
      kind: "latlon",
      nx: 2,
      ny: 2,
      latitude0Degrees: 30,
      longitude0Degrees: -100,
      dLatitudeDegrees: 1,
      dLongitudeDegrees: 1,
    };
    expect(() => disc(grid, 40)).toThrow(
      "disc: expected a grid whose cells have a size in kilometres, got a latitude-longitude grid; regrid to HRRR's grid first",
    );
    expect(() => disc(HRRR_GRID, -1)).toThrow("disc: a distance is 0 km or more, got -1");
    expect(() => anyWithin(new Uint8Array(5), { nx: 2 }, disc(HRRR_GRID, 3))).toThrow(
      "whole rows of 2 cells, got 5 cells",
    );
  });
});

describe("the fast kernels do as their definitions read", () => {
  const shapes = (grid: LambertGrid, km: number) =>
    [
      [disc(grid, km), inDisc(grid, km)],
      [box(grid, km), inBox(grid, km)],
    ] as const;

  it("anywhere within", () => {
    fc.assert(
      fc.property(cases, ({ grid, radiusKm, field }) => {
        const events = Uint8Array.from(field, (value) => (Number.isNaN(value) ? UNKNOWN : Number(value >= 4)));
        for (const [shape, near] of shapes(grid, radiusKm)) {
          const expected = within(events, grid.nx, near, (values) => Math.max(...values));
          expect([...anyWithin(events, grid, shape)]).toEqual(expected);
        }
      }),
    );
  });

  it("maximum within", () => {
    fc.assert(
      fc.property(cases, ({ grid, radiusKm, field }) => {
        for (const [shape, near] of shapes(grid, radiusKm)) {
          const expected = within(field, grid.nx, near, (values) => Math.max(...values));
          expect([...maximumWithin(field, grid, shape)]).toEqual(expected);
        }
      }),
    );
  });

  it("mean within", () => {
    fc.assert(
      fc.property(cases, ({ grid, radiusKm, field }) => {
        for (const [shape, near] of shapes(grid, radiusKm)) {
          const expected = within(field, grid.nx, near, (values, centre) => {
            const there = values.filter((value) => !Number.isNaN(value));
            return Number.isNaN(centre) ? centre : Math.fround(there.reduce((a, b) => a + b, 0) / there.length);
          });
          expect([...meanWithin(field, grid, shape)]).toEqual(expected);
        }
      }),
    );
  });

  it("smoothing", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(1.6, 4), ({ grid, radiusKm, field }, truncate) => {
        const square = { ...grid, dyMeters: 3000 };
        const sigma = radiusKm / 6 + 0.2;
        const got = gaussianSmooth(field, square, { sigmaKm: 3 * sigma, truncate });
        const expected = smoothed(field, grid.nx, sigma, truncate);
        // Two passes in float32, of values up to 5.
        for (const [cell, value] of got.entries()) {
          if (Number.isNaN(expected[cell])) expect(value).toBeNaN();
          else expect(Math.abs(value - expected[cell])).toBeLessThan(3e-6);
        }
      }),
    );
  });
});

describe("Gaussian smoothing", () => {
  it("of an impulse is scipy's gaussian_filter(sigma=2, truncate=4)", () => {
    // python -c "import numpy as n, scipy.ndimage as s; a=n.zeros((41,41)); a[20,20]=1; b=s.gaussian_filter(a,2); print(b[20,20],b[20,22],b.sum())"
    const grid = gridOf(41, 41);
    const impulse = new Float32Array(41 * 41);
    impulse[20 * 41 + 20] = 1;
    const smooth = gaussianSmooth(impulse, grid, { sigmaKm: 6 });
    expect(smooth[20 * 41 + 20]).toBeCloseTo(0.0397901351, 8);
    expect(smooth[20 * 41 + 22]).toBeCloseTo(0.0241339369, 8);
    expect(smooth.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });

  it("keeps a constant at the edges and beside gaps, and fills no gap", () => {
    const field = new Float32Array(60).fill(0.7);
    expect(
      Math.max(...gaussianSmooth(field, gridOf(10, 6), { sigmaKm: 40 }).map((v) => Math.abs(v - 0.7))),
    ).toBeLessThan(1e-6);
    field[23] = Number.NaN;
    const smooth = gaussianSmooth(field, gridOf(10, 6), { sigmaKm: 4 });
    expect(smooth[23]).toBeNaN();
    for (const [cell, value] of smooth.entries()) if (cell !== 23) expect(value).toBeCloseTo(0.7, 6);
  });

  it("of 0 km changes nothing", () => {
    const field = Float32Array.of(1, 2, 3, 4);
    expect([...gaussianSmooth(field, gridOf(2, 2), { sigmaKm: 0 })]).toEqual([1, 2, 3, 4]);
  });
});
