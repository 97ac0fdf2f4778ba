import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { createSession, emitModel, input } from "../../src/graph/index.ts";
import {
  initialWeights,
  parameterCount,
  parameterStore,
  passing,
  sideMultiple,
  sinusoidalEmbedding,
  type UNetConfig,
  type UNetTask,
  unet,
} from "../../src/nn/index.ts";

const config: UNetConfig = { patch: 2, widths: [8, 16], blocksPerLevel: 1, norm: "group", groups: 4, shortcut: true };

async function answer(shape: readonly number[], x: Float32Array, seed = 1): Promise<Float32Array> {
  const store = parameterStore();
  const out = unet(store, config, input("x", shape), { outChannels: 3, shortcutBegins: passing(1) });
  const session = await createSession(
    emitModel({ outputs: { out }, weights: initialWeights(store, { seed, network: "unet" }) }),
    {
      threads: 1,
    },
  );
  const { out: values } = await session.run({ x });
  await session.close();
  return values;
}

describe("the U-Net", () => {
  it("takes grids whose sides nothing divides, and answers on the same cells", async () => {
    const shape = [1, 4, 13, 7];
    const x = normals({ seed: 1, purpose: "x" }, 4 * 13 * 7);
    const out = await answer(shape, x);
    expect(out).toHaveLength(3 * 13 * 7);
    // Untrained, it passes on input channels 1 to 3: the last convolution of the trunk begins at zero.
    for (let i = 0; i < out.length; i++) expect(out[i]).toBeCloseTo(x[13 * 7 + i], 6);
  });

  it("pads sides to patch · 2^(levels − 1)", () => {
    expect(sideMultiple(config)).toBe(4);
    expect(sideMultiple({ ...config, patch: 4, widths: [64, 128, 256] })).toBe(16);
  });

  it("begins with weights that depend on the seed and the names alone, and not on those of another network", () => {
    const store = parameterStore();
    unet(store, config, input("x", [1, 4, 8, 8]), { outChannels: 3 });
    const begun = (seed: number, network: string): Float32Array =>
      initialWeights(store, { seed, network }).get("entry.weight") as Float32Array;
    expect(begun(1, "forecaster")).toEqual(begun(1, "forecaster"));
    expect(begun(1, "forecaster")).not.toEqual(begun(2, "forecaster"));
    expect(begun(1, "forecaster")).not.toEqual(begun(1, "denoiser"));
  });

  it("has as many parameters as its plan adds up to", () => {
    const block = (from: number, to: number): number =>
      2 * from + 9 * from * to + to + 2 * to + 9 * to * to + to + (from === to ? 0 : from * to + to);
    const conv = (from: number, to: number): number => 9 * from * to + to;
    const [a, b] = config.widths;
    const down = conv(4 * 5, a) + block(a, a) + conv(a, b) + block(b, b);
    const up = 2 * block(b, b) + block(2 * b, b) + conv(b, a) + block(2 * a, a);
    const exit = 2 * a + conv(a, 3 * 4);
    const shortcut = 5 * 3 + 3;
    const store = parameterStore();
    unet(store, config, input("x", [1, 5, 8, 8]), { outChannels: 3 });
    expect(parameterCount(store)).toBe(down + up + exit + shortcut);
  });
});

describe("what a U-Net is told beside its input", () => {
  const shape = [1, 4, 8, 12];
  const cells = 8 * 12;
  const cellwise: UNetConfig = { ...config, norm: "cell" };

  /** Answers of a network none of whose weights is 0, so that every path acts. */
  async function answering(task: Partial<UNetTask>, network: UNetConfig = cellwise) {
    const store = parameterStore();
    const out = unet(store, network, input("x", shape), { outChannels: 3, ...task });
    const weights = new Map(
      store.entries().map(({ name, tensor }) => {
        const count = tensor.shape.reduce((product, side) => product * side, 1);
        return [name, normals({ seed: 4, purpose: name }, count).map((z) => 0.2 * z)];
      }),
    );
    const session = await createSession(emitModel({ outputs: { out }, weights }), { threads: 1 });
    return {
      ask: async (feeds: Record<string, Float32Array>) => (await session.run(feeds)).out,
      close: () => session.close(),
    };
  }
  const x = normals({ seed: 5, purpose: "x" }, 4 * cells);
  const largestDifference = (a: Float32Array, b: Float32Array): number =>
    a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

  it("the time step: the answer depends on it", async () => {
    const { ask, close } = await answering({ timestep: input("t", [1]) });
    const [early, late] = [await ask({ x, t: Float32Array.of(3) }), await ask({ x, t: Float32Array.of(700) })];
    await close();
    expect(largestDifference(early, late)).toBeGreaterThan(0.1);
  });

  it("noise: the answer depends on it in every cell, and not on the batch it is in", async () => {
    const { ask, close } = await answering({ noise: input("noise", [1, 2, 8, 12]) });
    const [one, two] = [1, 2].map((seed) => normals({ seed, purpose: "noise" }, 2 * cells));
    const [a, b] = [await ask({ x, noise: one }), await ask({ x, noise: two })];
    await close();
    for (let i = 0; i < a.length; i++) expect(a[i]).not.toBe(b[i]);
  });

  it("a world that closes on itself: what is moved round it is answered as moved", async () => {
    const rolled = (field: Float32Array, columns: number): Float32Array =>
      field.map((_, i) => field[i - (i % 12) + (((i % 12) - columns + 12) % 12)]);
    // By the side a network of patch 2 and two levels sees as one: 4 cells.
    for (const [padding, expected] of [
      ["circular", true],
      ["zero", false],
    ] as const) {
      const { ask, close } = await answering({ padding });
      const [still, moved] = [await ask({ x }), await ask({ x: rolled(x, 4) })];
      await close();
      expect(largestDifference(moved, rolled(still, 4)) < 1e-4, padding).toBe(expected);
    }
  });

  it("edges repeated: a uniform state has a uniform answer, patch by patch, where zeros beyond the edge show", async () => {
    const uniform = new Float32Array(4 * cells).map((_, i) => Math.floor(i / cells) - 1.5);
    for (const [padding, expected] of [
      ["edge", true],
      ["zero", false],
    ] as const) {
      const { ask, close } = await answering({}, { ...cellwise, padding });
      const out = await ask({ x: uniform });
      await close();
      // Each cell beside the cell of the same place in the first patch of 2 x 2.
      const first = out.map((_, i) => out[i - (i % cells) + (Math.floor((i % cells) / 12) % 2) * 12 + (i % 2)]);
      expect(largestDifference(out, first) < 1e-4, padding).toBe(expected);
    }
  });
});

describe("the time embedding", () => {
  it("is cosines then sines of geometrically spaced frequencies", async () => {
    const out = sinusoidalEmbedding(input("t", [2]), 3);
    const session = await createSession(emitModel({ outputs: { out } }), { threads: 1 });
    const { out: values } = await session.run({ t: Float32Array.of(0, 50) });
    await session.close();
    const frequencies = [1, 10_000 ** (-1 / 3), 10_000 ** (-2 / 3)];
    const want = [0, 50].flatMap((t) => [
      ...frequencies.map((f) => Math.cos(t * f)),
      ...frequencies.map((f) => Math.sin(t * f)),
    ]);
    for (const [i, value] of want.entries()) expect(values[i]).toBeCloseTo(value, 5);
  });
});
