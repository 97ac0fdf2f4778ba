import { describe, expect, it } from "vitest";
import { type State, sameGrid, utcSeconds, VARIABLES, type ValidTime } from "../../src/core/index.ts";
import { boundedWavelengthKm, CLIMATE, lifetimeHours } from "../../src/sandbox/climate.ts";
import { fourier, realField, type Spectrum, signedFrequency } from "../../src/sandbox/fourier.ts";
import { sandboxHours, sandboxSpace, sandboxWorld } from "../../src/sandbox/index.ts";
import { displacementMeters, steeringWind } from "../../src/sandbox/steering.ts";

/** Five standard errors of the estimate at hand, with fixed seeds. */
const STAT = 5;

const start = utcSeconds(2024, 5, 1) as ValidTime;
const NX = 32;
const NY = 24;
const CELLS = NX * NY;

function states(hours: number, seed = 1): State[] {
  return Array.from(sandboxHours({ seed, hours, start, nx: NX, ny: NY }), ({ state }) => state);
}

/** The transform of channel `at` of a state. */
function transformed(state: State, at: number): Spectrum {
  return fourier({ nx: NX, ny: NY }).forward(realField(state.subarray(at * CELLS, (at + 1) * CELLS)));
}

describe("sandboxHours", () => {
  it("gives hour t the same bytes however many hours are asked for", () => {
    const [long, short] = [states(7), states(3)];
    for (const [hour, state] of short.entries()) expect(state).toEqual(long[hour]);
    expect(states(2, 2)[1]).not.toEqual(short[1]);
  });

  it("steps the valid time by an hour and calls every hour an analysis", () => {
    const hours = [...sandboxHours({ hours: 3, start, nx: 8, ny: 8 })];
    expect(hours.map(({ time }) => time - start)).toEqual([0, 3600, 7200]);
    expect(hours.every(({ leadHours }) => leadHours === 0)).toBe(true);
  });

  it("stays within what is possible for each variable, with dew point below temperature", () => {
    for (const state of states(48)) {
      for (const [at, channel] of sandboxSpace().channels.entries()) {
        const [least, most] = VARIABLES[channel].hardRange;
        const field = state.subarray(at * CELLS, (at + 1) * CELLS);
        expect(field.every((value) => value >= least && value <= most)).toBe(true);
      }
      const [t2m, d2m] = [state.subarray(CELLS, 2 * CELLS), state.subarray(2 * CELLS, 3 * CELLS)];
      expect(t2m.every((value, cell) => d2m[cell] <= value)).toBe(true);
      expect(state.subarray(6 * CELLS, 7 * CELLS).every((cin) => cin < 0)).toBe(true);
    }
  });

  it("has the stated mean and variance at hour 0 and at hour 2, over independent seeds", () => {
    const seeds = 300;
    const cells = 64;
    for (const hour of [0, 2]) {
      let sum = 0;
      let square = 0;
      let noEcho = 0;
      for (let seed = 0; seed < seeds; seed++) {
        const state = [...sandboxHours({ seed, hours: hour + 1, start, nx: 8, ny: 8 })][hour].state;
        const z = (state[cells] - 302) / 2.5;
        sum += z;
        square += z * z;
        noEcho += state[0] === -10 ? 1 : 0;
      }
      expect(Math.abs(sum / seeds)).toBeLessThan(STAT / Math.sqrt(seeds));
      expect(Math.abs(square / seeds - 1)).toBeLessThan(STAT * Math.sqrt(2 / seeds));
      expect(Math.abs(noEcho / seeds - 0.5)).toBeLessThan((STAT * 0.5) / Math.sqrt(seeds));
    }
  });

  it("moves every mode of an unclamped variable with the steering wind and lets it live as long as stated", () => {
    const hours = states(60);
    // The product of a mode with its carried past, over its past's square, estimates its memory; pooled over bands of wavelength,
    // with every mode brought to the same power first.
    const bands = new Map<number, { product: number; square: number; memory: number; count: number }>();
    for (let hour = 0; hour + 1 < hours.length; hour++) {
      const [now, next] = [transformed(hours[hour], 1), transformed(hours[hour + 1], 1)];
      const [x, y] = displacementMeters(hour, hour + 1);
      for (let mode = 1; mode < CELLS; mode++) {
        const [i, j] = [signedFrequency(mode % NX, NX), signedFrequency(Math.floor(mode / NX), NY)];
        if (2 * i === NX || 2 * j === NY) continue;
        const [cyclesX, cyclesY] = [i / (NX * 3000), j / (NY * 3000)];
        const angle = -2 * Math.PI * (cyclesX * x + cyclesY * y);
        const carriedRe = now.re[mode] * Math.cos(angle) - now.im[mode] * Math.sin(angle);
        const carriedIm = now.re[mode] * Math.sin(angle) + now.im[mode] * Math.cos(angle);
        const wavelength = boundedWavelengthKm(Math.hypot(cyclesX, cyclesY) * 1000);
        const power = wavelength ** CLIMATE.t2m.slope;
        const key = Math.round(2 * Math.log2(wavelength));
        const band = bands.get(key) ?? { product: 0, square: 0, memory: 0, count: 0 };
        band.product += (carriedRe * next.re[mode] + carriedIm * next.im[mode]) / power;
        band.square += (carriedRe ** 2 + carriedIm ** 2) / power;
        band.memory += Math.exp(-1 / lifetimeHours(wavelength));
        band.count += 1;
        bands.set(key, band);
      }
    }
    expect(bands.size).toBeGreaterThan(6);
    for (const { product, square, memory, count } of bands.values()) {
      const expected = memory / count;
      // A complex mode is two numbers, and its conjugate says the same again: as many independent numbers as modes counted.
      expect(Math.abs(product / square - expected)).toBeLessThan(STAT * Math.sqrt((1 - expected ** 2) / count));
    }
  });

  it("has the steering wind as the domain mean of the 10 m wind", () => {
    for (const [hour, state] of states(4).entries()) {
      for (const [axis, at] of [3, 4].entries()) {
        const mean = state.subarray(at * CELLS, (at + 1) * CELLS).reduce((sum, value) => sum + value, 0) / CELLS;
        expect(mean).toBeCloseTo(steeringWind(hour)[axis], 5);
      }
    }
  });

  it("lets the climate of the modes not depend on the size of the domain", () => {
    const memoryOf = (nx: number): number => sandboxWorld({ start, nx, ny: 8 }).hourlyMemory[nx / 4];
    expect(memoryOf(16)).toBeCloseTo(memoryOf(64), 12);
  });
});

