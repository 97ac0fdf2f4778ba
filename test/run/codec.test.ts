import { describe, expect, it } from "vitest";
import { type ChannelStatistics, transformValue } from "../../src/archive/index.ts";
import {
  cellCount,
  fieldOf,
  HRRR_GRID,
  normals,
  utcSeconds,
  VARIABLES,
  type ValidTime,
  type VariableName,
} from "../../src/core/index.ts";
import { advanceMoments, type RunDescription, runCodec } from "../../src/run/index.ts";

const grid = { ...HRRR_GRID, nx: 12, ny: 10 };
const cells = cellCount(grid);
const channels: VariableName[] = ["refc", "t2m", "cape", "cin"];
const time = utcSeconds(2024, 5, 1, 6) as ValidTime;

const statistics = channels.map((channel): ChannelStatistics => {
  const { transform } = VARIABLES[channel];
  const numbers = { refc: [0, 15], t2m: [290, 8], cape: [4, 2], cin: [-2, 1.5] } as Partial<
    Record<VariableName, number[]>
  >;
  const [mean, std] = numbers[channel] as number[];
  const physical = { physicalMin: 0, physicalMax: 0, physicalMean: 0 };
  return { channel, transform, mean, std, min: 0, max: 0, count: 1, ...physical };
});

function codecOf(normalization: "global" | "field", more: Partial<RunDescription> = {}): ReturnType<typeof runCodec> {
  return runCodec({ channels, grid, normalization, statistics, ...more });
}

/** A state within the possible: echoes above the floor, energies on their side of zero. */
function someState(): Float32Array {
  const z = normals({ seed: 4, purpose: "state" }, channels.length * cells);
  const maps = [
    (x: number) => 10 + 3 * x,
    (x: number) => 290 + 8 * x,
    (x: number) => 900 * Math.exp(x),
    (x: number) => -40 * Math.exp(x),
  ];
  return z.map((x, i) => maps[Math.floor(i / cells)](x));
}

describe.each(["global", "field"] as const)("%s normalisation", (normalization) => {
  it("gives back the state it was given, within float32", () => {
    const state = someState();
    const codec = codecOf(normalization);
    const encoded = codec.encode(state);
    const back = codec.decodeNext(encoded.values, encoded, time);
    for (let i = 0; i < state.length; i++) {
      // Logarithms stretch a rounding of z by their own slope: 1e-5 of the value.
      expect(Math.abs(back[i] - state[i])).toBeLessThan(1e-5 * Math.max(1, Math.abs(state[i])));
    }
  });

  it("ends at floors and ceilings without remark, and counts what is impossible", () => {
    let impossible = 0;
    const codec = runCodec({ channels, grid, normalization: "global", statistics }, (count) => {
      impossible += count;
    });
    const from = codec.encode(someState());
    const wild = from.values.slice();
    wild.fill(-20, 0, cells); // reflectivity far below no echo: the floor
    wild.fill(20, 2 * cells, 2 * cells + 3); // three cells of impossible CAPE
    const state = codec.decodeNext(wild, from, time);
    expect(Math.min(...state.subarray(0, cells))).toBe(-10);
    expect(state[2 * cells]).toBe(VARIABLES.cape.hardRange[1]);
    expect(impossible).toBe(3);
  });
});

describe("field normalisation", () => {
  it("standardises each field by its own moments and leaves a constant one at zero", () => {
    const state = someState();
    state.fill(-10, 0, cells);
    const { values } = codecOf("field").encode(state);
    expect(values.subarray(0, cells).every((z) => z === 0)).toBe(true);
    const t2m = values.subarray(cells, 2 * cells);
    expect(t2m.reduce((sum, z) => sum + z, 0) / cells).toBeCloseTo(0, 5);
    expect(t2m.reduce((sum, z) => sum + z * z, 0) / (cells - 1)).toBeCloseTo(1, 5);
  });

  it("takes the future mean and deviation from the fitted tendency and the clock, not from any field", () => {
    const line = { intercept: 5, slopes: [0.5], sinHour: 2, cosHour: 3, deviation: 1 };
    const logStd = { intercept: Math.log(2), slopes: [1], sinHour: 0, cosHour: 0, deviation: 1 };
    // 06 UTC: sin = 1, cos = 0
    const next = advanceMoments({ mean: Float64Array.of(10), std: Float64Array.of(3) }, [{ mean: line, logStd }], time);
    expect(next.mean[0]).toBeCloseTo(5 + 5 + 2, 12);
    expect(next.std[0]).toBeCloseTo(6, 12);
  });

  it("lets moments go on as far beside their line as the draw says, in deviations", () => {
    const clockless = { sinHour: 0, cosHour: 0 };
    const mean = { ...clockless, intercept: 5, slopes: [0.5], deviation: 2 };
    const tendency = [{ mean, logStd: { ...clockless, intercept: 0, slopes: [1], deviation: 0.5 } }];
    const moments = { mean: Float64Array.of(10), std: Float64Array.of(3) };
    const next = advanceMoments(moments, tendency, time, Float32Array.of(1.5, -2));
    expect(next.mean[0]).toBeCloseTo(10 + 1.5 * 2, 12);
    expect(next.std[0]).toBeCloseTo(3 * Math.exp(-2 * 0.5), 12);
  });

  it("holds the mean of a field though much of it ends at no echo", () => {
    const state = someState();
    const echoes = fieldOf(state, 0, cells);
    // Four fifths clear air, a fifth storms.
    for (let i = 0; i < cells; i++) echoes[i] = i % 5 === 0 ? 20 + (i % 7) : -10;
    const codec = codecOf("field");
    const present = codec.encode(state);
    // An answer that is smooth where nature has a floor: half of it lies below.
    const answer = normals({ seed: 5, purpose: "smooth answer" }, state.length);
    const next = fieldOf(codec.decodeNext(answer, present, time), 0, cells);
    const mean = (field: Float32Array): number => field.reduce((sum, value) => sum + value, 0) / cells;
    expect(Math.min(...next)).toBe(-10);
    // A hundredth of its deviation of 13 dBZ; ended at the floor alone, the mean was 2.6 dBZ higher.
    expect(Math.abs(mean(next) - mean(echoes))).toBeLessThan(0.13);
  });

  it("uses the transform before it standardises", () => {
    const state = someState();
    const { moments } = codecOf("field").encode(state);
    const logs = [...state.subarray(2 * cells, 3 * cells)].map((x) => transformValue("log1p", x));
    expect(moments?.mean[2]).toBeCloseTo(logs.reduce((sum, x) => sum + x, 0) / cells, 5);
  });
});
