import { describe, expect, test } from "vitest";
import {
  CONSTANT,
  checkState,
  DEWPOINT_ABOVE_TEMPERATURE,
  FROZEN,
  flagNames,
  HARD_RANGE,
  MISSING,
  NON_FINITE,
  QUALITY_FLAGS,
  REJECTING,
  SOFT_RANGE,
  SPIKE,
} from "../../src/archive/index.ts";
import { HRRR_PROJECTION, lambertGridFrom, normals, type VariableName } from "../../src/core/index.ts";

const NX = 20;
const NY = 16;
const CELLS = NX * NY;
const corner = { nx: NX, ny: NY, latitude0Degrees: 38, longitude0Degrees: -98, dxMeters: 3000, dyMeters: 3000 };
const grid = lambertGridFrom(HRRR_PROJECTION, corner);

/** A smooth field around a value, one standard deviation `spread`. */
function smooth(center: number, spread = 2): Float32Array {
  return Float32Array.from({ length: CELLS }, (_, cell) => {
    const [j, i] = [Math.floor(cell / NX), cell % NX];
    return center + spread * (Math.sin(i / 4) + Math.cos(j / 3));
  });
}

function check(
  fields: Partial<Record<VariableName, Float32Array>>,
  before?: Partial<Record<VariableName, Float32Array>>,
) {
  const channels = Object.keys(fields) as VariableName[];
  const state = (of: Partial<Record<VariableName, Float32Array>>): Float32Array =>
    Float32Array.from(channels.flatMap((name) => [...(of[name] ?? [])]));
  return [...checkState(state(fields), { channels, grid }, before === undefined ? {} : { before: state(before) })];
}

function changed(field: Float32Array, cell: number, value: number): Float32Array {
  const out = field.slice();
  out[cell] = value;
  return out;
}

describe("quality control", () => {
  test("ordinary fields carry no flag", () => {
    expect(check({ t2m: smooth(295), d2m: smooth(285), u10: smooth(0), v10: smooth(3) })).toEqual([0, 0, 0, 0]);
  });

  test("a field of NaN is missing, a field with some NaN or infinity is not finite", () => {
    expect(check({ t2m: new Float32Array(CELLS).fill(Number.NaN) })).toEqual([MISSING]);
    expect(check({ t2m: changed(smooth(295), 7, Number.NaN) })).toEqual([NON_FINITE]);
    expect(check({ cape: changed(smooth(500), 7, Number.POSITIVE_INFINITY) })).toEqual([NON_FINITE]);
    expect(check({ t2m: new Float32Array(CELLS).fill(Number.POSITIVE_INFINITY) })).toEqual([NON_FINITE]);
  });

  test("impossible and suspicious values are told apart", () => {
    expect(check({ cape: changed(smooth(500), 3, 13_000) })).toEqual([HARD_RANGE | SOFT_RANGE]);
    expect(check({ cape: changed(smooth(500), 3, 9000) })).toEqual([SOFT_RANGE]);
    expect(check({ refc: changed(smooth(20), 3, -12) })).toEqual([SOFT_RANGE]);
    expect(check({ cin: changed(smooth(-50), 3, 12) })).toEqual([HARD_RANGE | SOFT_RANGE]);
    expect(check({ cin: changed(smooth(-50), 3, 2) })).toEqual([SOFT_RANGE]);
  });

  test("winds are suspicious by their speed too, which either component alone would hide", () => {
    expect(check({ u10: smooth(45, 1), v10: smooth(45, 1) })).toEqual([SOFT_RANGE, SOFT_RANGE]);
    expect(check({ u10: smooth(30, 1), v10: smooth(30, 1) })).toEqual([0, 0]);
  });

  test.each([
    ["in the middle", 5 * NX + 5],
    ["at an edge", 5],
    ["in a corner", CELLS - 1],
  ])("one cell far from all its neighbors %s is a spike", (_, cell) => {
    expect(check({ d2m: changed(smooth(285), cell, 240) })).toEqual([SPIKE]);
    expect(check({ d2m: changed(smooth(285), cell, 292) })).toEqual([0]);
  });

  test("a step, a ridge and noise are not spikes", () => {
    const front = smooth(290).map((value, cell) => (cell % NX < 10 ? value : value - 25));
    const ridge = smooth(290).map((value, cell) => (cell % NX === 10 ? value - 20 : value));
    const noise = normals({ seed: 1, purpose: "test" }, CELLS).map((value) => 290 + 3 * value);
    for (const field of [front, ridge, noise]) expect(check({ t2m: field })).toEqual([0]);
  });

  test("a nearly uniform field is not full of spikes: less than a fiftieth of the soft range is no spike", () => {
    const calm = new Float32Array(CELLS).map((_, cell) => 290 + (cell % 2) * 0.01);
    expect(check({ t2m: changed(calm, 50, 291.9) })).toEqual([0]);
    expect(check({ t2m: changed(calm, 50, 292.2) })).toEqual([SPIKE]);
  });

  test("an isolated echo, or an isolated cell of energy, is weather", () => {
    const quiet = new Float32Array(CELLS).fill(-10);
    expect(check({ refc: changed(quiet, 77, 55) })).toEqual([0]);
    expect(check({ cape: changed(new Float32Array(CELLS), 77, 3000) })).toEqual([0]);
  });

  test("a dew point above the temperature is flagged on the dew point, whatever the order of channels", () => {
    const [t2m, d2m] = [smooth(290), changed(smooth(285), 9, smooth(290)[9] + 0.6)];
    expect(check({ t2m, d2m })).toEqual([0, DEWPOINT_ABOVE_TEMPERATURE]);
    expect(check({ d2m, t2m })).toEqual([DEWPOINT_ABOVE_TEMPERATURE, 0]);
    expect(check({ t2m, d2m: changed(smooth(285), 9, smooth(290)[9] + 0.4) })).toEqual([0, 0]);
  });

  test("a constant field is flagged unless it is simply quiet", () => {
    const constant = (value: number): Float32Array => new Float32Array(CELLS).fill(value);
    expect(check({ t2m: constant(290) })).toEqual([CONSTANT]);
    expect(check({ refc: constant(-10), cape: constant(0), cin: constant(0) })).toEqual([0, 0, 0]);
    expect(check({ refc: constant(30) })).toEqual([CONSTANT]);
  });

  test("a field that equals the hour before is frozen, unless both are quiet", () => {
    const [t2m, cape] = [smooth(290), new Float32Array(CELLS)];
    expect(check({ t2m, cape }, { t2m, cape })).toEqual([FROZEN, 0]);
    expect(check({ t2m, cape }, { t2m: changed(t2m, 0, 291), cape })).toEqual([0, 0]);
  });

  test("what rejects is what cannot be used, and every flag has one bit and a name", () => {
    expect(flagNames(REJECTING)).toEqual(["missing", "non_finite", "hard_range"]);
    expect(QUALITY_FLAGS.map(({ mask }) => mask)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256]);
    expect(flagNames(SPIKE | FROZEN)).toEqual(["spike", "frozen"]);
  });
});
