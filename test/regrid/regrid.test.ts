import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, constantFrom, float, property } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cellCount,
  earthRelativeWind,
  type Grid,
  gridRelativeWind,
  HRRR_GRID,
  HRRR_PROJECTION,
  type LatLonGrid,
  lambertGridFrom,
  normals,
} from "../../src/core/index.ts";
import { decodeWeights, encodeWeights } from "../../src/regrid/cache.ts";
import {
  cachedWeights,
  mrmsReflectivity,
  REGRID_METHODS,
  regridder,
  regridWeights,
  regridWind,
} from "../../src/regrid/index.ts";
import { slowRegrid } from "./reference.ts";

/** 12 x 10 cells of 3 km in the middle of HRRR's grid. */
const TARGET = lambertGridFrom(HRRR_PROJECTION, {
  nx: 12,
  ny: 10,
  latitude0Degrees: 38,
  longitude0Degrees: -100,
  dxMeters: 3000,
  dyMeters: 3000,
});
/** MRMS's 0.01 degree, over all of it and a little more. */
const FINE: LatLonGrid = {
  kind: "latlon",
  nx: 60,
  ny: 44,
  latitude0Degrees: 37.9,
  longitude0Degrees: -100.1,
  dLatitudeDegrees: 0.01,
  dLongitudeDegrees: 0.01,
};
/** Ends in the middle of the target. */
const HALF: LatLonGrid = { ...FINE, nx: 26, ny: 20 };
const COARSE: LatLonGrid = { ...FINE, nx: 9, ny: 7, dLatitudeDegrees: 0.1, dLongitudeDegrees: 0.1 };

const noise = (grid: Grid, purpose: string): Float32Array =>
  normals({ seed: 5, purpose }, cellCount(grid)).map((x) => 15 * x);
/** One part in a million of values below 64, and the float32 of a weight. */
const F32 = 2e-5;

function expectClose(a: Float32Array, b: Float32Array, tolerance: number): void {
  expect(a.length).toBe(b.length);
  for (const [cell, value] of a.entries()) {
    if (Number.isNaN(b[cell])) expect(value, `cell ${cell}`).toBeNaN();
    else expect(Math.abs(value - b[cell]), `cell ${cell}`).toBeLessThanOrEqual(tolerance);
  }
}

describe("regridding", () => {
  it.each(
    REGRID_METHODS.flatMap((method) => [
      ["a finer grid", method, FINE] as const,
      ["half a grid", method, HALF] as const,
    ]),
  )("from %s by %s is what its definition says, cell by cell", (_, method, from) => {
    const field = noise(from, method);
    for (let cell = 0; cell < field.length; cell += 7) field[cell] = Number.NaN;
    const fast = regridder(from, TARGET)(field, method);
    expectClose(fast, slowRegrid(field, method, from, TARGET), F32);
    expect(fast.some((value) => Number.isFinite(value))).toBe(true);
    if (from === HALF) expect(fast.some(Number.isNaN)).toBe(true);
  });

  it("by point methods works from a coarser grid, and by area methods refuses it", () => {
    const field = noise(COARSE, "coarse");
    for (const method of ["nearest", "bilinear"] as const) {
      expectClose(regridder(COARSE, TARGET)(field, method), slowRegrid(field, method, COARSE, TARGET), F32);
    }
    expect(() => regridWeights("cells", COARSE, TARGET)).toThrow("use bilinear or nearest for a source this coarse");
  });

  it.each(REGRID_METHODS)("by %s leaves a grid as it is when it is already there", (method) => {
    const field = noise(TARGET, "same");
    expectClose(regridder(TARGET, { ...TARGET })(field, method), field, method === "mean-z" ? F32 : 0);
  });

  it("by nearest is the identity on all of HRRR's grid", () => {
    const weights = regridWeights("nearest", HRRR_GRID, { ...HRRR_GRID });
    expect(weights.sources.length).toBe(cellCount(HRRR_GRID));
    expect(weights.sources.every((source, cell) => source === cell)).toBe(true);
  });

  it("keeps a constant field constant where the source covers it", () => {
    assert(
      property(float({ min: -30, max: 75, noNaN: true }), constantFrom(...REGRID_METHODS), (value, method) => {
        const out = regridder(FINE, TARGET)(new Float32Array(cellCount(FINE)).fill(value), method);
        for (const cell of out) expect(Math.abs(cell - value)).toBeLessThanOrEqual(F32);
      }),
      { numRuns: 40 },
    );
  });

  it("has bilinear weights that sum to 1 at every target it covers, and none below 0", () => {
    const { starts, sources, weights = new Float32Array() } = regridWeights("bilinear", HALF, TARGET);
    let covered = 0;
    for (let cell = 0; cell < cellCount(TARGET); cell++) {
      const own = weights.subarray(starts[cell], starts[cell + 1]);
      if (own.length === 0) continue;
      covered++;
      expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
      expect(Math.min(...own)).toBeGreaterThan(0);
    }
    expect(covered).toBeGreaterThan(10);
    expect(Math.max(...sources)).toBeLessThan(cellCount(HALF));
  });

  it("never has a mean of Z above the maximum or below the mean of dBZ", () => {
    const field = noise(FINE, "z");
    const along = regridder(FINE, TARGET);
    const [most, meanZ] = [along(field, "maximum"), along(field, "mean-z")];
    const { starts, sources } = regridWeights("cells", FINE, TARGET);
    for (let cell = 0; cell < most.length; cell++) {
      const own = [...sources.subarray(starts[cell], starts[cell + 1])].map((source) => field[source]);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      expect(meanZ[cell]).toBeLessThanOrEqual(most[cell] + F32);
      expect(meanZ[cell]).toBeGreaterThanOrEqual(mean - F32);
    }
  });

  it("averages 30 dBZ and 10 dBZ to 27 dBZ", () => {
    // By hand: 10 log10((1000 + 10) / 2) = 27.0329.
    const two: LatLonGrid = { ...FINE, nx: 2, ny: 1 };
    const one: LatLonGrid = { ...FINE, nx: 1, ny: 1, dLongitudeDegrees: 0.02, longitude0Degrees: -100.095 };
    const field = Float32Array.of(30, 10);
    expect(regridder(two, one)(field, "mean-z")[0]).toBeCloseTo(27.0329, 4);
    expect(regridder(two, one)(field, "maximum")[0]).toBe(30);
    expect(regridder(two, one)(Float32Array.of(Number.NaN, 10), "maximum")[0]).toBe(10);
    expect(regridder(two, one)(Float32Array.of(Number.NaN, Number.NaN), "mean-z")[0]).toBeNaN();
  });

  it("closes round the Earth", () => {
    const globe: LatLonGrid = {
      ...COARSE,
      nx: 36,
      ny: 19,
      latitude0Degrees: -90,
      longitude0Degrees: 0,
      dLatitudeDegrees: 10,
      dLongitudeDegrees: 10,
    };
    const meridian: LatLonGrid = {
      ...globe,
      nx: 4,
      ny: 1,
      latitude0Degrees: 40,
      longitude0Degrees: -7.5,
      dLongitudeDegrees: 2.5,
    };
    const field = Float32Array.from({ length: 36 * 19 }, (_, cell) => (cell % 36 === 35 ? 4 : 0));
    expect([...regridder(globe, meridian)(field, "bilinear")]).toEqual([3, 2, 1, 0]);
    expect([...regridder(globe, meridian)(field, "nearest")]).toEqual([4, 0, 0, 0]);
  });
});