describe("lifetimeHours", () => {
  it("is eight hours at the outer scale, one at 24 km and a quarter at two cells", () => {
    expect(boundedWavelengthKm(0)).toBe(192);
    expect([192, 24, 6].map(lifetimeHours)).toEqual([8, 1, 0.25]);
  });
});

describe("sandboxSpace", () => {
  it("is a window of HRRR's own cells in the order of the variables table", () => {
    const { channels, grid } = sandboxSpace();
    expect(channels).toEqual(Object.keys(VARIABLES));
    expect([grid.nx, grid.ny, grid.dxMeters]).toEqual([64, 48, 3000]);
    expect(sameGrid(grid, sandboxSpace({ nx: 64, ny: 48 }).grid)).toBe(true);
    expect(Object.keys(CLIMATE)).toEqual(channels);
  });

  it("refuses a side it cannot transform, saying which", () => {
    expect(() => sandboxSpace({ nx: 50, ny: 44 })).toThrow(
      "sandbox.ny: expected a size 2^a 3^b 5^c from 8 to 1059, got 44; take for example 48, 64, 96 or 128",
    );
    expect(() => sandboxSpace({ nx: 4 })).toThrow("sandbox.nx");
  });
});

describe("displacementMeters", () => {
  it("is the integral of the steering wind", () => {
    const steps = 2000;
    const sum = [0, 0];
    for (let step = 0; step < steps; step++) {
      const wind = steeringWind(3 + (5 * (step + 0.5)) / steps);
      for (const axis of [0, 1]) sum[axis] += (wind[axis] * 5 * 3600) / steps;
    }
    // The midpoint rule's error at this step is of order 1e-7 of the displacement.
    for (const [axis, meters] of displacementMeters(3, 8).entries()) expect(meters / sum[axis]).toBeCloseTo(1, 6);
  });

  it("carries features 3.5 to 7.3 cells an hour", () => {
    for (let hour = 0; hour < 24; hour++) {
      const cells = Math.hypot(...displacementMeters(hour, hour + 1)) / 3000;
      expect(cells).toBeGreaterThan(3.5);
      expect(cells).toBeLessThan(7.3);
    }
  });
});
