import { describe, expect, it } from "vitest";
import { globalNormalizer } from "../../src/archive/index.ts";
import { cellCount, type Grid } from "../../src/core/index.ts";
import { firstGuessMaker, surroundingPlanes, surroundingsMaker } from "../../src/run/index.ts";
import { sandboxHours, sandboxSpace } from "../../src/sandbox/index.ts";
import { memoryArchive } from "../memory-archive.ts";

const archive = memoryArchive();
const { grid, channels, statistics } = archive;
const { nx, ny } = grid;
const cells = cellCount(grid);
const run = {
  channels,
  grid,
  statistics,
  stepHours: 1,
  normalization: "global",
  firstGuess: "mean-wind",
  periodic: true,
} as const;
const [u, v] = [channels.indexOf("u10"), channels.indexOf("v10")];

/** A state of noise whose mean wind moves things by these cells in an hour. */
function movedBy(right: number, up: number): Float32Array {
  const values = new Float32Array(channels.length * cells);
  for (let i = 0; i < values.length; i++) values[i] = Math.sin(1 + i * i);
  for (const [channel, moved] of [
    [u, right],
    [v, up],
  ]) {
    const { mean, std } = statistics[channel];
    values.fill(((moved * 3000) / 3600 - mean) / std, channel * cells, (channel + 1) * cells);
  }
  return values;
}

describe("the first guess", () => {
  it("moves fields by whole cells exactly, across the border of a periodic grid", () => {
    const values = movedBy(3, -2);
    const guess = firstGuessMaker(run)({ values }, 1);
    const at = (field: Float32Array, j: number, i: number): number => field[((j + ny) % ny) * nx + ((i + nx) % nx)];
    for (let j = 0; j < ny; j++) {
      // The mean wind is a float32: a thousandth of a cell.
      for (let i = 0; i < nx; i++) expect(at(guess, j, i)).toBeCloseTo(at(values, j + 2, i - 3), 2);
    }
  });

  it("takes the nearest cell beyond the border of a grid that is not", () => {
    const values = movedBy(3, 0);
    const guess = firstGuessMaker({ ...run, periodic: false })({ values }, 1);
    expect(guess[0]).toBeCloseTo(values[0], 2);
    expect(guess[5]).toBeCloseTo(values[2], 2);
  });

  it("is a better guess than the present state where the wind carries all", () => {
    const start = archive.times[0];
    const [now, next] = [...sandboxHours({ seed: 3, hours: 2, start, nx: 64, ny: 48 })].map(({ state }) => state);
    const space = sandboxSpace({ nx: 64, ny: 48 });
    const wide = cellCount(space.grid);
    const normalizer = globalNormalizer(statistics, channels, wide);
    const [present, truth] = [now, next].map((state) => normalizer.encode(state));
    const guess = firstGuessMaker({ ...run, grid: space.grid })({ values: present }, 1);
    let [guessed, persisted] = [0, 0];
    for (let i = wide; i < 3 * wide; i++) {
      guessed += (guess[i] - truth[i]) ** 2;
      persisted += (present[i] - truth[i]) ** 2;
    }
    expect(guessed).toBeLessThan(0.6 * persisted);
  });

  it("is refused without a wind, and where a grid has no metres", () => {
    const plain = { ...run, channels: ["t2m"] as const, statistics: statistics.slice(1, 2) };
    expect(() => firstGuessMaker(plain)).toThrow("firstGuess: expected channels u10 and v10 on a grid in a projection");
    const latlon = { kind: "latlon", nx, ny } as unknown as Grid;
    expect(() => firstGuessMaker({ ...run, grid: latlon })).toThrow("on a latlon grid; use firstGuess: none");
  });
});

describe("the surroundings", () => {
  it("are forcings, domain means and the first guess, in this order", () => {
    const all = { ...run, forcings: ["hour"], anchorSteps: 1, domainMeans: true } as const;
    const values = movedBy(1, 0);
    const planes = surroundingsMaker(all)({ values }, archive.times[6]);
    const at = (plane: number): Float32Array => planes.subarray(plane * cells, (plane + 1) * cells);
    expect(planes).toHaveLength(surroundingPlanes(all) * cells);
    // Six hours past midnight the clock's sine is 1.
    expect(at(0).every((value) => value === 1)).toBe(true);
    const t2m = channels.indexOf("t2m");
    const mean = values.subarray(t2m * cells, (t2m + 1) * cells).reduce((sum, value) => sum + value, 0) / cells;
    for (const value of at(2 + t2m)) expect(value).toBeCloseTo(mean, 5);
    expect(planes.subarray((2 + channels.length) * cells)).toEqual(firstGuessMaker(run)({ values }, 1));
    expect(surroundingPlanes({ ...all, forcings: [], domainMeans: false, firstGuess: "none" })).toBe(0);
  });
});
