import { describe, expect, it } from "vitest";
import { matchObjects, objectScores, type StormObject, stormObjects } from "../../src/verify/index.ts";

/** Rows from the north, as people draw. */
function drawn(...rows: string[]): { field: Float32Array; ny: number; nx: number } {
  const cells = rows
    .toReversed()
    .flatMap((row) => Array.from(row, (mark) => (mark === "#" ? 50 : mark === "?" ? Number.NaN : 0)));
  return { field: Float32Array.from(cells), ny: rows.length, nx: rows[0].length };
}

describe("stormObjects", () => {
  it("joins cells that touch by side or corner, drops the small ones and finds their middles", () => {
    const { field, ny, nx } = drawn("#....", ".#..#", "...?.", "##...");
    expect(stormObjects(field, { ny, nx, threshold: 40, leastCells: 2 })).toEqual([
      { cells: 2, i: 0.5, j: 0 },
      { cells: 2, i: 0.5, j: 2.5 },
    ]);
    expect(stormObjects(field, { ny, nx, threshold: 40, leastCells: 1 })).toHaveLength(3);
    expect(stormObjects(field, { ny, nx, threshold: 60, leastCells: 1 })).toEqual([]);
  });
});

describe("matchObjects", () => {
  const at = (i: number, j: number, cells = 4): StormObject => ({ i, j, cells });

  it("pairs the nearest first, each once, within the distance", () => {
    const tally = matchObjects([at(0, 0, 8), at(2, 0), at(50, 0)], [at(1.5, 0), at(3, 4)], 10);
    // (2, 0) takes (1.5, 0) at ½; then (0, 0) takes (3, 4) at 5.
    expect(tally).toEqual({
      forecastObjects: 3,
      observedObjects: 2,
      matched: 2,
      displacement: 5.5,
      forecastCells: 16,
      observedCells: 8,
      matchedForecastCells: 12,
      matchedObservedCells: 8,
    });
    expect(objectScores(tally)).toEqual({
      observedMatched: 1,
      forecastMatched: 2 / 3,
      meanDisplacement: 2.75,
      matchedAreaRatio: 1.5,
      areaRatio: 2,
      countRatio: 1.5,
    });
  });

  it("is NaN where there is nothing to divide by", () => {
    expect(objectScores(matchObjects([], [], 10)).observedMatched).toBeNaN();
  });
});
