import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cropPadding, paddedSize, paddingMask, padEdges } from "../../src/core/index.ts";

describe("padding", () => {
  it("takes HRRR's grid to a multiple of 16", () => {
    expect(paddedSize({ ny: 1059, nx: 1799 }, 16)).toEqual({ ny: 1072, nx: 1808 });
    expect(paddedSize({ ny: 32, nx: 48 }, 16)).toEqual({ ny: 32, nx: 48 });
  });

  it("repeats the east and the north edge", () => {
    const padded = padEdges(Float32Array.of(1, 2, 3, 4, 5, 6), 1, { ny: 2, nx: 3 }, { ny: 4, nx: 4 });
    expect([...padded]).toEqual([1, 2, 3, 3, 4, 5, 6, 6, 4, 5, 6, 6, 4, 5, 6, 6]);
  });

  it("marks real cells with 1", () => {
    expect([...paddingMask({ ny: 1, nx: 2 }, { ny: 2, nx: 3 })]).toEqual([1, 1, 0, 0, 0, 0]);
  });

  it("is undone by cropping, for any planes and sizes", () => {
    const side = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(1, 2, 4, 8),
        (ny, nx, planes, multiple) => {
          const values = Float32Array.from({ length: planes * ny * nx }, (_, i) => i);
          const to = paddedSize({ ny, nx }, multiple);
          expect(cropPadding(padEdges(values, planes, { ny, nx }, to), planes, to, { ny, nx })).toEqual(values);
        },
      ),
    );
  });
});
