import { describe, expect, test } from "vitest";
import {
  convTranspose2d,
  dropout,
  input,
  meanAbsoluteError,
  meanSquaredError,
  multiply,
  parameter,
  spectralError,
  upsampleBilinear,
} from "../../src/graph/index.ts";
import { checkExpression, expectClose, F32, randomFeeds, run } from "./compare.ts";

const a = input("a", [2, 3, 4, 5]);
const b = input("b", [2, 3, 4, 5]);

describe("values equal float64, gradients equal float64 and central differences", () => {
  const kernel = parameter("kernel", [3, 2, 4, 4]);
  const bias = parameter("bias", [2]);
  const perChannel = parameter("perChannel", [3, 1, 1]);
  test.each([
    ["convTranspose2d", convTranspose2d(a, kernel, { stride: 2, padding: 1, bias }), [a, kernel, bias]],
    ["convTranspose2d without stride", convTranspose2d(a, kernel, { padding: 2 }), [a, kernel]],
    ["upsampleBilinear", upsampleBilinear(a, 2), [a]],
    ["upsampleBilinear by 3", upsampleBilinear(a, 3), [a]],
    ["dropout", dropout(a, b, 0.25), [a, b]],
    ["meanAbsoluteError", meanAbsoluteError(a, multiply(2, b)), [a, b]],
    ["meanAbsoluteError, a weight a channel", meanAbsoluteError(a, b, perChannel), [a, b, perChannel]],
    ["meanSquaredError, a weight a channel", meanSquaredError(a, b, perChannel), [a, b, perChannel]],
    ["spectralError", spectralError(a, b), [a, b]],
  ] as const)("%s", async (_, y, leaves) => {
    await checkExpression(y, leaves);
  });
});

describe("what the compositions mean", () => {
  test("bilinear doubling takes a quarter of one neighbor and three of the other, and the edge at the edge", async () => {
    const x = input("x", [1, 1, 1, 3]);
    const { y } = await run({ y: upsampleBilinear(x, 2) }, { x: Float32Array.of(0, 4, 8) });
    // PyTorch: F.interpolate(torch.tensor([[[[0., 4., 8.]]]]), scale_factor=2, mode="bilinear") → rows of 0 1 3 5 7 8
    expect([...y]).toEqual([0, 1, 3, 5, 7, 8, 0, 1, 3, 5, 7, 8]);
  });

  test("a transposed convolution paints its kernel where a cell stands", async () => {
    const x = input("x", [1, 1, 2, 2]);
    const weight = input("w", [1, 1, 2, 2]);
    const { y } = await run(
      { y: convTranspose2d(x, weight, { stride: 2 }) },
      { x: Float32Array.of(1, 0, 0, 2), w: Float32Array.of(1, 2, 3, 4) },
    );
    expect([...y]).toEqual([1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 2, 4, 0, 0, 6, 8]);
  });

  test("the spectral error is blind to where, and sees how much", async () => {
    const x = input("x", [1, 1, 4, 6]);
    const moved = input("moved", [1, 1, 4, 6]);
    const { x: values } = randomFeeds([x]);
    const shifted = Float32Array.from(values, (_, at) => values[Math.floor(at / 6) * 6 + ((at + 2) % 6)]);
    const outputs = { same: spectralError(x, moved), doubled: spectralError(x, multiply(2, moved)) };
    const { same, doubled } = await run(outputs, { x: values, moved: shifted });
    expect(same[0]).toBeLessThan(1e-6);
    expect(doubled[0]).toBeGreaterThan(0.3);
  });

  test("dropout keeps the mean and drops what the mask says", async () => {
    const x = input("x", [1, 4]);
    const keep = input("keep", [1, 4]);
    const { y } = await run(
      { y: dropout(x, keep, 0.5) },
      { x: Float32Array.of(1, 2, 3, 4), keep: Float32Array.of(1, 0, 1, 0) },
    );
    expectClose(y, [2, 0, 6, 0], F32, "dropout");
    expect(() => dropout(x, keep, 1)).toThrow("dropout: a rate in 0 … 1, got 1");
  });

  test("channels that do not meet are an error that names the operation, the shapes and the line of the model", () => {
    expect(() => convTranspose2d(a, parameter("k", [2, 3, 2, 2]))).toThrow(
      /^convTranspose2d at networks-operations\.test\.ts:\d+: expected x \[n, in, h, w\] and weight \[in, out, kh, kw\], got x \[2, 3, 4, 5\], weight \[2, 3, 2, 2\]/,
    );
  });
});