describe("MRMS reflectivity", () => {
  it("is missing where nobody looked, and HRRR's floor where there was no echo or less", () => {
    expect([...mrmsReflectivity(Float32Array.of(-999, -99, -33.5, -10, 0, 61.5, Number.NaN), "a file")]).toEqual([
      Number.NaN,
      -10,
      -10,
      -10,
      0,
      61.5,
      Number.NaN,
    ]);
  });

  it("does not guess at other codes", () => {
    expect(() => mrmsReflectivity(Float32Array.of(-300), "x.grib2")).toThrow(
      "x.grib2: expected reflectivity, -99 or -999, got -300; name a file of MergedReflectivityQCComposite",
    );
  });
});

describe("winds between grids", () => {
  it("go by way of the earth: a uniform west wind stays one", () => {
    const calm = new Float32Array(cellCount(COARSE));
    const west = calm.slice().fill(10);
    const { u, v } = regridWind(west, calm, "earth", regridWeights("bilinear", COARSE, TARGET));
    const back = earthRelativeWind(u, v, TARGET);
    expectClose(back.east, new Float32Array(120).fill(10), F32);
    expectClose(back.north, new Float32Array(120), F32);
    // At 100 W HRRR's axes are turned by 1.6 degrees.
    expect(v[0]).not.toBeCloseTo(0, 1);
  });

  it("along a grid's axes come to another grid's axes", () => {
    const wide = {
      ...TARGET,
      nx: 3,
      ny: 3,
      x0Meters: TARGET.x0Meters - 30_000,
      y0Meters: TARGET.y0Meters - 30_000,
      dxMeters: 45_000,
      dyMeters: 45_000,
    };
    const tilted: Grid = { ...wide, projection: { ...HRRR_PROJECTION, centralLongitudeDegrees: -60 } };
    const eastward = new Float32Array(9).fill(7);
    const { u, v } = gridRelativeWind(eastward, new Float32Array(9), wide);
    const same = regridWind(u, v, "grid", regridWeights("bilinear", wide, TARGET));
    const { east } = earthRelativeWind(same.u, same.v, TARGET);
    expectClose(east, new Float32Array(120).fill(7), 1e-4);
    expect(() => regridWind(u, v, "grid", regridWeights("nearest", tilted, tilted))).not.toThrow();
  });
});

describe("weights on disk", () => {
  it("come back the same, and are computed anew when they are damaged or another's", async () => {
    const folder = await mkdtemp(join(tmpdir(), "updraft-weights-"));
    try {
      for (const kind of ["nearest", "bilinear", "cells"] as const) {
        const weights = regridWeights(kind, FINE, TARGET);
        expect(await cachedWeights(kind, FINE, TARGET, folder)).toEqual(weights);
        expect(await cachedWeights(kind, FINE, TARGET, folder)).toEqual(weights);
      }
      const names = await readdir(folder);
      expect(names).toHaveLength(3);
      for (const name of names) {
        const bytes = await readFile(join(folder, name));
        bytes[bytes.length >> 1] ^= 1;
        await writeFile(join(folder, name), bytes);
      }
      expect(await cachedWeights("cells", FINE, TARGET, folder)).toEqual(regridWeights("cells", FINE, TARGET));
      const bytes = encodeWeights(regridWeights("cells", FINE, TARGET));
      expect(decodeWeights(bytes, { kind: "cells", from: HALF, to: TARGET })).toBeUndefined();
      expect(decodeWeights(new Uint8Array(3), { kind: "cells", from: HALF, to: TARGET })).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
