import { describe, expect, it } from "vitest";
import { integers, normals, permutation, philox4x32, type RandomKey, uniforms } from "../../src/core/index.ts";

const words = (text: string): number[] => text.split(" ").map((word) => Number.parseInt(word, 16));

describe("Philox4x32-10", () => {
  // Authority: Random123 1.14, tests/kat_vectors, the three lines "philox4x32 10"; counter, key, result as printed there.
  it.each([
    ["zeros", "00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    ["ones", "ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    ["digits of pi", "243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"],
  ])("gives the published answer for %s", (_, counter, key, answer) => {
    const out = new Uint32Array(4);
    philox4x32(words(counter), words(key), out);
    expect([...out]).toEqual(words(answer));
  });

  it("agrees with 64-bit arithmetic on other counters", () => {
    const out = new Uint32Array(4);
    const key = words("deadbeef 00000001");
    for (let i = 0; i < 200; i++) {
      const counter = [i, (i * 0x9e3779b9) >>> 0, 0xffffffff - i, (i * 0x85ebca6b) >>> 0];
      philox4x32(counter, key, out);
      expect([...out]).toEqual(slowPhilox(counter, key));
    }
  });
});

/** The same ten rounds in BigInt, where a 32 x 32 bit product needs no tricks. */
function slowPhilox(counter: number[], key: number[]): number[] {
  const mask = 0xffffffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0;
    const p1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask];
    [k0, k1] = [(k0 + 0x9e3779b9n) & mask, (k1 + 0xbb67ae85n) & mask];
  }
  return [c0, c1, c2, c3].map(Number);
}

const key: RandomKey = { seed: 7, purpose: "test", member: 3, lead: 6 };
const COUNT = 200_000;
/** Five standard errors: with a fixed seed it passes for ever or never. */
const STAT = 5 / Math.sqrt(COUNT);
const mean = (values: ArrayLike<number>, of: (v: number) => number = (v) => v): number =>
  Array.from(values, of).reduce((sum, v) => sum + v, 0) / values.length;

describe("keyed streams", () => {
  it("give the same numbers for the same key, and a longer draw begins with the shorter", () => {
    expect(normals(key, 10)).toEqual(normals({ ...key }, 10));
    for (const count of [1, 2, 3, 4, 5, 7]) {
      expect(normals(key, count)).toEqual(normals(key, 8).slice(0, count));
      expect(uniforms(key, count)).toEqual(uniforms(key, 8).slice(0, count));
    }
  });

  it.each([
    ["seed", { seed: 8 }],
    ["purpose", { purpose: "tesu" }],
    ["member", { member: 4 }],
    ["lead", { lead: 7 }],
    ["index", { index: 1 }],
  ])("are uncorrelated with the stream of another %s", (_, change) => {
    const [a, b] = [normals(key, COUNT), normals({ ...key, ...change }, COUNT)];
    expect(Math.abs(mean(a.map((v, i) => v * b[i])))).toBeLessThan(STAT);
  });

  it.each([{ seed: 0.5 }, { lead: 0.25 }, { member: Number.NaN }, { index: 1e300 }])(
    "refuse the key part %j",
    (part) => {
      expect(() => normals({ ...key, ...part }, 1)).toThrow("a random key needs whole numbers");
    },
  );

  it("do not confuse member and lead", () => {
    const swapped = { ...key, member: 6, lead: 3 };
    expect(normals(key, 8)).not.toEqual(normals(swapped, 8));
  });

  it("have the moments of a normal distribution", () => {
    const draws = normals(key, COUNT);
    // Standard errors of the raw moments of N(0, 1): 1, √2, √15, √96 over √n.
    expect(Math.abs(mean(draws))).toBeLessThan(STAT);
    expect(Math.abs(mean(draws, (v) => v ** 2) - 1)).toBeLessThan(Math.SQRT2 * STAT);
    expect(Math.abs(mean(draws, (v) => v ** 3))).toBeLessThan(Math.sqrt(15) * STAT);
    expect(Math.abs(mean(draws, (v) => v ** 4) - 3)).toBeLessThan(Math.sqrt(96) * STAT);
  });

  it("have no correlation between neighbors, which share a block and a radius", () => {
    const draws = normals(key, COUNT);
    for (const lag of [1, 2, 3, 4]) {
      expect(Math.abs(mean(draws.subarray(lag).map((v, i) => v * draws[i])))).toBeLessThan(STAT);
      // Squares too: cos and sin of one radius would give it away.
      const squares = draws.map((v) => v ** 2 - 1);
      expect(Math.abs(mean(squares.subarray(lag).map((v, i) => v * squares[i])))).toBeLessThan(2 * STAT);
    }
  });

  it("have the tails of a normal distribution", () => {
    const draws = normals(key, COUNT);
    // 2(1 − Φ(3)) = 0.0026998 (Abramowitz and Stegun, table 26.1).
    const p = 0.0026998;
    const share = mean(draws, (v) => (Math.abs(v) > 3 ? 1 : 0));
    expect(Math.abs(share - p)).toBeLessThan(Math.sqrt(p * (1 - p)) * STAT);
    expect(draws.every(Number.isFinite)).toBe(true);
  });

  it("spread uniforms and integers evenly", () => {
    const draws = uniforms(key, COUNT);
    expect(draws.every((u) => u >= 0 && u < 1)).toBe(true);
    expect(Math.abs(mean(draws) - 0.5)).toBeLessThan(Math.sqrt(1 / 12) * STAT);
    const counts = new Float64Array(6);
    for (const die of integers(key, COUNT, 6)) counts[die]++;
    for (const count of counts) expect(Math.abs(count / COUNT - 1 / 6)).toBeLessThan(Math.sqrt(5 / 36) * STAT);
    expect(() => integers(key, 1, 0)).toThrow(RangeError);
  });

  it("permute: everything once, and every item anywhere", () => {
    const order = permutation(key, 1000);
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    const landed = new Set(Array.from({ length: 200 }, (_, index) => permutation({ ...key, index }, 5)[0]));
    expect(landed.size).toBe(5);
  });
});
