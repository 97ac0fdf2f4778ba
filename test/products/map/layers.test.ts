import { createCanvas } from "@napi-rs/canvas";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HRRR_GRID } from "../../../src/core/index.ts";
import { barbLayer, feathersOf } from "../../../src/products/map/barbs.ts";
import { isolines } from "../../../src/products/map/isolines.ts";
import { memberColor } from "../../../src/products/map/member-overlays.ts";
import { coarsened, stampGrid } from "../../../src/products/map/stamps.ts";
import { LIGHT } from "../../../src/products/map/theme.ts";
import { cropOfHrrr } from "../sample-ensemble.ts";

describe("wind barbs", () => {
  it("count halves, feathers and flags of the speed rounded to 5 kt", () => {
    expect(feathersOf(2.4)).toBe("calm");
    expect(feathersOf(2.5)).toEqual({ flags: 0, feathers: 0, halves: 1 });
    expect(feathersOf(15)).toEqual({ flags: 0, feathers: 1, halves: 1 });
    expect(feathersOf(49)).toEqual({ flags: 1, feathers: 0, halves: 0 });
    expect(feathersOf(115)).toEqual({ flags: 2, feathers: 1, halves: 1 });
  });

  /** Where the ink of one barb lies, relative to its cell's middle: mean of x to the east and y to the north. */
  function ink(u: number, v: number): { east: number; north: number } {
    const side = 120;
    const canvas = createCanvas(side, side);
    const context = canvas.getContext("2d");
    const grid = cropOfHrrr(880, 400, 1, 1);
    barbLayer(Float32Array.of(u), Float32Array.of(v), grid)(
      context,
      { grid, widthPixels: side, heightPixels: side, cellWidth: side, cellHeight: side },
      LIGHT,
    );
    const { data } = context.getImageData(0, 0, side, side);
    let [east, north, weight] = [0, 0, 0];
    for (let at = 0; at < side * side; at++) {
      const alpha = data[4 * at + 3];
      east += alpha * ((at % side) + 0.5 - side / 2);
      north += alpha * (side / 2 - 0.5 - Math.floor(at / side));
      weight += alpha;
    }
    return { east: east / weight, north: north / weight };
  }

  it("stand where the wind comes from, with feathers on the left seen downwind", () => {
    const west = ink(10, 0); // 20 kt to the east: the staff lies west, its feathers north
    expect(west.east).toBeLessThan(-3);
    expect(west.north).toBeGreaterThan(0.5);
    const south = ink(0, 10); // to the north: the staff lies south, its feathers west
    expect(south.north).toBeLessThan(-3);
    expect(south.east).toBeLessThan(-0.5);
    expect(Math.hypot(...Object.values(ink(0, 0)))).toBeLessThan(0.3);
  });
});

describe("isolines", () => {
  it("lie where the level is, by interpolation", () => {
    // Columns 0, 10: the level 2.5 is a quarter of the way, from the first row to the second.
    expect(isolines(Float32Array.of(0, 10, 0, 10), { nx: 2, ny: 2 }, 2.5)).toEqual([0.25, 0, 0.25, 1]);
    expect(isolines(Float32Array.of(0, 10, 0, Number.NaN), { nx: 2, ny: 2 }, 2.5)).toEqual([]);
  });

  it("end on sides whose corners lie on either side of the level, and close within the field", () => {
    const fields = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 36, maxLength: 36 });
    fc.assert(
      fc.property(fields, (values) => {
        const field = Float32Array.from(values);
        const segments = isolines(field, { nx: 6, ny: 6 }, 4.5);
        const ends = new Map<string, number>();
        for (let at = 0; at < segments.length; at += 2) {
          const [x, y] = [segments[at], segments[at + 1]];
          const value = (i: number, j: number): number => field[j * 6 + i];
          const [i, j, along] = [Math.floor(x), Math.floor(y), x % 1 === 0 ? y % 1 : x % 1];
          const [low, high] = x % 1 === 0 ? [value(i, j), value(i, j + 1)] : [value(i, j), value(i + 1, j)];
          expect(low + along * (high - low)).toBeCloseTo(4.5, 4);
          const key = `${x.toFixed(5)} ${y.toFixed(5)}`;
          ends.set(key, (ends.get(key) ?? 0) + 1);
        }
        // Every end within the field belongs to two segments: lines stop at its edge only.
        for (const [key, count] of ends) {
          const [x, y] = key.split(" ").map(Number);
          if (x > 0 && y > 0 && x < 5 && y < 5) expect(count, key).toBe(2);
        }
      }),
    );
  });
});

describe("stamps", () => {
  it("keep the largest of the cells they stand for, and a gap only where all are", () => {
    const field = Float32Array.of(1, 2, Number.NaN, 4, 5, 60, Number.NaN, Number.NaN, -1);
    expect([...coarsened(field, cropOfHrrr(0, 0, 3, 3), 2)]).toEqual([5, 60, Number.NaN, -1]);
  });

  it("lie on the same ground", () => {
    const { grid, by } = stampGrid(HRRR_GRID);
    expect(by).toBe(5);
    if (grid.kind !== "lambert") throw new RangeError("expected a Lambert grid");
    expect([grid.nx, grid.ny, grid.dxMeters]).toEqual([360, 212, 15_000]);
    // The western edge of the first cell is where it was.
    expect(grid.x0Meters - grid.dxMeters / 2).toBeCloseTo(HRRR_GRID.x0Meters - HRRR_GRID.dxMeters / 2, 6);
  });
});

it("members have colours of their own", () => {
  expect(new Set(Array.from({ length: 50 }, (_, member) => memberColor(member))).size).toBe(50);
});
