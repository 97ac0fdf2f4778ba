import { assert, constantFrom, double, property } from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ChannelStatistics,
  globalNormalizer,
  STD_FLOOR,
  standardizeFields,
  stateTransform,
  transformValue,
  unstandardizeFields,
  untransformValue,
} from "../../src/archive/index.ts";
import { NumericError, ShapeError, type Transform, VARIABLES, type VariableName } from "../../src/core/index.ts";

/** One rounding to float32 of a transformed value of up to ~20, as relative error of the value it stands for. */
const F32 = 1e-5;

function statistics(channel: VariableName, mean: number, std: number): ChannelStatistics {
  const { transform } = VARIABLES[channel];
  const rest = { min: 0, max: 0, count: 9, physicalMin: 0, physicalMax: 0, physicalMean: 0 };
  return { channel, transform, mean, std, ...rest };
}

const STATISTICS = [statistics("t2m", 290, 10), statistics("cape", 3, 2.5), statistics("cin", -1, 1.5)];
const CHANNELS = ["t2m", "cape", "cin"] as const;
const CELLS = 6;
const STATE = Float32Array.of(
  281,
  290,
  300,
  310,
  255,
  290.5,
  0,
  0.5,
  100,
  900,
  4000,
  8000,
  0,
  -0.25,
  -3,
  -80,
  -400,
  -1000,
);

describe("transforms", () => {
  test("undo themselves in float64", () => {
    const transforms: readonly Transform[] = ["linear", "log1p", "signed-log"];
    assert(
      property(constantFrom(...transforms), double({ min: 0, max: 1e4, noNaN: true }), (transform, x) => {
        for (const value of transform === "log1p" ? [x] : [x, -x]) {
          const back = untransformValue(transform, transformValue(transform, value));
          expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
        }
      }),
    );
  });

  test("have the values of their formulas", () => {
    expect(transformValue("log1p", Math.E - 1)).toBeCloseTo(1, 14);
    expect(transformValue("signed-log", 1 - Math.E)).toBeCloseTo(-1, 14);
    expect(transformValue("signed-log", 0)).toBe(0);
    expect(transformValue("linear", -7.5)).toBe(-7.5);
  });
});

describe("global normalization", () => {
  test("is the z-score of the transformed value", () => {
    const normalized = globalNormalizer(STATISTICS, CHANNELS, CELLS).encode(STATE);
    expect(normalized[2]).toBeCloseTo(1, 6);
    expect(normalized[9]).toBeCloseTo((Math.log1p(900) - 3) / 2.5, 6);
    expect(normalized[15]).toBeCloseTo((-Math.log1p(80) + 1) / 1.5, 6);
  });

  test("is undone within float32", () => {
    const normalizer = globalNormalizer(STATISTICS, CHANNELS, CELLS);
    const back = normalizer.decode(normalizer.encode(STATE));
    for (const [at, value] of STATE.entries()) {
      expect(Math.abs(back[at] - value)).toBeLessThanOrEqual(F32 * Math.max(1, Math.abs(value)));
    }
  });

  test("takes the channels asked for, in their order", () => {
    const some = globalNormalizer(STATISTICS, ["cin", "t2m"], 1).encode(Float32Array.of(0, 300));
    expect([...some]).toEqual([Math.fround(1 / 1.5), 1]);
    expect(() => globalNormalizer(STATISTICS, ["refc"], 1)).toThrow(ShapeError);
    expect(() => globalNormalizer(STATISTICS, CHANNELS, CELLS).encode(new Float32Array(5))).toThrow(ShapeError);
  });

  test("refuses a channel without spread rather than divide by it", () => {
    expect(() => globalNormalizer([statistics("t2m", 290, 0)], ["t2m"], 1)).toThrow(NumericError);
    expect(() => globalNormalizer([statistics("t2m", Number.NaN, Number.NaN)], ["t2m"], 1)).toThrow(NumericError);
  });
});

describe("field normalization", () => {
  const transformed = stateTransform(STATISTICS, CHANNELS, CELLS).encode(STATE);

  test("gives every channel mean 0 and unbiased standard deviation 1 over space", () => {
    const { normalized } = standardizeFields(transformed, STATISTICS, CHANNELS);
    for (let channel = 0; channel < 3; channel++) {
      const field = [...normalized.subarray(channel * CELLS, (channel + 1) * CELLS)];
      expect(field.reduce((a, b) => a + b) / CELLS).toBeCloseTo(0, 6);
      const squares = field.reduce((total, value) => total + value ** 2, 0);
      expect(Math.sqrt(squares / (CELLS - 1))).toBeCloseTo(1, 5);
    }
  });

  test("is undone within float32, moments included", () => {
    const { normalized, moments } = standardizeFields(transformed, STATISTICS, CHANNELS);
    const back = stateTransform(STATISTICS, CHANNELS, CELLS).decode(unstandardizeFields(normalized, moments));
    for (const [at, value] of STATE.entries()) {
      expect(Math.abs(back[at] - value)).toBeLessThanOrEqual(F32 * Math.max(1, Math.abs(value)));
    }
  });

  test("a constant field becomes zeros by the floor under its deviation, and comes back", () => {
    const quiet = Float32Array.of(0, 0, 0, 0, 0, 0);
    const { normalized, moments } = standardizeFields(quiet, STATISTICS, ["cape"]);
    expect([...normalized]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(moments.std[0]).toBe(STD_FLOOR * 2.5);
    expect(unstandardizeFields(normalized, moments)).toEqual(quiet);
  });

  test("the floor keeps a whisper from being blown up: it is a thousandth of the global deviation", () => {
    const whisper = Float32Array.of(0, 0, 0, 0, 0, 0.001);
    const { normalized } = standardizeFields(whisper, STATISTICS, ["cape"]);
    expect(Math.max(...normalized)).toBeLessThan(0.5);
  });
});
